import { type FlatEntry, flatEntries } from './entries.ts';
import { type Reference, references } from './references.ts';
import type { Section } from './sections.ts';

/** Between references that are listed together stand no words but these; after any other, what follows is a note. */
const BETWEEN = /^[^\p{L}\p{N}()]*(?:and|then)?[^\p{L}\p{N}()]*$/iu;

/**
 * The issues that a section of a plan lists, in the order written, each once, with their lines. An entry lists the
 * references that it begins its numbers with: in `- [ ] #14 Integration (after #11)` that is #14.
 */
export const listed = (
  section: Section | undefined,
): { readonly numbers: readonly number[]; readonly lines: Readonly<Record<number, number>> } => {
  const blocks = section?.blocks ?? [];
  const found = new Map<number, number>();
  const written = [
    ...references(blocks.filter((block) => block.kind !== 'list')),
    ...flatEntries(blocks).flatMap(firstRun),
  ].sort((a, b) => a.line - b.line);
  for (const { issue, line } of written) if (issue !== undefined && !found.has(issue)) found.set(issue, line);
  return { numbers: [...found.keys()], lines: Object.fromEntries(found) };
};

const firstRun = (entry: FlatEntry): readonly Reference[] => {
  const text = entry.inline.map((piece) => (piece.kind === 'code' ? 'code' : piece.text)).join('');
  const run: Reference[] = [];
  let end = 0;
  for (const reference of references(entry.blocks.slice(0, 1).filter((block) => block.kind === 'paragraph'))) {
    const begin = text.indexOf(reference.text, end);
    if (run.length > 0 && !BETWEEN.test(text.slice(end, begin))) break;
    run.push(reference);
    end = begin + reference.text.length;
  }
  return run;
};
