import { SLASH } from './grammar.ts';
import type { Packed } from './packed.ts';
import { BEGIN, BETWEEN, type PathShape } from './path-shape.ts';

/** What stands in an example where both patterns take any character. */
const FILLER = 0x78;

/** Numbers kept of one row: the two states, the shape, the row before, and the code point read since. */
const FIELDS = 5;

/**
 * The product of two automata, searched in breadth: a row is a pair of states that some text leads to. A class with one
 * flat array, because a hostile pair of patterns has millions of rows and objects or closures cost ten times as much.
 */
export class Product {
  readonly #one: Packed;
  readonly #other: Packed;
  readonly #paths: PathShape;
  /** One bit for each shape in which a pair of states was met. */
  readonly #met: Uint8Array;
  #rows = new Int32Array(64 * FIELDS);
  #length = 0;
  #ended = false;

  constructor(one: Packed, other: Packed, paths: PathShape) {
    this.#one = one;
    this.#other = other;
    this.#paths = paths;
    this.#met = new Uint8Array(one.size * other.size);
  }

  /** The shortest path that both read. */
  shortest(): string | undefined {
    this.#enter(0, 0, BEGIN, -1, 0);
    this.#followFree(0);
    for (let row = 0; row < this.#length && !this.#ended; row++) this.#leave(row);
    return this.#ended ? this.#spell() : undefined;
  }

  #enter(one: number, other: number, shape: number, before: number, shown: number): void {
    const cell = one * this.#other.size + other;
    const bits = this.#met[cell] as number;
    if ((bits & (1 << shape)) !== 0) return;
    this.#met[cell] = bits | (1 << shape);
    const at = this.#length * FIELDS;
    if (at === this.#rows.length) {
      const larger = new Int32Array(at * 2);
      larger.set(this.#rows);
      this.#rows = larger;
    }
    const rows = this.#rows;
    rows[at] = one;
    rows[at + 1] = other;
    rows[at + 2] = shape;
    rows[at + 3] = before;
    rows[at + 4] = shown;
    this.#length++;
    if (shape === BETWEEN && this.#one.accepts[one] && this.#other.accepts[other]) this.#ended = true;
  }

  /** What is reached by reading nothing belongs to the same text as the rows from `first` on. */
  #followFree(first: number): void {
    const one = this.#one;
    const other = this.#other;
    for (let row = first; row < this.#length && !this.#ended; row++) {
      const at = row * FIELDS;
      const rows = this.#rows;
      const here = rows[at] as number;
      const there = rows[at + 1] as number;
      const shape = rows[at + 2] as number;
      const before = rows[at + 3] as number;
      const shown = rows[at + 4] as number;
      const freeEnd = one.freeAt[here + 1] as number;
      for (let k = one.freeAt[here] as number; k < freeEnd; k++) {
        this.#enter(one.freeTo[k] as number, there, shape, before, shown);
      }
      const otherFreeEnd = other.freeAt[there + 1] as number;
      for (let k = other.freeAt[there] as number; k < otherFreeEnd; k++) {
        this.#enter(here, other.freeTo[k] as number, shape, before, shown);
      }
    }
  }

  /** Both read one code point. */
  #read(one: number, other: number, symbol: number, shown: number, wild: boolean, row: number): void {
    if (this.#ended) return;
    const shape = this.#paths(this.#rows[row * FIELDS + 2] as number, symbol, wild);
    if (shape < 0) return;
    const first = this.#length;
    this.#enter(one, other, shape, row, shown);
    if (this.#length > first) this.#followFree(first);
  }

  #leave(row: number): void {
    const one = this.#one;
    const other = this.#other;
    const here = this.#rows[row * FIELDS] as number;
    const there = this.#rows[row * FIELDS + 1] as number;
    const stepsEnd = one.stepsAt[here + 1] as number;
    const wildEnd = one.wildAt[here + 1] as number;
    const otherSteps = other.stepsAt[there] as number;
    const otherStepsEnd = other.stepsAt[there + 1] as number;
    const otherWild = other.wildAt[there] as number;
    const otherWildEnd = other.wildAt[there + 1] as number;

    for (let i = one.stepsAt[here] as number, j = otherSteps; i < stepsEnd; i++) {
      const symbol = one.symbols[i] as number;
      const to = one.stepTo[i] as number;
      const shown = one.shown[i] as number;
      while (j < otherStepsEnd && (other.symbols[j] as number) < symbol) j++;
      // One symbol may lead to several states: an alternative ends where a longer one goes on.
      for (let k = j; k < otherStepsEnd && other.symbols[k] === symbol; k++) {
        this.#read(to, other.stepTo[k] as number, symbol, shown, false, row);
      }
      if (symbol === SLASH) continue;
      for (let k = otherWild; k < otherWildEnd; k++) {
        this.#read(to, other.wildTo[k] as number, symbol, shown, false, row);
      }
    }
    for (let i = one.wildAt[here] as number; i < wildEnd; i++) {
      const to = one.wildTo[i] as number;
      for (let k = otherSteps; k < otherStepsEnd; k++) {
        const symbol = other.symbols[k] as number;
        if (symbol === SLASH) continue;
        this.#read(to, other.stepTo[k] as number, symbol, other.shown[k] as number, true, row);
      }
      for (let k = otherWild; k < otherWildEnd; k++) {
        this.#read(to, other.wildTo[k] as number, FILLER, FILLER, true, row);
      }
    }
  }

  #spell(): string {
    const reversed: string[] = [];
    for (let row = this.#length - 1; (this.#rows[row * FIELDS + 3] as number) >= 0; ) {
      reversed.push(String.fromCodePoint(this.#rows[row * FIELDS + 4] as number));
      row = this.#rows[row * FIELDS + 3] as number;
    }
    // The first is the `/` that ends the last segment: the machine's, not the path's.
    return reversed.slice(1).reverse().join('');
  }
}
