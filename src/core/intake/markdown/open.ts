import type { Block, Entry } from './block.ts';
import type { HtmlEnd } from './html-start.ts';

/** A quote or an entry that further lines may belong to; the document itself is the first. */
export type Container = {
  readonly kind: 'document' | 'quote' | 'entry';
  readonly blocks: Block[];
  readonly indent: number;
};

/** The last block while lines may still be added to it. */
export type Leaf =
  | { readonly kind: 'paragraph'; readonly texts: string[]; readonly lines: number[] }
  | {
      readonly kind: 'fence';
      readonly mark: string;
      readonly length: number;
      readonly indent: number;
      readonly content: string[];
    }
  | { readonly kind: 'html'; readonly end: HtmlEnd }
  | { readonly kind: 'indented' };

/** What is open between two lines. Paragraphs become blocks when they close; all else stands in its parent at once. */
export class Open {
  readonly document: Container = { kind: 'document', blocks: [], indent: 0 };
  readonly stack: Container[] = [this.document];
  leaf: Leaf | undefined;
  /** The marker of each list: only entries of one marker are one list. */
  readonly #markers = new WeakMap<readonly Entry[], string>();
  readonly #entries = new WeakMap<Block, Entry[]>();

  get top(): Container {
    return this.stack.at(-1) ?? this.document;
  }

  closeLeaf(): void {
    if (this.leaf?.kind === 'paragraph') {
      this.top.blocks.push({ kind: 'paragraph', text: this.leaf.texts.join('\n'), lines: this.leaf.lines });
    }
    this.leaf = undefined;
  }

  /** Closes the last block and every container beyond the first `depth`. */
  closeTo(depth: number): void {
    this.closeLeaf();
    this.stack.length = Math.min(depth, this.stack.length);
  }

  add(block: Block): void {
    this.top.blocks.push(block);
  }

  quote(line: number): void {
    const blocks: Block[] = [];
    this.add({ kind: 'quote', blocks, line });
    this.stack.push({ kind: 'quote', blocks, indent: 0 });
  }

  entry(marker: string, indent: number, line: number): void {
    const blocks: Block[] = [];
    this.#list(marker, line).push({ blocks, line });
    this.stack.push({ kind: 'entry', blocks, indent });
  }

  #list(marker: string, line: number): Entry[] {
    const last = this.top.blocks.at(-1);
    const going = last === undefined ? undefined : this.#entries.get(last);
    if (going !== undefined && this.#markers.get(going) === marker) return going;
    const entries: Entry[] = [];
    const list: Block = { kind: 'list', entries, line };
    this.#markers.set(entries, marker);
    this.#entries.set(list, entries);
    this.add(list);
    return entries;
  }
}
