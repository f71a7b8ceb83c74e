import type { Configuration } from '../config.ts';

/** Everything that must not leave this host, each with the name that people know it by. */
export const secretsOf = ({ github, models, database }: Configuration): readonly { name: string; value: string }[] =>
  [
    { name: "the app's private key", value: github.app?.privateKey },
    { name: 'the webhook secret', value: github.app?.webhookSecret },
    { name: 'the Anthropic key', value: models.anthropic?.key },
    { name: 'the OpenAI key', value: models.openai?.key },
    { name: "the database's password", value: database.kind === 'embedded' ? undefined : passwordOf(database.url) },
  ].flatMap(({ name, value }) => (value === undefined || value === '' ? [] : [{ name, value }]));

const passwordOf = (url: string): string | undefined =>
  URL.canParse(url) ? decodeURIComponent(new URL(url).password) : undefined;
