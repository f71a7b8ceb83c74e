/** Variable in which programs look for OpenAI's API; in an argv the relay puts its value in the place of `%…%`. */
const OPENAI = 'OPENAI_BASE_URL';

/** What the relay is told: the address of OpenAI's API ends in its version. */
export const OPENAI_VARIABLE = `${OPENAI}/v1`;

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
  model_providers: {
    forkjoin: { name: 'Forkjoin', base_url: `%${OPENAI}%`, env_key: 'OPENAI_API_KEY', wire_api: 'responses' },
  },
};

/** These settings as arguments of Codex: a path and a value of TOML each. */
export function codexArguments(model: string | undefined): string[] {
  return [...settings(CODEX), ...(model === undefined ? [] : settings({ model }))].flatMap((setting) => [
    '-c',
    setting,
  ]);
}

/** An argv that is started with these settings where programs built on Codex look for them. */
export function withCodexSettings(argv: readonly string[], model: string | undefined): string[] {
  const config = JSON.stringify({ ...CODEX, ...(model === undefined ? {} : { model }) });
  return ['/usr/bin/env', `CODEX_CONFIG=${config}`, 'MODEL_PROVIDER=forkjoin', ...argv];
}

function settings(values: Readonly<Record<string, unknown>>, above = ''): string[] {
  return Object.entries(values).flatMap(([name, value]) =>
    typeof value === 'object' && value !== null
      ? settings({ ...value }, `${above}${name}.`)
      : // A string of JSON is one of TOML.
        [`${above}${name}=${JSON.stringify(value)}`],
  );
}
