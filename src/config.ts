import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { withAbsolutePaths } from './config/agent-paths.ts';
import { type Environment, readEnvironment } from './config/environment.ts';
import { type Operator, readOperator } from './config/operator.ts';
import { normalisePrivateKey, PRIVATE_KEY_EXPECTED } from './config/private-key.ts';

/** All that a process is told from outside, checked and with defaults. Paths are absolute. */
export type Configuration = {
  /** Folder for clones, worktrees, caches and the embedded database. */
  readonly home: string;
  readonly web: { readonly host: string; readonly port: number };
  readonly logLevel: Environment['LOG_LEVEL'];
  readonly github: {
    readonly apiUrl: string;
    readonly serverUrl: string;
    /** Absent when there are no credentials at all: `serve` then offers the guided registration. */
    readonly app?: { readonly id: string; readonly privateKey: string; readonly webhookSecret: string };
    readonly webhookProxyUrl?: string;
  };
  readonly database:
    | { readonly kind: 'redis'; readonly url: string }
    | { readonly kind: 'postgres'; readonly url: string }
    | { readonly kind: 'embedded'; readonly folder: string };
  /** Where the model gateway goes, and with what; absent without a key. */
  readonly models: {
    readonly anthropic?: { readonly url: string; readonly key: string };
    readonly openai?: { readonly url: string; readonly key: string };
  };
  readonly reconcileSeconds: number;
  /** `forkjoin.yml`, paths of agents made absolute. */
  readonly operator: Operator;
};

/** What a verb cannot do without: GitHub's credentials; a database that several processes can share. */
export type Need = 'app' | 'shared-database';

/**
 * Reads `.env`, the environment (which wins over `.env`) and the operator's file: everything, or every problem at
 * once, a sentence each. Relative paths of variables are relative to `cwd`.
 */
export const loadConfiguration = (
  env: Readonly<Record<string, string | undefined>>,
  cwd: string,
  needs: readonly Need[] = [],
): { ok: true; value: Configuration } | { ok: false; problems: readonly string[] } => {
  const problems: string[] = [];
  const dotenv = readText(join(cwd, '.env'), problems, 'optional');
  const all = { ...parseEnv(dotenv ?? ''), ...withoutEmpty(env) };
  const environment = readEnvironment(all);
  if (!environment.ok) problems.push(...environment.problems);

  const path = resolve(cwd, all['FORKJOIN_CONFIG']?.trim() || 'forkjoin.yml');
  const text = readText(path, problems, all['FORKJOIN_CONFIG']?.trim() ? 'FORKJOIN_CONFIG' : 'optional');
  const operator = readOperator(text ?? '', path);
  if (!operator.ok) problems.push(...operator.problems);

  const app = environment.ok ? credentials(environment.value, cwd, problems) : undefined;
  // Credentials that cannot be read are told beside what is wrong with other variables.
  const keyPath = all['PRIVATE_KEY_PATH']?.trim();
  if (!environment.ok && keyPath && !all['PRIVATE_KEY']) keyFrom(resolve(cwd, keyPath), problems);
  problems.push(...unmet(needs, all));
  const agents = operator.ok ? absolute(operator.value.agents, dirname(path), problems) : {};
  if (!environment.ok || !operator.ok || problems.length > 0) return { ok: false, problems };
  return { ok: true, value: assemble(environment.value, { ...operator.value, agents }, app, cwd, dirname(path)) };
};

const assemble = (
  environment: Environment,
  operator: Operator,
  app: Configuration['github']['app'],
  cwd: string,
  folder: string,
): Configuration => {
  const home =
    environment.FORKJOIN_HOME === undefined ? resolve(folder, operator.data) : resolve(cwd, environment.FORKJOIN_HOME);
  const {
    ANTHROPIC_API_KEY: anthropic,
    OPENAI_API_KEY: openai,
    REDIS_URL: redis,
    DATABASE_URL: postgres,
  } = environment;
  return {
    home,
    web: { host: environment.HOST, port: environment.PORT },
    logLevel: environment.LOG_LEVEL,
    github: {
      apiUrl: environment.GITHUB_API_URL,
      serverUrl: environment.GITHUB_SERVER_URL,
      ...(app === undefined ? {} : { app }),
      ...(environment.WEBHOOK_PROXY_URL === undefined ? {} : { webhookProxyUrl: environment.WEBHOOK_PROXY_URL }),
    },
    database:
      redis !== undefined
        ? { kind: 'redis', url: redis }
        : postgres !== undefined
          ? { kind: 'postgres', url: postgres }
          : { kind: 'embedded', folder: join(home, 'database') },
    models: {
      ...(anthropic === undefined ? {} : { anthropic: { url: environment.ANTHROPIC_BASE_URL, key: anthropic } }),
      ...(openai === undefined ? {} : { openai: { url: environment.OPENAI_BASE_URL, key: openai } }),
    },
    reconcileSeconds: environment.RECONCILE_SECONDS,
    operator,
  };
};

const credentials = (environment: Environment, cwd: string, problems: string[]): Configuration['github']['app'] => {
  const { APP_ID: id, PRIVATE_KEY_PATH: path, WEBHOOK_SECRET: webhookSecret } = environment;
  if (id === undefined || webhookSecret === undefined) return undefined;
  const privateKey =
    environment.PRIVATE_KEY ?? (path === undefined ? undefined : keyFrom(resolve(cwd, path), problems));
  return privateKey === undefined ? undefined : { id, privateKey, webhookSecret };
};

const keyFrom = (path: string, problems: string[]): string | undefined => {
  const text = readText(path, problems, 'PRIVATE_KEY_PATH');
  if (text === undefined) return undefined;
  const key = normalisePrivateKey(text);
  if (key === undefined)
    problems.push(
      `PRIVATE_KEY_PATH is ${JSON.stringify(path)}, which holds something else; expected ${PRIVATE_KEY_EXPECTED}.`,
    );
  return key;
};

const unmet = (needs: readonly Need[], env: Readonly<Record<string, string | undefined>>): string[] => [
  ...(needs.includes('app') &&
  !env['APP_ID'] &&
  !env['WEBHOOK_SECRET'] &&
  !env['PRIVATE_KEY'] &&
  !env['PRIVATE_KEY_PATH']
    ? [
        'APP_ID, PRIVATE_KEY and WEBHOOK_SECRET are missing; expected the credentials of the GitHub App ("forkjoin serve" without them helps to register one).',
      ]
    : []),
  ...(needs.includes('shared-database') && !env['REDIS_URL'] && !env['DATABASE_URL']
    ? [
        'REDIS_URL and DATABASE_URL are missing; expected one of them, because the embedded database serves one process only ("forkjoin serve").',
      ]
    : []),
];

const absolute = (agents: Operator['agents'], folder: string, problems: string[]): Operator['agents'] =>
  Object.fromEntries(
    Object.entries(agents).map(([name, agent]) => {
      const made = withAbsolutePaths(name, agent, folder);
      problems.push(...made.problems);
      return [name, made.agent];
    }),
  );

/** A file's text; without one, undefined, and a problem unless it is optional. `why` is the variable that named it. */
const readText = (path: string, problems: string[], why: 'optional' | (string & {})): string | undefined => {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path));
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unreadable';
    const reason = code === 'ERR_ENCODING_INVALID_ENCODED_DATA' ? 'not UTF-8' : code;
    if (why === 'optional' && code === 'ENOENT') return undefined;
    problems.push(`${why === 'optional' ? '' : `${why} is `}${JSON.stringify(path)}: cannot be read (${reason}).`);
    return undefined;
  }
};

const withoutEmpty = (env: Readonly<Record<string, string | undefined>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value === undefined || value.trim() === '' ? [] : [[name, value]])),
  );
