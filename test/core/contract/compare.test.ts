import { describe, expect, it } from 'vitest';
import { compare } from '#core/contract/compare.ts';
import { lookUp, type Texts } from '#core/contract/look-up.ts';

/** What the contract promised of `name`, held against the code of `src/a.ts`. */
const agree = (promised: string, name: string, code: string, path = 'src/a.ts'): string => {
  const texts: Texts = new Map([[path, code]]);
  const found = lookUp(texts, path, name);
  return found.kind === 'found' ? compare(promised, name, found.declared) : found.kind;
};

const SAME: readonly (readonly [promised: string, name: string, code: string])[] = [
  ['f(a: string): void', 'f', 'export function f(a: string): void {}'],
  ['f(a: string): void', 'f', 'export async function f(other:string) : void { return g(`}`); }'],
  ['f(a: string): Promise<User | null>', 'f', 'export const f = async (id: string): Promise<null | User> => null;'],
  ['f(a: string, b?: number): void', 'f', 'export function f(a: string, b = 1): void {}'],
  ['f(a: string): Promise<void>', 'f', 'export async function f(a: string) {}'],
  ['f<T>(a: T[]): T', 'f', 'export function f<Item>(all: Item[]): Item { return all[0]; }'],
  ['f(...a: string[]): void', 'f', 'export function f(...all: string[]): void {}'],
  ['f({ a, b }: Options): void', 'f', 'export function f(options: Options): void {}'],
  ['export default function f(a: string): void', 'f', 'export default function f(a: string): void {}'],
  ['f(a: string): void', 'f', 'function g(a: string): void {}\nexport { g as f };'],
  [
    'f(a: string): void',
    'f',
    'export function f(a: number): void;\nexport function f(a: string): void;\nexport function f(a: never) {}',
  ],
  ['f(a: string) => void', 'f', 'export function f(a: string): void {}'],
  ['f(a: string): void', 'f', 'export const f: (a: string) => void = g;'],
  [
    'interface User { id: string; name?: string }',
    'User',
    'export interface User {\n  name?: string;\n  // why\n  id: string;\n}',
  ],
  ['interface User { id: string }', 'User', 'export type User = { readonly id: string };'],
  ['type Id = string | number', 'Id', 'export type Id = number | string;'],
  ['const LIMIT: number', 'LIMIT', 'export const LIMIT = 5;'],
  ['LIMIT: number', 'LIMIT', 'export const LIMIT: number = 5;'],
  ['Store.get(id: string): Item', 'Store.get', 'export class Store { get(key: string): Item { return 1; } }'],
  ['Store.get(id: string): Item', 'Store.get', 'export class Store { get = (key: string): Item => 1; }'],
  ['class Store', 'Store', 'export class Store extends Map<string, Item> {}'],
  ['class Store { get(id: string): Item }', 'Store', 'export class Store { put(): void {} get(a: string): Item {} }'],
  ['enum Code { A, B }', 'Code', 'export enum Code { A, B }'],
];

const DIFFERS: readonly (readonly [promised: string, name: string, code: string])[] = [
  ['f(a: string): void', 'f', 'export function f(a: number): void {}'],
  ['f(a: string): void', 'f', 'export function f(): void {}'],
  ['f(a: string, b: number): void', 'f', 'export function f(b: number, a: string): void {}'],
  ['f(a: string): string', 'f', 'export function f(a: string): number { return 1; }'],
  ['f(a: string): void', 'f', 'export type f = string;'],
  ['f(a: string): void', 'f', 'export const f: (a: number) => void = g;'],
  ['interface User { id: string }', 'User', 'export interface User { id: number }'],
  ['type Id = string', 'Id', 'export type Id = number;'],
  ['LIMIT: number', 'LIMIT', 'export const LIMIT: string = "5";'],
  ['Store.get(id: string): Item', 'Store.get', 'export class Store { get(id: number): Item { return 1; } }'],
  ['class Store { get(id: string): Item }', 'Store', 'export class Store { put(): void {} }'],
];

describe('what a contract promised and what stands in the code', () => {
  it.each(SAME)('agree: %s', (promised, name, code) => {
    expect(agree(promised, name, code)).toBe('same');
  });

  it.each(DIFFERS)('differ: %s', (promised, name, code) => {
    expect(agree(promised, name, code)).toBe('differs');
  });

  it('are compared as far as JavaScript writes it: the number of parameters, which may be left out', () => {
    const code = 'export async function f(id, file = null) {}';
    expect(agree('f(id: string, file?: Buffer): Promise<string>', 'f', code, 'src/a.js')).toBe('same');
    expect(agree('f(id: string): Promise<string>', 'f', code, 'src/a.js')).toBe('differs');
    expect(agree('f(id: string, file: Buffer): Promise<string>', 'f', code, 'src/a.js')).toBe('differs');
  });

  it('are left to a person where neither is said', () => {
    expect(agree('f(a: string): void', 'f', 'export const f = wrapped(g);')).toBe('unknown');
    expect(agree('f(a: string): void', 'f', 'export const f: Handler = g;')).toBe('unknown');
    expect(agree('def f(a: str) -> None', 'f', 'export function f(a: string): void {}')).toBe('unknown');
  });
});

describe('looking for a symbol', () => {
  const look = (files: Readonly<Record<string, string | undefined>>, symbol: string, path = 'src/a.ts') =>
    lookUp(new Map(Object.entries(files)), path, symbol);

  it('says what is missing: the file, the symbol, its export, its member', () => {
    expect(look({ 'src/a.ts': undefined }, 'f')).toEqual({ kind: 'missing', why: 'the file is not there' });
    expect(look({ 'src/a.ts': '' }, 'f')).toEqual({ kind: 'missing', why: 'the file does not export it' });
    expect(look({ 'src/a.ts': 'function f() {}' }, 'f')).toEqual({
      kind: 'missing',
      why: 'it is there but not exported',
    });
    expect(look({ 'src/a.ts': 'export class A { #f() {} private g() {} }' }, 'A.g')).toEqual({
      kind: 'missing',
      why: 'it has no public g',
    });
  });

  it('follows what is passed on, and asks for the files that it needs', () => {
    const index = "export { g as f } from './b.js';\nexport * from './c';\nexport * as all from './b.js';";
    const first = look({ 'src/a.ts': index }, 'f');
    expect(first.kind === 'needs' ? first.paths : []).toContain('src/b.ts');
    const files = Object.fromEntries(
      ['src/c.ts', ...(first.kind === 'needs' ? first.paths : [])].map((path) => [path, undefined] as const),
    );
    const known = {
      ...files,
      'src/a.ts': index,
      'src/b.ts': 'export const g = (): void => {};',
      'src/c.ts': 'export let h = 1;',
    };
    expect(look(known, 'f')).toMatchObject({ kind: 'found', at: 'src/b.ts' });
    expect(look(known, 'h')).toMatchObject({ kind: 'found', at: 'src/c.ts' });
    expect(look(known, 'all')).toMatchObject({ kind: 'found' });
  });

  it('does not walk in circles, nor out of the repository, nor into packages', () => {
    expect(look({ 'src/a.ts': "export * from './a.ts';" }, 'f').kind).toBe('unchecked');
    expect(look({ 'a.ts': "export * from '../b.ts';" }, 'f', 'a.ts').kind).toBe('missing');
    expect(look({ 'src/a.ts': "export { f } from 'left-pad';" }, 'f')).toEqual({
      kind: 'unchecked',
      why: 'it is passed on from left-pad',
    });
  });

  it('knows what CommonJS gives on', () => {
    const code = 'function f(a) {}\nmodule.exports = { f, g: (a, b) => 1 };\nexports.h = class {};';
    for (const name of ['f', 'g', 'h']) expect(look({ 'a.cjs': code }, name, 'a.cjs').kind).toBe('found');
    expect(look({ 'a.cjs': code }, 'i', 'a.cjs').kind).toBe('missing');
  });

  it('goes by the name in other languages', () => {
    expect(look({ 'a.py': 'def fetch_user(a):\n    pass\n' }, 'fetch_user', 'a.py')).toEqual({
      kind: 'named',
      at: 'a.py',
    });
    expect(look({ 'a.py': 'def fetch_users(a):\n    pass\n' }, 'fetch_user', 'a.py').kind).toBe('missing');
    expect(look({ 'a.go': 'func (s *Store) Get(id string) {}' }, 'Store.Get', 'a.go').kind).toBe('named');
  });

  it('is not upset by code that is broken', () => {
    expect(look({ 'src/a.ts': 'export const f = <T,>(a: T): T => a; const = ;' }, 'f')).toEqual({
      kind: 'unchecked',
      why: 'the file cannot be parsed',
    });
  });
});
