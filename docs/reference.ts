import { z } from 'zod';
import { ENVIRONMENT, isSecret } from '#config/environment.ts';
import { OPERATOR } from '#config/operator.ts';
import { PRICES, PRICES_AS_OF } from '#config/prices.ts';
import { REPOSITORY } from '#config/repository.ts';
import type { Rates } from '#core/types.ts';
import { type JsonSchema, keyRows, tableOf } from './key-table.ts';

const schemaOf = (schema: z.ZodType, title: string): JsonSchema => ({
  ...(z.toJSONSchema(schema, { io: 'input' }) as JsonSchema),
  title,
});

const environment = (): JsonSchema => schemaOf(ENVIRONMENT, 'Environment of Forkjoin');
const operator = (): JsonSchema => schemaOf(OPERATOR, "forkjoin.yml: the operator's configuration of Forkjoin");
const repository = (): JsonSchema =>
  schemaOf(REPOSITORY, '.github/parallel.yml: configuration of a repository for Forkjoin');

/** Every file that is made from the schemas of the configuration, by its path in the checkout. */
export const generated = (): Readonly<Record<string, string>> => ({
  '.env.example': environmentExample(),
  'docs/configuration.md': reference(),
  'docs/schema/forkjoin.schema.json': `${JSON.stringify(operator(), null, 2)}\n`,
  'docs/schema/parallel.schema.json': `${JSON.stringify(repository(), null, 2)}\n`,
});

const environmentExample = (): string => {
  const variables = Object.entries(environment().properties ?? {}).map(([name, schema]) => {
    const value = typeof schema.default === 'string' ? schema.default : (schema.example ?? '');
    return `# ${schema.description}\n#${name}=${isSecret(name) && !value.includes('://') ? '' : value}\n`;
  });
  return [
    '# Copy to .env beside it and take the # from what you set; a variable of the environment wins over .env.',
    '# Made from src/config/environment.ts by "npm run docs".\n',
    ...variables,
  ].join('\n');
};

const reference = (): string => `# Configuration

<!-- Made from the schemas in src/config by "npm run docs": change those. -->

Whatever is wrong is told before anything starts: every problem at once, each with its variable or key, its value
(never a secret's) and what was expected, and exit status 2. A key that is not listed here is a problem too.

## Environment

Read from the environment, and for what is not set there from \`.env\` in the current folder. An empty variable counts
as not set. \`APP_ID\`, the private key and \`WEBHOOK_SECRET\` come together or not at all; without them \`forkjoin serve\`
starts the guided registration. \`REDIS_URL\` wins over \`DATABASE_URL\`; with neither, the database is embedded and one
process (\`forkjoin serve\`) does everything.

${tableOf(
  ['Variable', 'Default', 'What it is for'],
  keyRows(environment()).map((row) => [
    row.key,
    isSecret(row.key.replaceAll('`', '')) ? 'secret' : row.preset,
    row.description,
  ]),
)}

## Operator: \`forkjoin.yml\`

YAML or JSON; in the current folder, or where \`FORKJOIN_CONFIG\` says. Paths are relative to the file. A word of an
agent's \`command\` that names a file there is made absolute, and that file is readable in the sandbox. For editors:
[JSON Schema](schema/forkjoin.schema.json).

${tableOf(
  ['Key', 'Value', 'Default', 'What it is for'],
  keyRows(operator()).map((row) => [row.key, row.kind, row.preset, row.description]),
)}

Prices that are shipped, in US dollars per million tokens, as of ${PRICES_AS_OF}:

${tableOf(
  ['Model', 'Input', 'Output', 'Cache read', 'Cache write', 'Long prompts'],
  Object.entries(PRICES).map(([model, price]) => [
    `\`${model}\``,
    ...rates(price),
    price.long === undefined
      ? ''
      : `above ${price.long.above} tokens: ${rates(price.long).filter(Boolean).join(' / ')}`,
  ]),
)}

## Repository: \`.github/parallel.yml\`

YAML or JSON, read from the default branch. (The same file in the organisation's \`.github\` repository is not read yet: the
app's tokens are good for one repository at a time.) It can lower the operator's limits and cannot raise them. While it is broken, the defaults hold and
the plan says what is wrong. For editors: [JSON Schema](schema/parallel.schema.json).

${tableOf(
  ['Key', 'Value', 'Default', 'What it is for'],
  keyRows(repository()).map((row) => [row.key, row.kind, row.preset, row.description]),
)}

\`protected\` has two forms:

\`\`\`yaml
protected: [infra/**, package.json]      # these too: no item may own them
protected:
  add: [infra/**]                        # these too
  allow: [.github/workflows/docs.yml]    # of the built-in ones, items may own these
\`\`\`
`;

const rates = (price: Rates): readonly string[] =>
  [price.input, price.output, price.cache_read, price.cache_write].map((dollars) => String(dollars ?? ''));
