/** `go.mod` and `go.sum`: what both sides require, for `go mod tidy` to bring in order. */
import { linesOf } from './imports/import.ts';
import { type Hunk, segmentsOf } from './imports/segments.ts';

const REQUIRED = /^\s*(require\s+)?(\S+)\s+(v\d\S*)(\s*\/\/ indirect)?\s*$/;

type Required = { readonly module: string; readonly version: string; readonly indirect: boolean };

/** Lines of both sides, each once. */
export const uniteSums = (ours: string, theirs: string): string => {
  const lines = linesOf(ours);
  const known = new Set(lines);
  return [...lines, ...linesOf(theirs).filter((line) => !known.has(line))].join('');
};

/**
 * A `go.mod` whose hunks hold nothing but requirements, with those of both sides. Of an indirect one the higher version
 * counts, as Go itself would choose; a direct one that both sides changed is a person's matter. Undefined: not by rule.
 */
export const mergeGoMod = (merged: string, marker: number): string | undefined => {
  const segments = segmentsOf(merged, marker);
  const parts: string[] = [];
  for (const segment of segments) {
    const text = 'settled' in segment ? segment.settled.join('') : unite(segment, inRequire(parts.join('')));
    if (text === undefined) return undefined;
    parts.push(text);
  }
  return parts.join('');
};

/** Does what follows the text stand between the brackets of `require`? Undefined: between others. */
const inRequire = (before: string): boolean | undefined => {
  const [open] = before.match(/^(?:\w+\s*\(|\))[^\n]*$/gm)?.slice(-1) ?? [];
  if (open === undefined || open.startsWith(')')) return false;
  return open.startsWith('require') ? true : undefined;
};

/** One hunk; `bracketed`: it lies between the brackets of `require`. */
const unite = (hunk: Hunk, bracketed: boolean | undefined): string | undefined => {
  if (bracketed === undefined) return undefined;
  const [ours, base, theirs] = [hunk.ours, hunk.base, hunk.theirs].map((lines) => read(lines, bracketed));
  if (ours === undefined || base === undefined || theirs === undefined) return undefined;
  const chosen: Required[] = [];
  for (const module of new Set([...ours.keys(), ...theirs.keys()])) {
    const one = choose(ours.get(module), base.get(module), theirs.get(module));
    if (one === 'clash') return undefined;
    if (one !== undefined) chosen.push(one);
  }
  const lines = chosen.map((one) => `\t${one.module} ${one.version}${one.indirect ? ' // indirect' : ''}\n`).join('');
  return bracketed || chosen.length === 0 ? lines : `require (\n${lines})\n`;
};

/** Requirements by module; undefined when a line is something else, or brackets reach beyond the hunk. */
const read = (lines: readonly string[], bracketed: boolean): ReadonlyMap<string, Required> | undefined => {
  const found = new Map<string, Required>();
  let inside = bracketed;
  for (const line of lines) {
    if (line.trim() === '') continue;
    if (!bracketed && /^(?:require\s*\(|\))\s*$/.test(line) && inside === line.startsWith(')')) {
      inside = !inside;
      continue;
    }
    const [, verb, module, version, indirect] = line.length > 2_000 ? [] : (REQUIRED.exec(line) ?? []);
    if (module === undefined || version === undefined || (verb === undefined) !== inside) return undefined;
    if (found.has(module)) return undefined;
    found.set(module, { module, version, indirect: indirect !== undefined });
  }
  return inside === bracketed ? found : undefined;
};

const choose = (
  ours: Required | undefined,
  base: Required | undefined,
  theirs: Required | undefined,
): Required | undefined | 'clash' => {
  if (same(ours, theirs) || same(base, theirs)) return ours;
  if (same(base, ours)) return theirs;
  if (ours === undefined || theirs === undefined) return 'clash';
  if (ours.version === theirs.version) return ours.indirect ? theirs : ours;
  if (!ours.indirect || !theirs.indirect) return 'clash';
  return compareVersions(ours.version, theirs.version) < 0 ? theirs : ours;
};

const same = (a: Required | undefined, b: Required | undefined): boolean =>
  a === undefined || b === undefined ? a === b : a.version === b.version && a.indirect === b.indirect;

/** Order of semantic versions: numbers as numbers, a pre-release before its release. */
const compareVersions = (a: string, b: string): number => {
  const [left, right] = [a, b].map((version) => {
    const [core = '', ...pre] = version.slice(1).replace(/\+.*$/, '').split('-');
    return { core: core.split('.').map(Number), pre: pre.join('-') };
  });
  if (left === undefined || right === undefined) return 0;
  for (const at of [0, 1, 2]) {
    const difference = (left.core[at] ?? 0) - (right.core[at] ?? 0);
    if (difference !== 0) return difference;
  }
  if (left.pre === '' || right.pre === '') return (left.pre === '' ? 1 : 0) - (right.pre === '' ? 1 : 0);
  return comparePre(left.pre.split('.'), right.pre.split('.'));
};

const comparePre = (left: readonly string[], right: readonly string[]): number => {
  for (let at = 0; at < Math.max(left.length, right.length); at += 1) {
    const [a, b] = [left[at], right[at]];
    if (a === b) continue;
    if (a === undefined || b === undefined) return a === undefined ? -1 : 1;
    const [m, n] = [/^\d+$/.test(a), /^\d+$/.test(b)];
    if (m && n) return Number(a) - Number(b);
    if (m !== n) return m ? -1 : 1;
    return a < b ? -1 : 1;
  }
  return 0;
};
