import { type Code, parseScript } from '#core/code/parse.ts';
import { type Import, type ImportedName, type ImportReader, lineEnd, linesOf } from './import.ts';

type Statement = Code['program']['body'][number];
type Declaration = Extract<Statement, { readonly type: 'ImportDeclaration' }>;

/** Import statements of a JavaScript or TypeScript module. A file that declares a name twice cannot be read. */
export const javascript =
  (path: string): ImportReader =>
  (text) => {
    // To the parser these end a line too; to git they do not.
    if (/[\u2028\u2029]|\r(?!\n)/.test(text)) return undefined;
    const file = parseScript(path, text);
    if (file === undefined || (file.errors ?? []).length > 0) return undefined;
    const comments = file.comments ?? [];
    const lines = linesOf(text);
    return file.program.body.flatMap((statement) => {
      const whole = owned(lines, statement);
      if (whole === undefined) return [];
      if (statement.type === 'ImportDeclaration') {
        const bare = !comments.some((one) => inside(one, statement));
        return [importOf(text, statement, whole, bare)];
      }
      const local = required(statement);
      if (local === undefined) return [];
      const source = text.slice(statement.start ?? 0, statement.end ?? 0);
      return [{ ...whole, order: source, source, names: [{ text: source, local }] }];
    });
  };

type Place = { readonly start?: number | null; readonly end?: number | null };
const inside = (part: Place, whole: Place): boolean =>
  (part.start ?? 0) >= (whole.start ?? 0) && (part.end ?? 0) <= (whole.end ?? 0);

/** Its lines, when nothing but a comment behind it shares them. */
const owned = (all: readonly string[], { loc }: Statement): Pick<Import, 'start' | 'end' | 'raw'> | undefined => {
  if (loc == null) return undefined;
  const [start, end] = [loc.start.line - 1, loc.end.line];
  const [first = '', last = ''] = [all[start], all[end - 1]];
  // What is so far inside of a line stands behind something else.
  if (loc.start.column > 200 || last.length - loc.end.column > 500) return undefined;
  const after = last.slice(loc.end.column).trim();
  if (first.slice(0, loc.start.column).trim() !== '') return undefined;
  if (!/^(?:\/\/.*|\/\*(?:(?!\*\/).)*\*\/)?$/.test(after)) return undefined;
  return { start, end, raw: all.slice(start, end).join('') };
};

const importOf = (
  text: string,
  node: Declaration,
  whole: Pick<Import, 'start' | 'end' | 'raw'>,
  bare: boolean,
): Import => {
  const written = text.slice(node.start ?? 0, node.end ?? 0);
  const attributes = text
    .slice(node.source.end ?? 0, node.end ?? 0)
    .replace(/;$/, '')
    .trim();
  const source = `${node.importKind ?? 'value'} ${node.phase ?? ''} ${node.source.value} ${attributes}`;
  const names = node.specifiers.map((one): ImportedName => ({ text: nameOf(one, text), local: one.local.name }));
  const common = { ...whole, order: node.source.value, source, names: names.length === 0 ? [{ text: '' }] : names };
  const isPlain = node.specifiers.every(({ type }) => type !== 'ImportNamespaceSpecifier');
  const simple = bare && attributes === '' && isPlain && node.specifiers.length > 0 && node.phase == null;
  return simple ? { ...common, rewrite: (wanted) => rewritten(whole.raw, written, wanted) } : common;
};

/** A default is a name like any other, but stands outside the braces. */
const nameOf = (one: Declaration['specifiers'][number], text: string): string =>
  one.type === 'ImportDefaultSpecifier'
    ? `default as ${one.local.name}`
    : text.slice(one.start ?? 0, one.end ?? 0).replaceAll(/\s+/g, ' ');

/** `import Default, { names } from 'source';`: what stands before the names, a default, names in braces, the rest. */
const SHAPE = /^(import\s+(?:type\s+)?)(\w[\w$]*|\$[\w$]*)?(\s*,\s*)?(\{[^}]*\})?(\s*from[^]*)$/;
const DEFAULT = 'default as ';

/** The statement with other names, in the layout that was there. */
const rewritten = (raw: string, written: string, names: readonly ImportedName[]): string | undefined => {
  const [, head, own, , braces, tail] = SHAPE.exec(written) ?? [];
  if (head === undefined || tail === undefined) return undefined;
  const texts = names.map(({ text }) => text);
  const braced = texts.filter((text) => !text.startsWith(DEFAULT));
  const defaults = texts.filter((text) => text.startsWith(DEFAULT)).map((text) => text.slice(DEFAULT.length));
  // One that was not there gets a statement of its own, and of types only one sort may stand in one.
  if (braced.some((text) => text.startsWith('* ')) || defaults.length > (own === undefined ? 0 : 1)) return undefined;
  if (/\stype\s/.test(head) && defaults.length > 0 && braced.length > 0) return undefined;
  const parts = [...defaults, ...(braced.length > 0 ? [inBraces(braces ?? '{ }', braced)] : [])];
  const at = raw.indexOf(written);
  return `${raw.slice(0, at)}${head}${parts.join(', ')}${tail}${raw.slice(at + written.length)}`;
};

/** Names in braces laid out as others were. */
const inBraces = (braces: string, names: readonly string[]): string => {
  const between = braces.slice(1, -1);
  const indent = /\n([ \t]*)\S/.exec(between)?.[1];
  if (indent === undefined) {
    const pad = /^\s/.test(between) ? ' ' : '';
    return `{${pad}${names.join(', ')}${pad}}`;
  }
  const end = lineEnd(between);
  const comma = /,\s*$/.test(between) ? ',' : '';
  return `{${end}${names.map((name) => `${indent}${name}`).join(`,${end}`)}${comma}${end}${/[ \t]*$/.exec(between)?.[0] ?? ''}}`;
};

/** The name that `const name = require('…')` gives; a pattern's own text. */
const required = (statement: Statement): string | undefined => {
  if (statement.type === 'TSImportEqualsDeclaration') return statement.id.name;
  if (statement.type !== 'VariableDeclaration' || statement.declarations.length !== 1) return undefined;
  const [{ id, init } = { id: undefined, init: undefined }] = statement.declarations;
  if (id?.type !== 'Identifier' || init?.type !== 'CallExpression') return undefined;
  const [argument, ...more] = init.arguments;
  const plain = init.callee.type === 'Identifier' && init.callee.name === 'require' && more.length === 0;
  return plain && argument?.type === 'StringLiteral' ? id.name : undefined;
};
