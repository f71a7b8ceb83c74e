/** The part of JSON Schema that the configuration's schemas use. */
export type JsonSchema = {
  readonly title?: string;
  readonly type?: string;
  readonly description?: string;
  readonly example?: string;
  readonly default?: unknown;
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly anyOf?: readonly JsonSchema[];
  readonly items?: JsonSchema;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: JsonSchema | false;
};

/** One key of a configuration, each part ready for a Markdown table. */
export type KeyRow = {
  readonly key: string;
  readonly kind: string;
  readonly preset: string;
  readonly description: string;
};

/** Every key of a schema, those below a key after it, with dots; `<name>` stands for any key. */
export const keyRows = (schema: JsonSchema, above = ''): readonly KeyRow[] =>
  Object.entries(schema.properties ?? {}).flatMap(([name, property]) => {
    const key = `${above}${name}`;
    const below = typeof property.additionalProperties === 'object' ? property.additionalProperties : undefined;
    return [
      {
        key: `\`${key}\``,
        kind: kindOf(property),
        preset: presetOf(property.default),
        description: property.description ?? '',
      },
      ...keyRows(property, `${key}.`),
      ...(below?.properties === undefined ? [] : keyRows(below, `${key}.<name>.`)),
    ];
  });

/** A Markdown table. */
export const tableOf = (heads: readonly string[], rows: readonly (readonly string[])[]): string =>
  [heads, heads.map(() => '---'), ...rows]
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`)
    .join('\n');

const kindOf = (schema: JsonSchema): string => {
  if (schema.anyOf !== undefined) return schema.anyOf.map(kindOf).join(', or ');
  if (schema.enum !== undefined) return schema.enum.map((word) => `\`${word}\``).join(', ');
  switch (schema.type) {
    case 'integer':
      return `whole number, ${schema.minimum} to ${schema.maximum}`;
    case 'number':
      return schema.exclusiveMinimum === undefined
        ? `number, ${schema.minimum} to ${schema.maximum}`
        : `number above ${schema.exclusiveMinimum}, to ${schema.maximum}`;
    case 'boolean':
      return '`true` or `false`';
    case 'array':
      return `list of ${schema.items === undefined ? 'values' : `${kindOf(schema.items)}s`}`;
    case 'object':
      return schema.properties === undefined ? 'mapping by name' : 'mapping';
    default:
      return 'text';
  }
};

const presetOf = (value: unknown): string => {
  if (value === undefined) return '';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text === '{}' || text === '[]' ? 'none' : `\`${text}\``;
};
