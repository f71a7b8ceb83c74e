import type { AgentTask } from '#engine/ports.ts';

/** What Claude Code may use: files and commands. Its tools for the web, for schedules and for other sessions are left out. */
const TOOLS = ['Bash', 'Edit', 'Glob', 'Grep', 'NotebookEdit', 'Read', 'Skill', 'Task', 'TodoWrite', 'Write'];

/** A role narrows what there is; it adds nothing. `Bash(git *)` in a definition counts as `Bash`. */
export const claudeTools = ({ tools }: Pick<AgentTask, 'tools'>): readonly string[] =>
  tools === undefined
    ? TOOLS
    : TOOLS.filter((name) => tools.some((tool) => tool.replace(/\(.*$/s, '').trim() === name));

/** Over the repository's own settings: conventions and skills are read, what would run by itself does not. */
export const CLAUDE_SETTINGS = { disableAllHooks: true };

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
