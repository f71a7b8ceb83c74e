import { accepts } from './accepts.ts';
import { type Automaton, automaton } from './automaton.ts';
import { canonical } from './canonical.ts';
import { type Fault, finish, QUESTION, read, STAR, START } from './grammar.ts';
import { type Packed, packed } from './packed.ts';
import { suggest } from './suggest.ts';
import { type TextGraph, textGraph } from './text-graph.ts';
import { broad } from './too-broad.ts';
import { writtenOut } from './written-out.ts';

/** Bounds that no real path or body reaches; they bound the time of every comparison. In code points. */
const LONGEST_PATH = 4_096;
const LONGEST_TEXT = 65_536;
const FEW = 16;

/**
 * A path pattern of spec 2.3. `text` is as written (NFC), `key` its canonical spelling: patterns with one key mean the
 * same paths. Graph and automaton are built when first asked for, because most patterns are never compared.
 */
export type Pattern = {
  readonly text: string;
  readonly key: string;
  readonly wildcards: boolean;
  readonly braces: boolean;
  readonly graph: () => TextGraph;
  readonly automaton: () => Automaton;
  readonly packed: () => Packed;
};

/** A pattern, or why it is none (`why` ends a sentence that begins with the pattern) and how to mend it. */
export type Parsed =
  | { readonly ok: true; readonly pattern: Pattern }
  | { readonly ok: false; readonly why: Fault; readonly hint?: string };

const points = (text: string): number[] => Array.from(text, (character) => character.codePointAt(0) ?? 0);

/** A character that no pattern may hold. */
const forbidden = (text: string): Fault | undefined => {
  if (!text.isWellFormed()) return 'is not well-formed Unicode';
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit < 0x20 || (unit >= 0x7f && unit < 0xa0)) return 'contains a control character';
    if (unit === 0x5c) return 'contains a backslash';
  }
  return undefined;
};

/** The fault of a text without braces, without building anything. */
const plainFault = (text: string): Fault | undefined => {
  let status = START;
  let length = 0;
  for (const character of text) {
    const symbol = character === '*' ? STAR : character === '?' ? QUESTION : (character.codePointAt(0) ?? 0);
    const next = read(status, symbol);
    if (typeof next === 'string') return next;
    status = next;
    length++;
  }
  return length > LONGEST_PATH ? 'stands for a path of more than 4,096 characters' : finish(status);
};

/** A fault that only a fault in this file can bring about: the text was read before. */
const sound = <Value>(value: Value | Fault): Value => {
  if (typeof value === 'string') throw new Error(`a pattern that was read before ${value}`);
  return value as Value;
};

const draw = (text: string, key: string): TextGraph | Fault => {
  const folded = points(key);
  const shown = points(text);
  return textGraph(folded, shown.length === folded.length ? shown : folded);
};

/** A class, because a plan has tens of thousands of patterns and a closure for each of their questions takes much memory. */
class Compiled implements Pattern {
  readonly text: string;
  readonly key: string;
  readonly wildcards: boolean;
  readonly braces: boolean;
  #graph: TextGraph | undefined;
  #automaton: Automaton | undefined;
  #packed: Packed | undefined;

  constructor(text: string, key: string, braces: boolean) {
    this.text = text;
    this.key = key;
    this.braces = braces;
    this.wildcards = key.endsWith('/') || /[*?]/u.test(key);
  }

  graph(): TextGraph {
    this.#graph ??= sound(draw(this.text, this.key));
    return this.#graph;
  }

  automaton(): Automaton {
    this.#automaton ??= sound(automaton(this.graph()));
    return this.#automaton;
  }

  packed(): Packed {
    this.#packed ??= packed(this.automaton());
    return this.#packed;
  }
}

const compile = (text: string): Pattern | Fault => {
  const bad = text.length > 2 * LONGEST_TEXT ? 'is longer than 65,536 characters' : forbidden(text);
  if (bad !== undefined) return bad;
  const key = canonical(text);
  const braces = /[{}]/u.test(key);
  const pattern = new Compiled(text, key, braces);
  if (!braces) return plainFault(key) ?? pattern;
  // A few alternatives are judged one by one, for a tenth of the memory; the drawing knows the rest, and every fault.
  if (writtenOut(key, FEW)?.every((each) => plainFault(each) === undefined)) return pattern;
  // Judged on a drawing that is thrown away: most patterns are never compared, and a kept one takes much memory.
  const drawn = draw(text, key);
  if (typeof drawn === 'string') return drawn;
  if (drawn.longest > LONGEST_PATH) return 'stands for a path of more than 4,096 characters';
  const built = automaton(drawn);
  return typeof built === 'string' ? built : pattern;
};

/** Reads a pattern; one that is written decomposed becomes NFC without a word. */
export const parsePattern = (text: string): Parsed => {
  const normal = text.normalize('NFC');
  const pattern = compile(normal);
  if (typeof pattern !== 'string') return { ok: true, pattern };
  const better = suggest(normal, pattern);
  if (better === undefined || typeof compile(better) === 'string') return { ok: false, why: pattern };
  return { ok: false, why: pattern, hint: `write \`${better}\`` };
};

/** Whether the pattern matches a path; paths that differ only in case or normal form are the same path. */
export const matches = (pattern: Pattern, path: string): boolean => {
  const spelling = canonical(path);
  return isLiteral(pattern) ? spelling === pattern.key : accepts(pattern.automaton(), spelling);
};

/** `pattern-too-broad` of spec 3: matches a path of one segment through a segment with `*` or `?`. */
export const isTooBroad = (pattern: Pattern): boolean => pattern.wildcards && broad(pattern.graph());

/** Names exactly one path: no wildcard, no brace, no trailing `/` (which means everything below). */
export const isLiteral = (pattern: Pattern): boolean => !pattern.wildcards && !pattern.braces;
