import type { Declared } from '#core/code/declared.ts';
import { type Exports, exportsOf } from '#core/code/exports.ts';
import { isScript } from '#core/code/parse.ts';

/** Texts of a tree by path as far as they were asked for; `undefined` for a path that is not there. */
export type Texts = ReadonlyMap<string, string | undefined>;

/** Where a symbol is, or what must be read before that can be told. */
export type Found =
  | { readonly kind: 'found'; readonly declared: readonly Declared[]; readonly at: string }
  /** By its name alone: the language is not one that is parsed. */
  | { readonly kind: 'named'; readonly at: string }
  | { readonly kind: 'missing'; readonly why: string }
  | { readonly kind: 'unchecked'; readonly why: string }
  | { readonly kind: 'needs'; readonly paths: readonly string[] };

/** A chain of modules that pass a name on is followed so far. */
const DEEPEST = 8;

/** Looks for an exported symbol (`f`, `Class.method`, `default`) in a file of a tree. */
export const lookUp = (texts: Texts, path: string, symbol: string): Found => {
  if (!texts.has(path)) return { kind: 'needs', paths: [path] };
  const text = texts.get(path);
  if (text === undefined) return { kind: 'missing', why: 'the file is not there' };
  if (!isScript(path)) return byName(text, path, symbol);
  const [name = symbol, ...inner] = symbol.split(/[.#]|::/);
  const found = exported(texts, path, name, DEEPEST);
  return found.kind === 'found' ? within(found, inner) : found;
};

const byName = (text: string, path: string, symbol: string): Found => {
  const parts = symbol.split(/[.#]|::/).filter((part) => part !== '');
  const stands = (part: string): boolean =>
    new RegExp(`(?<![\\p{L}\\p{N}_])${part.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')}(?![\\p{L}\\p{N}_])`, 'u').test(
      text,
    );
  const absent = parts.find((part) => !stands(part));
  return absent === undefined
    ? { kind: 'named', at: path }
    : { kind: 'missing', why: 'its name does not stand in the file' };
};

/** `Class.method`: the member of what was found. */
const within = (found: Extract<Found, { readonly kind: 'found' }>, inner: readonly string[]): Found => {
  let { declared } = found;
  for (const name of inner.filter((part) => part !== 'prototype')) {
    const members = declared.flatMap((one) => one.members?.get(name) ?? []);
    if (members.length === 0)
      return declared.every((one) => one.members === undefined)
        ? { kind: 'unchecked', why: `what ${declared[0]?.text ?? 'it'} holds is not written there` }
        : { kind: 'missing', why: `it has no public ${name}` };
    declared = members;
  }
  return { ...found, declared };
};

/** What was parsed stays with the texts: many contracts ask about one file. */
const parsed = new WeakMap<Texts, Map<string, Exports | undefined>>();

/** A longer file was written by a program, and nobody waits for its tree, characters. */
const LONGEST = 500_000;

const moduleOf = (texts: Texts, path: string): Exports | undefined => {
  const known = parsed.get(texts) ?? new Map<string, Exports | undefined>();
  parsed.set(texts, known);
  const text = texts.get(path);
  if (!known.has(path))
    known.set(path, text === undefined || text.length > LONGEST ? undefined : exportsOf(path, text));
  return known.get(path);
};

const exported = (texts: Texts, path: string, name: string, depth: number): Found => {
  const module = moduleOf(texts, path);
  if (module === undefined) return { kind: 'unchecked', why: 'the file cannot be parsed' };
  const own = module.named.get(name);
  if (own !== undefined) return { kind: 'found', declared: own, at: path };
  if (depth === 0) return { kind: 'unchecked', why: 'too many modules pass it on' };
  const passed = module.passedOn.get(name);
  if (passed !== undefined) return follow(texts, path, passed, depth);
  return everything(texts, path, name, module, depth);
};

const follow = (
  texts: Texts,
  path: string,
  to: { readonly from: string; readonly name: string },
  depth: number,
): Found => {
  const target = resolved(texts, path, to.from);
  if (typeof target !== 'string') return target;
  if (to.name === '*') return { kind: 'found', declared: [{ kind: 'module', text: `* from ${to.from}` }], at: target };
  return exported(texts, target, to.name, depth - 1);
};

/** `export * from`: the first that has it. */
const everything = (texts: Texts, path: string, name: string, module: Exports, depth: number): Found => {
  const needs: string[] = [];
  let unchecked: Found | undefined;
  for (const from of name === 'default' ? [] : module.all) {
    const target = resolved(texts, path, from);
    const found = typeof target === 'string' ? exported(texts, target, name, depth - 1) : target;
    if (found.kind === 'found') return found;
    if (found.kind === 'needs') needs.push(...found.paths);
    if (found.kind === 'unchecked') unchecked = found;
  }
  if (needs.length > 0) return { kind: 'needs', paths: needs };
  if (unchecked !== undefined) return unchecked;
  return {
    kind: 'missing',
    why: module.declared.has(name) ? 'it is there but not exported' : 'the file does not export it',
  };
};

/** The file that a module names, as Node and the bundlers find it: with its ending, without, or an index. */
const resolved = (texts: Texts, from: string, name: string): string | Found => {
  if (!/^\.{1,2}(?:\/|$)/.test(name)) return { kind: 'unchecked', why: `it is passed on from ${name}` };
  const bare = joinedPath(from, name);
  if (bare === undefined) return { kind: 'missing', why: `${name} leads out of the repository` };
  const stem = bare.replace(/\.([cm]?)jsx?$/, '');
  const tries = [
    bare,
    ...['.ts', '.tsx', '.mts', '.cts', '.js', '.jsx', '.mjs', '.cjs'].flatMap((ending) => [
      `${bare}${ending}`,
      `${stem}${ending}`,
    ]),
    ...['.ts', '.tsx', '.js', '.mjs'].map((ending) => `${bare}/index${ending}`),
  ].filter(isScript);
  const there = tries.find((path) => texts.get(path) !== undefined);
  if (there !== undefined) return there;
  const unasked = [...new Set(tries)].filter((path) => !texts.has(path));
  return unasked.length > 0
    ? { kind: 'needs', paths: unasked }
    : { kind: 'missing', why: `${name}, which should have it, is not there` };
};

const joinedPath = (from: string, name: string): string | undefined => {
  const parts = from.split('/').slice(0, -1);
  for (const part of name.split('/')) {
    if (part === '..') {
      if (parts.length === 0) return undefined;
      parts.pop();
    } else if (part !== '.' && part !== '') parts.push(part);
  }
  return parts.join('/');
};
