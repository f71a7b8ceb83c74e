/** HTML that may be sent as it is. Made by `html` only, so that no text of a person gets in unescaped. */
export type Html = { readonly markup: string };

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Template tag: literal parts are markup, every value is escaped unless it is markup itself (or a list of such). */
export const html = (
  parts: TemplateStringsArray,
  ...values: readonly (string | number | Html | readonly Html[])[]
): Html => ({
  markup: parts.map((part, index) => part + (index < values.length ? render(values[index] ?? '') : '')).join(''),
});

const render = (value: string | number | Html | readonly Html[]): string => {
  if (typeof value === 'string') return value.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
  if (typeof value === 'number') return String(value);
  return 'markup' in value ? value.markup : value.map(({ markup }) => markup).join('');
};
