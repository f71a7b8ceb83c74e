import type { TreeEntry } from '#core/types.ts';

type Entry = TreeEntry | undefined;

/** Is it the same file, or is there none on both sides? */
export const sameEntry = (a: Entry, b: Entry): boolean => a?.mode === b?.mode && a?.blob === b?.blob;

/** What a three-way merge must make of a path, mode and content each by themselves; `both` changed it, each its own way. */
export const mergedEntry = (fork: Entry, into: Entry, head: Entry): Entry | 'both' => {
  if (sameEntry(into, head) || sameEntry(head, fork)) return into;
  if (sameEntry(into, fork)) return head;
  if (fork === undefined || into === undefined || head === undefined) return 'both';
  if (![fork, into, head].every(({ mode }) => mode.startsWith('100'))) return 'both';
  const mode = oneSided(fork.mode, into.mode, head.mode);
  const blob = oneSided(fork.blob, into.blob, head.blob);
  return mode === undefined || blob === undefined ? 'both' : { mode, blob };
};

/** The value of the only side that changed it; undefined when both did, differently. */
export const oneSided = (fork: string, into: string, head: string): string | undefined => {
  if (into === head || head === fork) return into;
  return into === fork ? head : undefined;
};
