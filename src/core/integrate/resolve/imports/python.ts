import { type Import, type ImportedName, type ImportReader, lineEnd, linesOf } from './import.ts';

const PLAIN =
  /^([ \t]*)import[ \t]+([\w.]+(?:[ \t]+as[ \t]+\w+)?(?:[ \t]*,[ \t]*[\w.]+(?:[ \t]+as[ \t]+\w+)?)*)[ \t]*(#.*)?$/;
const FROM =
  /^([ \t]*)from[ \t]+(\.*[\w.]*)[ \t]+import[ \t]+(\*|\w+(?:[ \t]+as[ \t]+\w+)?(?:[ \t]*,[ \t]*\w+(?:[ \t]+as[ \t]+\w+)?)*)[ \t]*(#.*)?$/;
const OPEN = /^([ \t]*)from[ \t]+(\.*[\w.]*)[ \t]+import[ \t]*\([ \t]*$/;
const INNER = /^[ \t]*(\w+(?:[ \t]+as[ \t]+\w+)?)[ \t]*(,?)[ \t]*$/;
/** What formatters break a line at. */
const WIDEST = 88;

/** Import statements of a Python file: on one line, or one name a line between brackets. */
export const python: ImportReader = (text) => {
  const lines = linesOf(text);
  const found: Import[] = [];
  let quote: string | undefined;
  for (let at = 0; at < lines.length; at += 1) {
    const bare = (lines[at] ?? '').replace(/\r?\n$/, '');
    if (quote === undefined) {
      const one = onOneLine(bare, at, lines[at] ?? '') ?? between(lines, at);
      if (one !== undefined) {
        found.push(one);
        at = one.end - 1;
        continue;
      }
    }
    quote = afterQuotes(bare, quote);
  }
  return found;
};

const onOneLine = (bare: string, at: number, raw: string): Import | undefined => {
  const place = { start: at, end: at + 1, raw };
  const plain = PLAIN.exec(bare);
  if (plain !== null) {
    const [, indent = '', list = ''] = plain;
    const names = list.split(',').map((one) => nameOf(one, true));
    const source = `${indent}import`;
    return { ...place, order: `${source} ${list}`, source, names };
  }
  const [, indent = '', module, list = '', comment] = FROM.exec(bare) ?? [];
  if (module === undefined) return undefined;
  const names = list === '*' ? [{ text: '*' }] : list.split(',').map((one) => nameOf(one, false));
  const common = { ...place, order: `${indent}from ${module}`, source: `${indent}from ${module}`, names };
  if (comment !== undefined || list === '*') return common;
  const rewrite = (wanted: readonly ImportedName[]): string | undefined => {
    const line = `${indent}from ${module} import ${wanted.map((name) => name.text).join(', ')}`;
    return line.length > WIDEST || wanted.some((name) => name.text === '*') ? undefined : `${line}${lineEnd(raw)}`;
  };
  return { ...common, rewrite };
};

const between = (lines: readonly string[], at: number): Import | undefined => {
  const [, indent = '', module] = OPEN.exec((lines[at] ?? '').replace(/\r?\n$/, '')) ?? [];
  if (module === undefined) return undefined;
  const names: ImportedName[] = [];
  let end = at + 1;
  let comma = true;
  for (; ; end += 1) {
    const line = lines[end];
    if (line === undefined) return undefined;
    const bare = line.replace(/\r?\n$/, '');
    if (/^[ \t]*\)[ \t]*$/.test(bare)) break;
    const [, name, tail] = INNER.exec(bare) ?? [];
    if (name === undefined || !comma) return undefined;
    comma = tail === ',';
    names.push(nameOf(name, false));
  }
  if (names.length === 0) return undefined;
  const raw = lines.slice(at, end + 1);
  const step = /^[ \t]*/.exec(raw[1] ?? '')?.[0] ?? '';
  const newline = lineEnd(raw.join(''));
  const rewrite = (wanted: readonly ImportedName[]): string | undefined => {
    if (wanted.some((name) => name.text === '*')) return undefined;
    const inner = wanted.map((name) => `${step}${name.text}`).join(`,${newline}`);
    return `${raw[0] ?? ''}${inner}${comma ? ',' : ''}${newline}${raw.at(-1) ?? ''}`;
  };
  const source = `${indent}from ${module}`;
  return { start: at, end: end + 1, raw: raw.join(''), order: source, source, names, rewrite };
};

/** `import a.b` gives the name `a`; together with `import a.c` that is one thing. */
const nameOf = (written: string, dotted: boolean): ImportedName => {
  const text = written.trim().replaceAll(/[ \t]+/g, ' ');
  const [module = '', local] = text.split(' as ');
  if (local !== undefined) return { text, local };
  return dotted && module.includes('.') ? { text } : { text, local: module };
};

/** The triple quote that is open behind a line. */
const afterQuotes = (line: string, open: string | undefined): string | undefined => {
  let quote = open;
  for (const [found] of line.matchAll(/"""|'''/g)) {
    if (quote === undefined) quote = found;
    else if (quote === found) quote = undefined;
  }
  return quote;
};
