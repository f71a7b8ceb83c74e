import type { Block, Entry } from './markdown/block.ts';
import { type Inline, readInline } from './markdown/inline.ts';

/** An entry of a list with what it says itself: the first paragraph as source and as seen. Nested entries follow their parent. */
export type FlatEntry = {
  readonly line: number;
  readonly source: string;
  readonly inline: readonly Inline[];
  /** How deep it is nested: 0 for an entry of the section's own lists. */
  readonly depth: number;
  readonly blocks: readonly Block[];
};

/** All entries of the lists among some blocks, in order of the text; quotes are not looked into. */
export const flatEntries = (blocks: readonly Block[], depth = 0): readonly FlatEntry[] =>
  blocks.flatMap((block) =>
    block.kind === 'list'
      ? block.entries.flatMap((entry) => [flat(entry, depth), ...flatEntries(entry.blocks, depth + 1)])
      : [],
  );

const flat = (entry: Entry, depth: number): FlatEntry => {
  const first = entry.blocks[0];
  if (first?.kind !== 'paragraph') return { line: entry.line, source: '', inline: [], depth, blocks: entry.blocks };
  const boxed = /^\[[ xX]\](?=\s)\s*/.exec(first.text)?.[0] ?? '';
  const source = first.text.slice(boxed.length);
  return { line: entry.line, source, inline: readInline(source, first.lines), depth, blocks: entry.blocks };
};

/** All fenced blocks among some blocks, those in entries of lists too; quotes are not looked into. */
export const fences = (blocks: readonly Block[]): readonly Extract<Block, { kind: 'fence' }>[] =>
  blocks.flatMap((block) => {
    if (block.kind === 'fence') return [block];
    return block.kind === 'list' ? block.entries.flatMap((entry) => fences(entry.blocks)) : [];
  });

/** All paragraphs among some blocks, those in lists and quotes too. */
export const paragraphs = (blocks: readonly Block[]): readonly Extract<Block, { kind: 'paragraph' }>[] =>
  blocks.flatMap((block) => {
    if (block.kind === 'paragraph') return [block];
    if (block.kind === 'quote') return paragraphs(block.blocks);
    return block.kind === 'list' ? block.entries.flatMap((entry) => paragraphs(entry.blocks)) : [];
  });
