import { type Import, type ImportedName, type ImportReader, lineEnd, linesOf } from './import.ts';

const START = /^([ \t]*(?:pub(?:\([^)]*\))?[ \t]+)?use[ \t]+)([^;]*)$/;
/** A path and, between braces, names without a path of their own. */
const SIMPLE = /^([\w:]+::)\{\s*((?:\w+(?:\s+as\s+\w+)?\s*,\s*)*\w+(?:\s+as\s+\w+)?)(\s*,)?\s*\}$/;
const PATH = /^((?:(?:::)?\w+::)*)(\w+(?:\s+as\s+\w+)?|\*)$/;
/** What rustfmt breaks a line at. */
const WIDEST = 100;

/** `use` declarations of a Rust file that own their lines. */
export const rust: ImportReader = (text) => {
  const lines = linesOf(text);
  const found: Import[] = [];
  for (let at = 0; at < lines.length; at += 1) {
    let end = at + 1;
    let raw = lines[at] ?? '';
    if (!START.test(raw.replace(/;[^\n]*\n?$/, '').replace(/\r?\n$/, ''))) continue;
    // A statement goes on until its semicolon.
    while (!raw.includes(';') && end < lines.length && raw.length < 10_000) raw += lines[end++] ?? '';
    const one = statement(raw);
    if (one === undefined) continue;
    found.push({ start: at, end, raw, ...one });
    at = end - 1;
  }
  return found;
};

const statement = (raw: string): Omit<Import, 'start' | 'end' | 'raw'> | undefined => {
  const [, head, tree] = /^([ \t]*(?:pub(?:\([^)]*\))?[ \t]+)?use[ \t]+)([^;]+);[ \t]*\r?\n?$/.exec(raw) ?? [];
  if (head === undefined || tree === undefined || /\/\/|\/\*/.test(tree)) return undefined;
  const plain = PATH.exec(tree.trim());
  if (plain !== null) {
    const [, path = '', name = ''] = plain;
    return { order: tree, source: `${head}${path}`, names: [nameOf(name)] };
  }
  const [, path, list, comma] = SIMPLE.exec(tree.trim()) ?? [];
  // Braces in braces: the whole statement stands for itself.
  if (path === undefined || list === undefined)
    return { order: tree, source: `${head}${tree}`, names: [{ text: tree, local: tree }] };
  const names = list.split(',').map((name) => nameOf(name));
  const inner = /\n([ \t]*)\S/.exec(tree)?.[1];
  const end = lineEnd(raw);
  const indent = /^[ \t]*/.exec(head)?.[0] ?? '';
  const rewrite = (wanted: readonly ImportedName[]): string | undefined => {
    const texts = wanted.map(({ text }) => text);
    if (texts.includes('*')) return undefined;
    const line =
      inner === undefined
        ? `${head}${path}{${texts.join(', ')}};`
        : `${head}${path}{${end}${texts.map((text) => `${inner}${text}`).join(`,${end}`)}${comma === undefined ? '' : ','}${end}${indent}};`;
    return inner === undefined && line.length > WIDEST ? undefined : `${line}${end}`;
  };
  return { order: `${path}{`, source: `${head}${path}`, names, rewrite };
};

const nameOf = (written: string): ImportedName => {
  const text = written.trim().replaceAll(/\s+/g, ' ');
  const local = text.split(' as ').at(-1) ?? text;
  return local === '*' || local === '_' || local === 'self' ? { text } : { text, local };
};
