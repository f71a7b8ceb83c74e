/** Variable in which programs look for OpenAI's API; in an argv the relay puts its value in the place of `%…%`. */
const OPENAI = 'OPENAI_BASE_URL';

/** What the relay is told: the address of OpenAI's API ends in its version. */
export const OPENAI_VARIABLE = `${OPENAI}/v1`;

/** What would reach for the network, run what a repository brings, or leave something running. */
const OFF = [
  'apps',
  'browser_use',
  'computer_use',
  'daemon_auto_start',
  'hooks',
  'image_generation',
  'plugin_discovery_prefetch',
  'plugins',
  'remote_plugin',
  'skill_mcp_dependency_install',
  'tool_suggest',
];

/**
 * Codex as it is wanted here: one provider, no login, nothing sent home, no search through the provider, no sandbox of
 * its own. The address of the model is known only inside the sandbox, where the relay listens.
 */
const CODEX = {
  model_provider: 'forkjoin',
  web_search: 'disabled',
  check_for_update_on_startup: false,
  analytics: { enabled: false },
  history: { persistence: 'none' },
  features: Object.fromEntries(OFF.map((name) => [name, false])),
  model_providers: {
    forkjoin: { name: 'Forkjoin', base_url: `%${OPENAI}%`, env_key: 'OPENAI_API_KEY', wire_api: 'responses' },
  },
};

/**
 * The repository is not trusted: of what it brings for Codex only conventions and skills are read, wherever its settings
 * are and whatever they are links to.
 */
const settingsFor = (model: string | undefined, worktree: string | undefined): Readonly<Record<string, unknown>> => ({
  ...CODEX,
  projects: worktree === undefined ? {} : { [worktree]: { trust_level: 'untrusted' } },
  ...(model === undefined ? {} : { model }),
});

/** These settings as arguments of Codex: a path and a value of TOML each. */
export function codexArguments(model: string, worktree: string): string[] {
  return Object.entries(settingsFor(model, worktree)).flatMap(([name, value]) => ['-c', `${name}=${toml(value)}`]);
}

/** An argv that is started with these settings where programs built on Codex look for them. */
export function withCodexSettings(argv: readonly string[], model: string | undefined, worktree?: string): string[] {
  return [
    '/usr/bin/env',
    `CODEX_CONFIG=${JSON.stringify(settingsFor(model, worktree))}`,
    'MODEL_PROVIDER=forkjoin',
    ...argv,
  ];
}

/** A value in TOML, where a string of JSON means the same. */
function toml(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  return `{${Object.entries(value)
    .map(([name, inner]) => `${JSON.stringify(name)}=${toml(inner)}`)
    .join(',')}}`;
}
