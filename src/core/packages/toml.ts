import type { Package } from '#core/packages/added.ts';
import { pythonName } from '#core/packages/by-line.ts';

/** A line of a TOML file that matters here: the table that it stands in, its key, and the text of its value. */
type Entry = { readonly table: string; readonly key: string; readonly value: string };

const HEADER = /^\[\[?\s*(.+?)\s*\]\]?\s*(?:#.*)?$/;
const PAIR = /^((?:"[^"]*"|'[^']*'|[A-Za-z0-9_-]+)(?:\s*\.\s*(?:"[^"]*"|'[^']*'|[A-Za-z0-9_-]+))*)\s*=\s*(.*)$/;

/**
 * Tables and keys of a manifest, by lines; an array over several lines is one value. Enough for names of packages: not
 * a reader of all of TOML.
 */
const entries = (text: string): readonly Entry[] => {
  const found: Entry[] = [];
  let table = '';
  let open: { key: string; value: string } | undefined;
  for (const raw of text.split(/\r?\n/)) {
    const line = raw.trim();
    if (open !== undefined) {
      open.value += `\n${line}`;
      if (!isClosed(open.value)) continue;
      found.push({ table, ...open });
      open = undefined;
      continue;
    }
    const header = HEADER.exec(line)?.[1];
    if (header !== undefined) {
      table = unquoted(header);
      found.push({ table, key: '', value: '' });
      continue;
    }
    const [, key, value = ''] = PAIR.exec(line) ?? [];
    if (key === undefined) continue;
    if (value.startsWith('[') && !isClosed(value)) open = { key: unquoted(key), value };
    else found.push({ table, key: unquoted(key), value });
  }
  return found;
};

/** Are all brackets of an array closed? Those inside of strings do not count. */
const isClosed = (value: string): boolean => {
  const plain = value.replace(/"(?:\\.|[^"\\])*"|'[^']*'/g, '').replace(/#.*$/gm, '');
  return plain.split('[').length <= plain.split(']').length;
};

const unquoted = (key: string): string => key.replace(/\s*\.\s*/g, '.').replace(/["']/g, '');

const CARGO = /^(?:workspace\.|target\..+\.)?((?:dev-|build-)?dependencies)(?:\.(.+))?$/;

/** Crates of a Cargo.toml: keys of the tables of dependencies, also `[dependencies.name]`; `package = "…"` renames. */
export const cargoPackages = (text: string): readonly Package[] => {
  const found: Package[] = [];
  for (const { table, key, value } of entries(text)) {
    const [, section, name] = CARGO.exec(table) ?? [];
    if (section === undefined) continue;
    if (name !== undefined && key === '') found.push({ name, section });
    else if (name === undefined && key !== '') {
      const crate = /\bpackage\s*=\s*["']([^"']+)["']/.exec(value)?.[1] ?? key.split('.')[0] ?? key;
      found.push({ name: crate, section });
    }
    if (name !== undefined && key === 'package') found.push({ name: value.replace(/^["']|["'].*$/g, ''), section });
  }
  return found;
};

const POETRY = /^tool\.poetry\.(?:group\.[^.]+\.)?(?:dev-)?dependencies$/;
const LISTS = /^(?:project\.optional-dependencies|dependency-groups)$/;

/** Packages of a pyproject.toml: the project's lists (PEP 621, PEP 735), Poetry's tables, what builds it. */
export const pythonPackages = (text: string): readonly Package[] =>
  entries(text).flatMap(({ table, key, value }): readonly Package[] => {
    const isList =
      (table === 'project' && key === 'dependencies') ||
      (table === 'build-system' && key === 'requires') ||
      (key !== '' && LISTS.test(table)) ||
      (table === 'tool.uv' && key === 'dev-dependencies');
    if (isList)
      return [...value.matchAll(/"((?:\\.|[^"\\])*)"|'([^']*)'/g)].flatMap(([, double, single]) => {
        const name = pythonName(double ?? single ?? '');
        return name === undefined ? [] : [{ name, section: table }];
      });
    const name = POETRY.test(table) && key !== '' && key !== 'python' ? pythonName(key) : undefined;
    return name === undefined ? [] : [{ name, section: table }];
  });
