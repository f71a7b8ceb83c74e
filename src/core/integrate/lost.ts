import type { ChainRecord, Difference, Sha, TreeEntry } from '#core/types.ts';
import { lostIn } from './lost-in-link.ts';

/** What must be true of a chain before it is pushed, and is not. None of these is a member's fault. */
export type ChainFault =
  /** The chain does not stand on its base. */
  | { readonly kind: 'base' }
  /** What would be pushed is not what was tested. */
  | { readonly kind: 'tree'; readonly tested: Sha; readonly found: Sha }
  /** A member's head is no part of it. */
  | { readonly kind: 'head'; readonly head: Sha }
  /** The merge of `head` lost a change: the path is not what the only side that changed it made of it (absent: no such path). */
  | {
      readonly kind: 'path';
      readonly head: Sha;
      readonly path: string;
      readonly expected?: TreeEntry;
      readonly found?: TreeEntry;
    };

/** What a chain is held against: the tree that was tested, and what resolvers wrote, by commit of the chain. */
export type ChainPromise = {
  readonly tested?: Sha;
  readonly owned?: (commit: Sha, path: string) => boolean;
};

/**
 * Whatever git answered: a chain stands on its base, holds every head, is the tree that was tested and lost no change
 * (merging.md 6). Judged link by link against the fork of its two sides, as a three-way merge is: members that stand on
 * one another, were pushed again or began before the base moved raise no false alarm.
 */
export const chainFaults = (record: ChainRecord, { tested, owned }: ChainPromise = {}): readonly ChainFault[] => {
  const standing = new Map<string, Difference>();
  const lost: ChainFault[] = [];
  for (const link of record.links) {
    const into = link.into === undefined ? standing : new Map(link.into.map((one) => [one.path, one]));
    const isOwned = (path: string): boolean => owned?.(link.commit, path) === true;
    for (const { path, ...sides } of lostIn(link, into, isOwned))
      if (!isOwned(path)) lost.push({ kind: 'path', head: link.head, path, ...sides });
    for (const difference of link.brought) advance(standing, difference);
  }
  return [
    ...(record.onBase ? [] : [{ kind: 'base' } as const]),
    ...(tested === undefined || tested === record.tree ? [] : [{ kind: 'tree', tested, found: record.tree } as const]),
    ...record.absent.map((head) => ({ kind: 'head', head }) as const),
    ...lost,
  ];
};

/** Brings what the chain changed since its base up to date with what one merge brought. */
const advance = (standing: Map<string, Difference>, { path, before, after }: Difference): void => {
  const known = standing.get(path);
  const first = known === undefined ? before : known.before;
  standing.set(path, {
    path,
    ...(first === undefined ? {} : { before: first }),
    ...(after === undefined ? {} : { after }),
  });
};
