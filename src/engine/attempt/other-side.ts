import type { BothSides, OtherSide } from '#core/dispatch/going-on.ts';
import type { Fix, Item, Sha } from '#core/types.ts';
import { pullBase } from '#core/words/names.ts';
import { commitMessage, startedAt } from '#engine/attempt/commit-message.ts';
import type { GoingOn } from '#engine/attempt/going-on.ts';
import type { Running } from '#engine/attempt.ts';

/**
 * What stands against the member: the chain without it, or, where there is no chain, the default branch, also when nobody
 * but GitHub said that it conflicts with that; undefined when nothing does.
 */
export const otherTip = async (running: Running, { why }: Fix, head: Sha): Promise<Sha | undefined> => {
  const { ports, plan } = running;
  const isAgainst = why?.kind === 'conflict' || why?.kind === 'verify-failed';
  if (pullBase(plan) !== plan.defaultBranch) return isAgainst ? plan.integration?.head : undefined;
  const tip = await ports.git.head(plan.repository, plan.defaultBranch);
  if (isAgainst || tip === undefined) return tip;
  const merged = await ports.git.merge(plan.repository, head, tip, commitMessage(running), startedAt(running));
  return merged.clean ? undefined : tip;
};

/** Heads of the members that the chain holds. */
export const headsIn = ({ plan }: Running): Readonly<Record<number, Sha>> =>
  Object.fromEntries(
    (plan.integration?.members ?? []).flatMap((member) => ('merged' in member ? [[member.item, member.head]] : [])),
  );

type BroughtIn = {
  readonly commit: Sha;
  readonly conflicts: readonly BothSides[];
  readonly markers: GoingOn['conflicted'];
};

/** Merges the other side into the member's head; a conflict stays in the files, between markers. */
export const bringIn = async (
  running: Running,
  fix: Fix,
  head: Sha,
  tip: Sha,
): Promise<BroughtIn | { readonly why: string }> => {
  const { ports, plan } = running;
  const { git } = ports;
  const merged = await git.merge(plan.repository, head, tip, commitMessage(running), startedAt(running));
  if (merged.clean) return { commit: merged.commit, conflicts: [], markers: [] };
  const objects = await git.objects(plan.repository);
  const conflicted = await objects.conflicted(head, tip);
  if (conflicted === undefined) return { why: `${merged.why ?? 'git cannot merge it'}: ${merged.files.join(', ')}` };
  // Made of the fix and not of this attempt, so that a retry finds what an earlier one left on it.
  const commit = await git.commitTree(plan.repository, conflicted.tree, [head], 'Conflicts to resolve', fix.at);
  const text = async (id: Sha | undefined): Promise<string | undefined> => {
    const bytes = id === undefined ? undefined : await objects.blob(id);
    return bytes === undefined || bytes.includes(0) ? undefined : new TextDecoder().decode(bytes);
  };
  const both = await Promise.all(
    conflicted.conflicts.map(async ({ path, ours, theirs }) => {
      const [mine, other] = await Promise.all([text(ours?.id), text(theirs?.id)]);
      return {
        path,
        ...(mine === undefined ? {} : { ours: mine }),
        ...(other === undefined ? {} : { theirs: other }),
      };
    }),
  );
  const markers = both.map(({ path, ours = '', theirs = '' }) => ({
    path,
    markers: Math.max(countMarkers(ours), countMarkers(theirs)),
  }));
  return { commit, conflicts: both, markers };
};

/** Lines that begin or end a conflict. */
const countMarkers = (text: string): number => text.match(/^(?:<{7}|>{7}) /gm)?.length ?? 0;

/** Files of a commit that still hold conflicts. */
export const unresolved = async (
  { ports, plan }: Running,
  { conflicted }: GoingOn,
  commit: Sha,
): Promise<readonly string[]> => {
  const left = await Promise.all(
    conflicted.map(async ({ path, markers }) => {
      const text = (await ports.git.read(plan.repository, commit, path)) ?? '';
      return countMarkers(text) > markers ? [path] : [];
    }),
  );
  return left.flat();
};

/** What the agent is told of the other side. */
export const otherSide = (
  { plan, item }: Running,
  fix: Fix,
  [ours, theirs]: readonly [Sha, Sha],
  conflicts: readonly BothSides[],
): OtherSide => {
  const named = fix.why !== undefined && 'with' in fix.why ? fix.why.with : [];
  const opponents: readonly Item[] = plan.items.filter(
    (other) => other.issue !== item.issue && named.includes(other.issue),
  );
  return {
    ours,
    theirs,
    conflicts,
    items: opponents.map(({ issue, text }) => ({ issue, title: text.title, contracts: text.contractsText })),
  };
};
