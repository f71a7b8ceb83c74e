import { CLOSING, closing, split, topLevel } from './signature-groups.ts';
import { type Token, tokens } from './signature-tokens.ts';

/**
 * A signature with everything taken out that a caller does not see: white space, names of parameters and type
 * parameters, modifiers, the spelling of strings, the order of union members and of members of object types. What stays:
 * types, optional marks (a default value is one), rest marks, the order and number of parameters, the result.
 * `f(a: string, b = 1): Promise<X>` and `export async function f(s: string, n?) : Promise<X>` come out alike, and so do
 * a method and a property of function type. Two signatures of one normal form ask and promise the same. What is not in TypeScript's shape is compared as its words.
 */
export const normalSignature = (signature: string): string => new Normaliser(tokens(signature)).signature();

const MODIFIERS = new Set([
  'export',
  'default',
  'declare',
  'async',
  'function',
  'const',
  'let',
  'var',
  'public',
  'private',
  'protected',
  'static',
  'readonly',
  'abstract',
  'override',
  'def',
  'fn',
  'func',
  'fun',
  'pub',
  'interface',
  'type',
  'class',
  'enum',
]);

/** Nesting deeper than this is compared as its words. */
const DEEPEST = 60;

class Normaliser {
  readonly #tokens: readonly Token[];
  #depth = 0;

  constructor(all: readonly Token[]) {
    this.#tokens = all;
  }

  signature(): string {
    let from = 0;
    while (
      MODIFIERS.has(this.#tokens[from] ?? '') &&
      this.#tokens[from + 1] !== undefined &&
      !'(:=<'.includes(this.#tokens[from + 1] ?? '')
    )
      from += 1;
    let end = this.#tokens.length;
    while (this.#tokens[end - 1] === ';') end -= 1;
    const all = this.#tokens.slice(from, end);
    const name = all[0] ?? '';
    // `f: (a: string) => void` and `f = (a: string): void => …` are functions too.
    const bound = all[1] === ':' || all[1] === '=' ? this.#callable(all.slice(2)) : undefined;
    return bound === undefined
      ? `${name}${this.#callable(all.slice(1)) ?? this.#type(all.slice(1))}`
      : `${name}${bound}`;
  }

  /** `<T>(parameters): result`, with any of `:`, `->` and `=>` before the result; undefined for anything else. */
  #callable(all: readonly Token[]): string | undefined {
    let rest = all;
    let typeParameters: readonly (readonly Token[])[] = [];
    if (rest[0] === '<') {
      const end = closing(rest, 0);
      typeParameters = split(rest.slice(1, end), ',');
      rest = rest.slice(end + 1);
    }
    if (rest[0] !== '(') return undefined;
    const end = closing(rest, 0);
    const parameters = split(rest.slice(1, end), ',');
    const after = rest.slice(end + 1);
    if (after.length > 0 && after[0] !== ':' && after[0] !== '->' && after[0] !== '=>') return undefined;
    const renamed = new Map<Token, Token>(
      typeParameters.flatMap((parameter, at) => (parameter[0] === undefined ? [] : [[parameter[0], `$${at}`]])),
    );
    const rename = (part: readonly Token[]): readonly Token[] =>
      renamed.size === 0 ? part : part.map((token) => renamed.get(token) ?? token);
    const names = new Map(parameters.map((parameter, at) => [parameter[0] ?? '', `#${at}`]));
    const result = rename(after.slice(1)).map((token, at, whole) =>
      whole[at + 1] === 'is' || whole[at - 1] === 'asserts' ? (names.get(token) ?? token) : token,
    );
    const generic =
      typeParameters.length === 0
        ? ''
        : `<${typeParameters.map((parameter) => this.#type(rename(parameter))).join(',')}>`;
    return `${generic}(${parameters.map((parameter) => this.#parameter(rename(parameter))).join(',')})${after.length === 0 ? '' : `:${this.#type(result)}`}`;
  }

  /** A parameter without its name: `...`, `?` and type. Without a type: `_`, or its words where names cannot be told. */
  #parameter(all: readonly Token[]): string {
    const value = topLevel(all, '=');
    const declared = value < 0 ? all : all.slice(0, value);
    const colon = topLevel(declared, ':');
    const before = colon < 0 ? declared : declared.slice(0, colon);
    const mark = `${before[0] === '...' ? '...' : ''}${value >= 0 || before.at(-1) === '?' ? '?' : ''}`;
    if (colon >= 0) return `${mark}${this.#type(declared.slice(colon + 1))}`;
    const names = before.filter((token) => token !== '...' && token !== '?');
    return `${mark}${names.length <= 1 || CLOSING[names[0] ?? ''] !== undefined ? '_' : names.join(' ')}`;
  }

  #type(all: readonly Token[]): string {
    this.#depth += 1;
    const text = this.#depth > DEEPEST ? all.join(' ') : this.#typeWithin(all);
    this.#depth -= 1;
    return text;
  }

  #typeWithin(all: readonly Token[]): string {
    const called = all[0] === '(' || all[0] === '<' ? this.#callable(all) : undefined;
    if (called !== undefined && closing(all, 0) < all.length - 1) return called;
    for (const operator of ['|', '&']) {
      const members = split(all[0] === operator ? all.slice(1) : all, operator);
      if (members.length > 1)
        return members
          .map((member) => this.#type(member))
          .sort()
          .join(operator);
    }
    let text = '';
    for (let at = 0; at < all.length; at += 1) {
      const token = all[at] ?? '';
      if (CLOSING[token] === undefined) {
        text += `${text !== '' && isWord(token) && isWord(all[at - 1] ?? '') ? ' ' : ''}${token}`;
        continue;
      }
      const end = closing(all, at);
      text += this.#group(token, all.slice(at + 1, end));
      at = end;
    }
    return text;
  }

  #group(open: string, inside: readonly Token[]): string {
    if (open === '{')
      return `{${members(inside)
        .map((member) => this.#member(member))
        .sort()
        .join(',')}}`;
    const parts = split(inside, ',');
    // Brackets around a whole type say nothing.
    if (open === '(' && parts.length === 1) return `(${this.#type(inside)})`;
    return `${open}${parts.map((part) => this.#type(part)).join(',')}${CLOSING[open] ?? ''}`;
  }

  /** A member of an object type: its name matters; `f(): X` is `f: () => X`. */
  #member(all: readonly Token[]): string {
    const start = all[0] === 'readonly' && all.length > 1 && all[1] !== ':' && all[1] !== '?' ? 1 : 0;
    const name = all[start] ?? '';
    const optional = all[start + 1] === '?' ? '?' : '';
    const rest = all.slice(start + 1 + optional.length);
    if (name === '[') return this.#type(all);
    if (rest[0] === '(' || rest[0] === '<') return `${name}${optional}:${this.#callable(rest) ?? rest.join(' ')}`;
    return rest[0] === ':' ? `${name}${optional}:${this.#type(rest.slice(1))}` : `${name}${optional}${rest.join(' ')}`;
  }
}

/** Members of an object type, divided by `;` or `,`. */
const members = (inside: readonly Token[]): readonly (readonly Token[])[] =>
  split(inside, ';').flatMap((part) => split(part, ','));

const isWord = (token: string): boolean => /^[\w$"#]/.test(token);
