import type { Block, Entry } from './markdown/block.ts';
import { type Inline, readInline } from './markdown/inline.ts';

/** An entry of a list with what it says itself: the first paragraph as source and as seen. Nested entries follow their parent. */
export type FlatEntry = {
  readonly line: number;
  readonly source: string;
  readonly inline: readonly Inline[];
  /** How deep it is nested: 0 for an entry of the section's own lists. */
  readonly depth: number;
  /** The entry that it is nested in. */
  readonly parent: FlatEntry | undefined;
  readonly blocks: readonly Block[];
};

/** All entries of the lists among some blocks, in order of the text; quotes are not looked into. */
export const flatEntries = (blocks: readonly Block[]): readonly FlatEntry[] => {
  const found: FlatEntry[] = [];
  const visit = (inside: readonly Block[], depth: number, parent: FlatEntry | undefined): void => {
    for (const block of inside) {
      if (block.kind !== 'list') continue;
      for (const entry of block.entries) {
        const read = flat(entry, depth, parent);
        found.push(read);
        visit(entry.blocks, depth + 1, read);
      }
    }
  };
  visit(blocks, 0, undefined);
  return found;
};

const flat = (entry: Entry, depth: number, parent: FlatEntry | undefined): FlatEntry => {
  const first = entry.blocks[0];
  if (first?.kind !== 'paragraph')
    return { line: entry.line, source: '', inline: [], depth, parent, blocks: entry.blocks };
  const boxed = /^\[[ xX]\](?=\s)\s*/.exec(first.text)?.[0] ?? '';
  const source = first.text.slice(boxed.length);
  return { line: entry.line, source, inline: readInline(source, first.lines), depth, parent, blocks: entry.blocks };
};

type Fence = Extract<Block, { kind: 'fence' }>;
type Paragraph = Extract<Block, { kind: 'paragraph' }>;

/** All fenced blocks among some blocks, those in entries of lists too; quotes are not looked into. */
export const fences = (blocks: readonly Block[]): readonly Fence[] => {
  const found: Fence[] = [];
  const visit = (block: Block): void => {
    if (block.kind === 'fence') found.push(block);
    else if (block.kind === 'list') for (const entry of block.entries) entry.blocks.forEach(visit);
  };
  blocks.forEach(visit);
  return found;
};

/** All paragraphs among some blocks, those in lists and quotes too. */
export const paragraphs = (blocks: readonly Block[]): readonly Paragraph[] => {
  const found: Paragraph[] = [];
  const visit = (block: Block): void => {
    if (block.kind === 'paragraph') found.push(block);
    else if (block.kind === 'quote') block.blocks.forEach(visit);
    else if (block.kind === 'list') for (const entry of block.entries) entry.blocks.forEach(visit);
  };
  blocks.forEach(visit);
  return found;
};
