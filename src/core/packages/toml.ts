import type { Package } from '#core/packages/added.ts';
import { pythonName } from '#core/packages/by-line.ts';

/** A line of a TOML file that matters here: the table that it stands in, its key, and the text of its value. */
type Entry = { readonly table: string; readonly key: string; readonly value: string };

/** No table has a longer name. */
const LONGEST_HEADER = 1_000;
const HEADER = /^\[\[?\s*(.+?)\s*\]\]?\s*(?:#.*)?$/;
const PAIR = /^((?:"[^"]*"|'[^']*'|[A-Za-z0-9_-]+)(?:\s*\.\s*(?:"[^"]*"|'[^']*'|[A-Za-z0-9_-]+))*)\s*=\s*(.*)$/;

/**
 * Tables and keys of a manifest, by lines; an array over several lines is one value. Enough for names of packages: not
 * a reader of all of TOML.
 */
const entries = (text: string): readonly Entry[] => {
  const found: Entry[] = [];
  let table = '';
  let open: { key: string; lines: string[]; depth: number } | undefined;
  for (const raw of text.split(/\r?\n/)) {
    const line = raw.trim();
    if (open !== undefined) {
      open.lines.push(line);
      open.depth += depthOf(line);
      if (open.depth > 0) continue;
      found.push({ table, key: open.key, value: open.lines.join('\n') });
      open = undefined;
      continue;
    }
    const header = line.length > LONGEST_HEADER ? undefined : HEADER.exec(line)?.[1];
    if (header !== undefined) {
      table = unquoted(header);
      found.push({ table, key: '', value: '' });
      continue;
    }
    const [, key, value = ''] = PAIR.exec(line) ?? [];
    if (key === undefined) continue;
    const depth = value.startsWith('[') ? depthOf(value) : 0;
    if (depth > 0) open = { key: unquoted(key), lines: [value], depth };
    else found.push({ table, key: unquoted(key), value });
  }
  return found;
};

/** How many brackets of arrays a line opens and does not close. Those inside of strings do not count. */
const depthOf = (line: string): number => {
  const plain = line.replace(/"(?:\\.|[^"\\])*(?:"|$)|'[^']*'/g, '').replace(/#.*$/, '');
  return plain.split('[').length - plain.split(']').length;
};

const unquoted = (key: string): string => key.replace(/\s*\.\s*/g, '.').replace(/["']/g, '');

/** Whole path of an entry: tables and dotted keys mean the same. */
const pathOf = ({ table, key }: Entry): string => [table, key].filter((part) => part !== '').join('.');

/** Texts in a value. */
const textsIn = (value: string): readonly string[] =>
  [...value.matchAll(/"((?:\\.|[^"\\])*)(?:"|$)|'([^']*)'/g)].map(([, double, single]) => double ?? single ?? '');

/** Entries below a path: those of its tables and dotted keys, and those of an inline table. Each with the rest of its path. */
const below = (all: readonly Entry[], path: RegExp): readonly { readonly rest: string; readonly value: string }[] =>
  all.flatMap((entry) => {
    const whole = pathOf(entry);
    const found = path.exec(whole)?.[0];
    if (found === undefined) return [];
    const rest = whole.slice(found.length).replace(/^\./, '');
    if (rest !== '') return whole[found.length] === '.' ? [{ rest, value: entry.value }] : [];
    const inner = /^\{(.*)\}/s.exec(entry.value)?.[1] ?? '';
    return [...inner.matchAll(INLINE)].map(([, key = '', value = '']) => ({ rest: unquoted(key), value }));
  });

const INLINE = /(?<![\w.-])("[^"]*"|'[^']*'|[\w.-]+)\s*=\s*("[^"]*"|'[^']*'|\{[^}]*\}|\[[^\]]*\]|[^,]+)/g;

/** An address in a value: what is there comes in the place of what the index has. */
const addressIn = (value: string): string | undefined => /\b(?:git|url)\s*=\s*["']([^"']+)["']/.exec(value)?.[1];

const CARGO = /^(?:workspace\.|target\..+\.)?(?:dev-|build-)?dependencies/;
const PATCH = /^(?:patch\..+|replace)$/;

/** Crates of a Cargo.toml; `package = "…"` renames, `git = "…"` brings whatever is there. */
export const cargoPackages = (text: string): readonly Package[] => {
  const all = entries(text);
  const named = new Map<string, string>();
  for (const { rest, value } of below(all, CARGO)) {
    const [name = '', ...part] = rest.split('.');
    named.set(name, `${named.get(name) ?? ''}\n${part.length === 0 ? value : `${part.join('.')} = ${value}`}`);
  }
  const crates = [...named].map(
    ([name, value]) => addressIn(value) ?? /\bpackage\s*=\s*["']([^"']+)["']/.exec(value)?.[1] ?? name,
  );
  const patches = all.flatMap((entry) => {
    const { table, key, value } = entry;
    return PATCH.test(table) ? (addressIn(`${key} = ${value}`) ?? []) : [];
  });
  return [...crates, ...patches].map((name) => ({ name, section: 'dependencies' }));
};

const LISTS =
  /^(?:project\.(?:optional-)?dependencies|build-system\.requires|dependency-groups|tool\.uv\.[a-z-]*dependencies|tool\.pdm\.dev-dependencies|tool\.hatch\.(?:envs|build)\..*dependencies)(?:\.|$)/;
const POETRY = /^tool\.poetry\.(?:group\.[^.]+\.)?(?:dev-)?dependencies/;
const SOURCES = /^tool\.(?:uv\.(?:sources|index)|poetry\.source|pdm\.source)(?:\.|$)/;

/** Packages of a pyproject.toml: the lists of the standards (PEP 621, 735, 518) and of tools, Poetry's tables, other places to take them from. */
export const pythonPackages = (text: string): readonly Package[] => {
  const all = entries(text);
  const listed = all.flatMap((entry) => {
    const path = pathOf(entry);
    if (LISTS.test(path)) return textsIn(entry.value).flatMap((one) => pythonName(one) ?? []);
    return SOURCES.test(path) ? (addressIn(`${entry.key} = ${entry.value}`) ?? []) : [];
  });
  return [...listed, ...tabled(all, POETRY)].map((name) => ({ name, section: 'dependencies' }));
};

/** Packages of a Pipfile. */
export const pipfilePackages = (text: string): readonly Package[] =>
  tabled(entries(text), /^(?:dev-)?packages/).map((name) => ({ name, section: 'packages' }));

const tabled = (all: readonly Entry[], path: RegExp): readonly string[] =>
  below(all, path)
    .filter(({ rest }) => rest !== 'python')
    .flatMap(
      ({ rest, value }) =>
        addressIn(`${rest.split('.').at(-1)} = ${value}`) ??
        addressIn(value) ??
        pythonName(rest.split('.')[0] ?? '') ??
        [],
    );
