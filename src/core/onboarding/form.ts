/** One field of a GitHub issue form. GitHub writes it into the body as `### <label>` with the answer below. */
export type Field = {
  readonly label: string;
  readonly description: string;
  readonly required: boolean;
  /** Shown while the field is empty; never part of the body. */
  readonly placeholder?: string;
  /** What stands in the field from the start. */
  readonly value?: string;
  /** One line instead of many. */
  readonly short?: true;
};

type Form = {
  readonly name: string;
  readonly description: string;
  readonly introduction: string;
  readonly fields: readonly Field[];
};

/**
 * The YAML of an issue form. It sets no label: applying `parallel` is a command that is given by a person who may write,
 * and a form would give it in the name of whoever opens an issue.
 */
export const formFile = (form: Form): string =>
  [
    `name: ${JSON.stringify(form.name)}`,
    `description: ${JSON.stringify(form.description)}`,
    '# No label here: applying `parallel` is a command, given by a maintainer who has read the issue.',
    'body:',
    '  - type: markdown',
    '    attributes:',
    `      value: ${literal(form.introduction)}`,
    ...form.fields.map(field),
    '',
  ].join('\n');

const field = ({ label, description, required, placeholder, value, short }: Field): string =>
  [
    `  - type: ${short === true ? 'input' : 'textarea'}`,
    `    id: ${label.toLowerCase().replaceAll(' ', '-')}`,
    '    attributes:',
    `      label: ${label}`,
    `      description: ${JSON.stringify(description)}`,
    ...(placeholder === undefined ? [] : [`      placeholder: ${literal(placeholder)}`]),
    ...(value === undefined ? [] : [`      value: ${literal(value)}`]),
    '    validations:',
    `      required: ${required}`,
  ].join('\n');

/** A YAML block scalar below a key that is indented by six. */
const literal = (text: string): string =>
  `|-\n${text
    .split('\n')
    .map((line) => (line === '' ? '' : `        ${line}`))
    .join('\n')}`;
