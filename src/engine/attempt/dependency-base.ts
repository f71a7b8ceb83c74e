import { dependenciesWithin, headOf } from '#core/dispatch/ready.ts';
import { foundations, mergeOrder } from '#core/integrate/order.ts';
import type { Base, Failure, Instant, Sha } from '#core/types.ts';
import type { Running } from '#engine/attempt.ts';
import { buildChain } from '#engine/integrate/chain.ts';
import { isMerged, type Outcome } from '#engine/integrate/member.ts';
import { planMember } from '#engine/integrate/plan-member.ts';
import { planSite } from '#engine/integrate/plan-site.ts';
import { unsound } from '#engine/integrate/sound.ts';

/** What an item begins from, and the heads of the other members that it contains; or why there is no such thing. */
export type DependencyBase =
  | { readonly base: Sha; readonly on: Readonly<Record<number, Sha>> }
  | { readonly failure: Extract<Failure, { readonly kind: 'dependency-conflict' }> };

/**
 * The plan's base with what an item depends on merged in (spec 5): the chain of a round, resolvers included, in the
 * order of a round, and nothing verified, because each of them is. The same heads give the same commit.
 */
export const dependencyBase = async (
  { ports, plan, item, name, signal }: Running,
  { base: { contracts }, startedAt: at }: { readonly base: Base; readonly startedAt: Instant },
): Promise<DependencyBase> => {
  const wanted = dependenciesWithin(plan, item);
  if (wanted.length === 0) return { base: contracts, on: {} };
  const on: Record<number, Sha> = {};
  for (const dependency of wanted) {
    const head = headOf(dependency);
    if (head === undefined) throw new Error(`#${dependency.issue}, which #${item.issue} needs, is not verified.`);
    on[dependency.issue] = head;
  }
  const { verifier: _eachIsVerified, ...site } = await planSite(ports, plan, { again: false, signal, room: name });
  const request = {
    base: { commit: contracts, tree: await site.resolvers.objects.treeOf(contracts) },
    members: mergeOrder(plan, Object.keys(on).map(Number)).map((other) =>
      planMember(plan, other, { head: on[other.issue] ?? '', at, after: foundations(plan, other) }),
    ),
    out: [],
    policy: 'each' as const,
  };
  const chain = await buildChain(site, request);
  if (!chain.outcomes.every(isMerged)) return { failure: conflictOf(chain.outcomes) };
  const message = await unsound(site, request, chain);
  if (message !== undefined) throw new Error(message);
  return { base: chain.tip.commit, on };
};

/** Who stands in whose way: those that only need one of them say nothing of their own. */
const conflictOf = (outcomes: readonly Outcome[]): Extract<Failure, { readonly kind: 'dependency-conflict' }> => {
  const found = outcomes.flatMap((one) =>
    !isMerged(one) && one.held.reason === 'conflict' ? [{ name: one.member.name, held: one.held }] : [],
  );
  const names = new Set(found.flatMap(({ name, held }) => [name, ...held.with]));
  const why = found.find(({ held }) => held.why !== undefined)?.held.why;
  return {
    kind: 'dependency-conflict',
    with: [...names].map(Number).sort((a, b) => a - b),
    files: [...new Set(found.flatMap(({ held }) => held.files))],
    ...(why === undefined ? {} : { why }),
  };
};
