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
  const braced = new Set(
    node.specifiers.flatMap((one, at) => (one.type === 'ImportSpecifier' ? [names[at]?.text ?? ''] : [])),
  );
  const simple = bare && attributes === '' && braced.size === names.length && names.length > 0 && node.phase == null;
  return simple ? { ...common, rewrite: (wanted) => rewritten(whole.raw, written, wanted) } : common;
};

/** A default is a name like any other, but stands outside the braces. */
const nameOf = (one: Declaration['specifiers'][number], text: string): string =>
  one.type === 'ImportDefaultSpecifier'
    ? `default as ${one.local.name}`
    : text.slice(one.start ?? 0, one.end ?? 0).replaceAll(/\s+/g, ' ');

/** The names between the braces replaced, in the layout that was there. */
const rewritten = (raw: string, written: string, names: readonly ImportedName[]): string | undefined => {
  const open = written.indexOf('{');
  const close = written.lastIndexOf('}');
  if (names.some(({ text }) => /^(?:\*|default) as /.test(text))) return undefined;
  const between = written.slice(open + 1, close);
  const texts = names.map(({ text }) => text);
  const end = lineEnd(between);
  const indent = /\n([ \t]*)\S/.exec(between)?.[1];
  const pad = /^\s/.test(between) ? ' ' : '';
  const comma = /,\s*$/.test(between) ? ',' : '';
  const list =
    indent === undefined
      ? `${pad}${texts.join(', ')}${pad}`
      : `${end}${texts.map((text) => `${indent}${text}`).join(`,${end}`)}${comma}${end}${/[ \t]*$/.exec(between)?.[0] ?? ''}`;
  const at = raw.indexOf(written);
  return `${raw.slice(0, at)}${written.slice(0, open + 1)}${list}${written.slice(close)}${raw.slice(at + written.length)}`;
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
