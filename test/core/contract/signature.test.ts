import { describe, expect, it } from 'vitest';
import { normalSignature } from '#core/contract/signature.ts';
import { worked } from '../../services/worked.ts';

describe('two signatures are the same', () => {
  it.each([
    ['f(a: string): void', 'f( token :string ) :void'],
    ['f(a: string, b: number): void', 'f(\n  x: string,\n  y: number,\n): void'],
    [
      'validateToken(token: string): Promise<User | null>',
      'export async function validateToken(t: string): Promise<User|null>',
    ],
    ['f(a: string): A | B', 'f(a: string): B | A'],
    ['f(a?: string): void', "f(b: string = 'x'): void"],
    ['f(b?: number): void', 'f(b: number = 3): void'],
    ['f(...rest: string[]): void', 'f(...others: string[]): void'],
    ['f({ a, b }: Options): void', 'f(options: Options): void'],
    ['f: (a: string) => void', 'f(b: string): void'],
    ['const f = (a: string): number', 'f(a: string): number'],
    ['f(cb: (error: Error, n: number) => void): void', 'f(done: (e: Error, count: number) => void): void'],
    ['f(a: { x: number; y: string }): void', 'f(b: { y: string, x: number }): void'],
    ['f(a: { on(x: number): void }): void', 'f(a: { on: (y: number) => void }): void'],
    ['f<T>(a: T): T', 'f<U>(x: U): U'],
    ['f<T extends object>(a: T): T[]', 'f<K extends object>(a: K): K[]'],
    ['f(x: unknown): x is string', 'f(value: unknown): value is string'],
    ["f(a: 'x' | 'y'): void", 'f(a: "y" | "x"): void'],
    ['f(m: Map<string, number>): void', 'f(n: Map<string,number>): void'],
    ['def f(a: str, b: int = 3) -> bool', 'f(x: str, y?: int): bool'],
    ['fn f(a: &str) -> Result<T, E>', 'f(s: &str) -> Result<T,E>'],
    ['interface User', 'User'],
    ['f(a: string): void;', 'f(a: string): void'],
    ['f(token)', 'f(t)'],
    ['f(a: [x: string, y: number]): void', 'f(b: [x: string, y: number]): void'],
  ])('%j and %j', (one, other) => {
    expect(normalSignature(one)).toBe(normalSignature(other));
  });
});

describe('two signatures differ', () => {
  it.each([
    ['f(a: string): void', 'f(a: number): void'],
    ['f(a: string): void', 'f(a?: string): void'],
    ['f(a: string): void', 'f(a: string): string'],
    ['f(a: string): void', 'f(): void'],
    ['f(a: string, b: number): void', 'f(b: number, a: string): void'],
    ['f(a: string[]): void', 'f(...a: string[]): void'],
    ['f(a: { x: number }): void', 'f(a: { y: number }): void'],
    ['f(a: { x: number }): void', 'f(a: { x?: number }): void'],
    ['f(m: Map<string, number>): void', 'f(m: Map<string, string>): void'],
    ['f(): Promise<User>', 'f(): Promise<User | null>'],
    ['f(cb: (n: number) => void): void', 'f(cb: (n: string) => void): void'],
    ['f(cb: (n: number) => void): void', 'f(cb: () => void): void'],
    ['f(a: "x"): void', 'f(a: "y"): void'],
    ['f(a: "a b"): void', 'f(a: "ab"): void'],
    ['f(x: unknown): x is string', 'f(x: unknown): boolean'],
    ['f<T, U>(a: T, b: U): T', 'f<T, U>(a: T, b: U): U'],
    ['f(a: string): void', 'g(a: string): void'],
    ['func F(a string) int', 'func F(a int) int'],
  ])('%j and %j', (one, other) => {
    expect(normalSignature(one)).not.toBe(normalSignature(other));
  });

  it('and nothing that can be written takes long', () => {
    for (const piece of ['(', '{', '<', 'f(', 'a:', 'a|', '(a)=>', '"', "'x", '[', 'a, ', '{a;', '=>', '<T>(']) {
      const text = piece.repeat(20_000);
      const begun = worked();
      expect(normalSignature(text)).toBeTypeOf('string');
      expect(begun(), piece).toBeLessThan(500);
    }
  });
});
