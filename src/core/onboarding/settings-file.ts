import type { SettingsSchema } from '#core/types.ts';

/** Where the schema stands beside the settings: an editor finds it without asking anybody. */
export const SCHEMA_FILE = '.github/parallel.schema.json';

/** A value to begin with, for keys whose default says nothing. Flow style, so that each stands on one line. */
const EXAMPLES: Readonly<Record<string, string>> = {
  agent: 'claude',
  agents: '[claude]',
  model_by_kind: '{ docs: claude-haiku-4-5 }',
  roles_dir: '.github/roles',
  setup: '[npm ci]',
  verify: '[npm test]',
  slots: '4',
  attempts: '2',
  budget: '20',
  timeout: '30',
  protected: '[infra/**]',
  allowed_packages: '[zod]',
  style_guide: 'CONTRIBUTING.md',
};

/** `.github/parallel.yml` with every key as a comment: what holds without it, or an example. */
export const settingsFile = (schema: SettingsSchema): string =>
  [
    `# yaml-language-server: $schema=${SCHEMA_FILE.replace('.github/', '')}`,
    '#',
    '# How issues with the label `parallel` are worked on here. All keys are optional: take the # from what you change.',
    '# It is read from the default branch and can lower what the operator of the app allows, not raise it.',
    ...Object.entries(schema.properties ?? {}).flatMap(([key, about]) => [
      '',
      ...wrapped(about.description ?? ''),
      `#${key}: ${EXAMPLES[key] ?? JSON.stringify(about.default ?? '')}`,
    ]),
    '',
  ].join('\n');

/** The words of a description as comment lines of at most 100 characters. */
const wrapped = (text: string): readonly string[] => {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last === undefined || last.length + word.length > 98) lines.push(`# ${word}`);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
};
