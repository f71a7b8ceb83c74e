import type { AgentTask } from '#engine/ports.ts';

/** What Claude Code may use: files and commands. Its tools for the web, for schedules and for other sessions are left out. */
const TOOLS = ['Bash', 'Edit', 'Glob', 'Grep', 'NotebookEdit', 'Read', 'Skill', 'Task', 'TodoWrite', 'Write'];

/** A role narrows what there is; it adds nothing. `Bash(git *)` in a definition counts as `Bash`. */
export const claudeTools = ({ tools }: Pick<AgentTask, 'tools'>): readonly string[] =>
  tools === undefined
    ? TOOLS
    : TOOLS.filter((name) => tools.some((tool) => tool.replace(/\(.*$/s, '').trim() === name));

/**
 * Over the repository's own settings: conventions and skills are read, what would run by itself does not. An empty helper
 * is none.
 */
export const CLAUDE_SETTINGS = {
  disableAllHooks: true,
  apiKeyHelper: '',
  awsAuthRefresh: '',
  awsCredentialExport: '',
  gcpAuthRefresh: '',
  otelHeadersHelper: '',
  // Variables by which every program that it starts would start another one first.
  env: { BASH_ENV: '', ENV: '', LD_PRELOAD: '', NODE_OPTIONS: '' },
};

/** The same where the relay puts the address of the model in its place: a repository leads no conversation elsewhere. */
export const CLAUDE_SETTINGS_RELAYED = {
  ...CLAUDE_SETTINGS,
  env: { ...CLAUDE_SETTINGS.env, ANTHROPIC_BASE_URL: '%ANTHROPIC_BASE_URL%' },
};

/** Keeps it from everything but its work: no updates, no reports home, nothing left running behind its back. */
export const CLAUDE_QUIET = {
  CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
  CLAUDE_CODE_DISABLE_BACKGROUND_TASKS: '1',
  DISABLE_AUTOUPDATER: '1',
  DISABLE_ERROR_REPORTING: '1',
  DISABLE_TELEMETRY: '1',
  // Without it, it refuses to work without asking when the worker is root.
  IS_SANDBOX: '1',
};

/** The same for a program around Claude Code, which takes its options with a session. */
export const claudeOptions = (task: Pick<AgentTask, 'tools'>): Readonly<Record<string, unknown>> => ({
  claudeCode: {
    options: {
      settingSources: ['project'],
      settings: CLAUDE_SETTINGS,
      strictMcpConfig: true,
      tools: claudeTools(task),
      promptSuggestions: false,
    },
  },
});
