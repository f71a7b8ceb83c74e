import { z } from 'zod';
import { explain } from './explain.ts';
import { line, oneOf, wholeNumber } from './field.ts';
import { normalisePrivateKey, PRIVATE_KEY_EXPECTED } from './private-key.ts';

const whole = (least: number, most: number) => {
  const number = wholeNumber(least, most);
  const expected = `a whole number from ${least} to ${most}`;
  return z
    .string(expected)
    .regex(/^\d{1,9}$/, expected)
    .transform(Number)
    .pipe(number);
};

const url = (protocols: readonly string[], example: string) => {
  const expected = `an address such as ${example}`;
  return z
    .string(expected)
    .refine((text) => URL.canParse(text) && protocols.includes(new URL(text).protocol), expected)
    .transform((text) => text.replace(/\/+$/, ''));
};

const web = (example: string) => url(['http:', 'https:'], example);

/** A key that a header can hold: what was pasted with white space or other letters in it would fail each request. */
const modelKey = () => line('a key').refine((text) => /^[!-~]+$/.test(text), 'a key: ASCII letters, digits and signs');

const SECRET = { secret: true };

/** Every variable that is read, in the order in which `.env.example` lists them. Values of those marked secret are never shown. */
export const ENVIRONMENT = z.object({
  APP_ID: z
    .string()
    .regex(/^\d{1,15}$/, 'the number on the settings page of the GitHub App')
    .exactOptional()
    .meta({ description: 'Number of the GitHub App, from its settings page.', example: '123456' }),
  PRIVATE_KEY: z
    .string()
    .transform(normalisePrivateKey)
    .refine((key) => key !== undefined, PRIVATE_KEY_EXPECTED)
    .exactOptional()
    .meta({
      ...SECRET,
      description: "The App's private key: PEM, with line breaks or with `\\n` for them, or its base64.",
    }),
  PRIVATE_KEY_PATH: line('the path of a file').exactOptional().meta({
    description: 'File that holds the private key, instead of PRIVATE_KEY.',
    example: './forkjoin.private-key.pem',
  }),
  WEBHOOK_SECRET: z
    .string()
    .min(8, "the App's webhook secret, at least 8 characters")
    .exactOptional()
    .meta({
      ...SECRET,
      description: 'Secret that GitHub signs webhooks with; every webhook without its signature is refused.',
    }),
  WEBHOOK_PROXY_URL: web('https://smee.io/abc').exactOptional().meta({
    description: 'A smee channel that forwards webhooks to a machine without a public address; for development.',
    example: 'https://smee.io/abc',
  }),
  GITHUB_API_URL: web('https://api.github.com')
    .prefault('https://api.github.com')
    .meta({ description: 'Where the REST interface of GitHub is.' }),
  GITHUB_SERVER_URL: web('https://github.com')
    .prefault('https://github.com')
    .meta({ description: 'Where GitHub is for people and for git.' }),
  ANTHROPIC_API_KEY: modelKey()
    .exactOptional()
    .meta({ ...SECRET, description: 'Key for models of Anthropic; it stays outside the sandbox.' }),
  ANTHROPIC_BASE_URL: web('https://api.anthropic.com')
    .prefault('https://api.anthropic.com')
    .meta({ description: 'Where requests for models of Anthropic go.' }),
  OPENAI_API_KEY: modelKey()
    .exactOptional()
    .meta({ ...SECRET, description: 'Key for models of OpenAI; it stays outside the sandbox.' }),
  OPENAI_BASE_URL: web('https://api.openai.com/v1')
    .prefault('https://api.openai.com/v1')
    .meta({ description: 'Where requests for models of OpenAI go.' }),
  RECONCILE_SECONDS: whole(1, 86_400)
    .prefault('300')
    .meta({ description: 'Seconds between two looks at GitHub for what no webhook told.' }),
  REDIS_URL: url(['redis:', 'rediss:'], 'redis://localhost:6379')
    .exactOptional()
    .meta({
      ...SECRET,
      description: 'Redis for state and queues. Needs noeviction and persistence.',
      example: 'redis://localhost:6379',
    }),
  DATABASE_URL: url(['postgres:', 'postgresql:'], 'postgres://user:password@localhost:5432/forkjoin')
    .exactOptional()
    .meta({
      ...SECRET,
      description:
        'PostgreSQL for state and queues, when REDIS_URL is absent. Neither: an embedded database under FORKJOIN_HOME.',
      example: 'postgres://user:password@localhost:5432/forkjoin',
    }),
  FORKJOIN_HOME: line('the path of a folder').exactOptional().meta({
    description: 'Folder for clones, worktrees and the embedded database. Absent: `data` of forkjoin.yml.',
    example: '.forkjoin',
  }),
  FORKJOIN_CONFIG: line('the path of a file').exactOptional().meta({
    description: "The operator's file. Absent: forkjoin.yml in the current folder, if there is one.",
    example: 'forkjoin.yml',
  }),
  HOST: line('an address to listen on')
    .default('127.0.0.1')
    .meta({ description: 'Address to listen on; 0.0.0.0 for all, as in a container.' }),
  PORT: whole(0, 65_535).prefault('3000').meta({ description: 'Port to listen on; 0 takes a free one.' }),
  LOG_LEVEL: oneOf(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info').meta({
    description: 'Least weight of a line of log that is written: trace, debug, info, warn, error, fatal, silent.',
  }),
});

/** The environment, read: addresses without a trailing slash, the private key as PEM. */
export type Environment = z.output<typeof ENVIRONMENT>;

/** Reads the variables that are ours. One that is empty counts as absent, as in a copied `.env.example`. */
export const readEnvironment = (
  env: Readonly<Record<string, string | undefined>>,
): { ok: true; value: Environment } | { ok: false; problems: string[] } => {
  const given = Object.fromEntries(
    Object.keys(ENVIRONMENT.shape)
      .map((variable) => [variable, env[variable]?.trim()] as const)
      .filter(([, value]) => value !== undefined && value !== ''),
  );
  const parsed = ENVIRONMENT.safeParse(given);
  const problems = [
    ...(parsed.success ? [] : explain(parsed.error.issues, given, TELLING).map(({ sentence }) => sentence)),
    ...incomplete(given),
  ];
  return parsed.success && problems.length === 0 ? { ok: true, value: parsed.data } : { ok: false, problems };
};

const TELLING = {
  secret: (path: readonly PropertyKey[]) => isSecret(String(path[0])),
  known: () => Object.keys(ENVIRONMENT.shape),
};

/** Is a variable's value never to be shown? */
export const isSecret = (variable: string): boolean =>
  Object.entries(ENVIRONMENT.shape).some(([name, schema]) => name === variable && schema.meta()?.['secret'] === true);

/** Credentials are whole or absent: with none of them `serve` offers the guided registration. */
const incomplete = (given: Readonly<Record<string, unknown>>): string[] => {
  const key = 'PRIVATE_KEY' in given || 'PRIVATE_KEY_PATH' in given;
  if (!('APP_ID' in given) && !key && !('WEBHOOK_SECRET' in given)) return [];
  return [
    ...('APP_ID' in given ? [] : ['APP_ID is missing; expected the number on the settings page of the GitHub App.']),
    ...(key ? [] : ["PRIVATE_KEY is missing; expected the App's private key there, or its file in PRIVATE_KEY_PATH."]),
    ...('PRIVATE_KEY' in given && 'PRIVATE_KEY_PATH' in given
      ? ['PRIVATE_KEY and PRIVATE_KEY_PATH are both set; expected one of them.']
      : []),
    ...('WEBHOOK_SECRET' in given
      ? []
      : ["WEBHOOK_SECRET is missing; expected the App's webhook secret, at least 8 characters."]),
  ];
};
