import type { CommandResult, Sha } from '#core/types.ts';
import type { Member } from '#engine/integrate/member.ts';
import type { Site } from '#engine/integrate/site.ts';

/** What a made-up repository and its tests are like: sets of members by name. */
export type Model = {
  /** Members that cannot be merged together; one alone cannot be merged onto the base. */
  readonly conflicts: readonly (readonly string[])[];
  /** Members with which, together, the verification fails; an empty crowd is a red base. */
  readonly red: readonly (readonly string[])[];
  /** Is a tree red in its first run only? */
  readonly flaky: (tree: string) => boolean;
  readonly slots: number;
  /** Can a tree not be asked about at all, that many times? */
  readonly unasked?: { readonly tree: string; readonly times: number };
};

/** A port of git whose commits are the sets of what was merged, and a verification that counts. */
export const modelSite = (model: Model) => {
  const runs = new Map<string, number>();
  const ledger = new Map<string, unknown>();
  const seen = { most: 0, crowdedSecond: false, trees: [] as string[] };
  let under = 0;
  const membersIn = (commit: string): string[] => commit.split('+').slice(1);
  const treeOf = (commit: string): string => ['base', ...membersIn(commit).sort()].join('+');
  const contains = (all: readonly string[], some: readonly string[]): boolean => some.every((one) => all.includes(one));

  let refusals = 0;
  const run = async (commit: Sha, _minutes: number, signal: AbortSignal): Promise<readonly CommandResult[]> => {
    const tree = treeOf(commit);
    if (tree === model.unasked?.tree && refusals < model.unasked.times) {
      refusals += 1;
      return [{ command: 'test', ok: false, why: 'the disk is full', unasked: true, tail: '', seconds: 0 }];
    }
    const before = runs.get(tree) ?? 0;
    runs.set(tree, before + 1);
    seen.trees.push(tree);
    under += 1;
    seen.most = Math.max(seen.most, under);
    if (before > 0 && under > 1) seen.crowdedSecond = true;
    try {
      // What runs side by side ends in another order than it began.
      for (let turn = 0; turn < 5 + (tree.length % 7); turn += 1) await Promise.resolve();
      // A run that is ended says nothing, and does not count.
      if (signal.aborted) runs.set(tree, (runs.get(tree) ?? 1) - 1);
      signal.throwIfAborted();
      const red = model.red.some((crowd) => contains(membersIn(tree), crowd)) || (before === 0 && model.flaky(tree));
      return [{ command: 'test', ok: !red, status: red ? 1 : 0, tail: tree, seconds: 0 }];
    } finally {
      under -= 1;
    }
  };

  const merge = async (into: Sha, head: Sha) => {
    const all = [...membersIn(into), head];
    const crowd = model.conflicts.find((one) => contains(all, one));
    if (crowd !== undefined) return { clean: false as const, files: [crowd.join('-')], why: 'so the model says' };
    const commit = `${into}+${head}`;
    return { clean: true as const, commit, tree: treeOf(commit), brought: [] };
  };

  const site = (again = false, signal = new AbortController().signal): Site => {
    const recall = async (name: string) => ledger.get(name);
    const record = async (name: string, value: unknown) => void ledger.set(name, value);
    const none = () => Promise.reject(new Error('The model has no such thing.'));
    const hash = (text: string) => text;
    return {
      git: {
        merge: (_repository, into, head) => merge(into, head),
        pairs: async (_repository, base, pairs) =>
          Promise.all(
            pairs.map(async ([a, b]) => {
              for (const head of [a, b]) {
                const alone = await merge(base, head);
                if (!alone.clean) return { clean: false, files: alone.files, blame: { head, broken: false } };
              }
              return merge(`${base}+${a}`, b);
            }),
          ),
        objects: none,
        chainRecord: none,
        version: none,
        parents: none,
        message: none,
        isAncestor: none,
      },
      repository: { installation: 1, id: 1, owner: 'a', name: 'b' },
      verifier: { key: 'test', minutes: 1, slots: model.slots, again, run },
      resolvers: {
        objects: {
          conflicted: none,
          mergeBase: none,
          mergeBases: none,
          entries: none,
          blob: none,
          lines: none,
          withFiles: none,
          treeOf: async (commit) => treeOf(commit),
          collisions: none,
          commitTree: none,
        },
        run: none,
        recall,
        record,
        hash,
      },
      recall,
      record,
      hash,
      signal,
      tell: () => {},
    };
  };
  return { site, runs, seen };
};

/** Members by name, in order, with what each comes after. */
export const membersOf = (after: Readonly<Record<string, readonly string[]>>): Member[] =>
  Object.entries(after).map(([name, needs]) => ({
    name,
    head: name,
    after: needs,
    message: name,
    at: '2026-01-01T00:00:00.000Z',
  }));
