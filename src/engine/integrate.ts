import { broughtAlong, foundations, mergeOrder } from '#core/integrate/order.ts';
import type { Effect, HoldReason, Integration, MemberOutcome, Plan, Sha } from '#core/types.ts';
import { buildChain, type Chain, type ChainRequest } from '#engine/integrate/chain.ts';
import { contractTable } from '#engine/integrate/contracts.ts';
import { type Held, isMerged, type Outcome } from '#engine/integrate/member.ts';
import { planMember } from '#engine/integrate/plan-member.ts';
import { planSite } from '#engine/integrate/plan-site.ts';
import { unsound } from '#engine/integrate/sound.ts';
import { NotAsked } from '#engine/integrate/verdicts.ts';
import type { Outboxed, Ports } from '#engine/ports.ts';
import { turn } from '#engine/turn.ts';

type Round = Extract<Effect, { readonly kind: 'integrate' }>;

/**
 * One round of integration: members merged without a checkout in dependency order, verified after each merge. One
 * that conflicts or fails is held with its reason and the chain goes on; then the branch is pushed with a lease.
 */
export const integrateRound = async (
  ports: Ports,
  job: Outboxed,
  effect: Round,
  signal: AbortSignal,
): Promise<void> => {
  const plan = (await ports.store.load(job.plan))?.plan;
  if (plan?.state.name !== 'integrating' || plan.state.round !== effect.round) return;
  const { base, heads } = plan.state;
  await ports.git.fetch(plan.repository);
  const site = await planSite(ports, plan, { again: isAsked(plan), signal });
  const tree = await site.resolvers.objects.treeOf(base.contracts);
  const gone = await headsGone(ports, plan, heads);
  const standing = Object.fromEntries(Object.entries(heads).filter(([item]) => !gone.has(Number(item))));
  const request = chainRequest(plan, {
    base: { commit: base.contracts, tree },
    heads: standing,
    at: plan.state.startedAt,
  });
  const chain = await buildChain(site, request).catch(async (error: unknown) => {
    if (error instanceof NotAsked) await tellWaits(ports, plan, effect, error.message);
    throw error;
  });
  const fact = { id: `${effect.name}-done`, at: ports.clock.now(), round: effect.round };
  const message = await unsound(site, request, chain);
  if (message !== undefined) {
    ports.log.error({ plan: plan.id, round: effect.round }, message);
    await turn(ports, plan.id, { ...fact, kind: 'integration-unsound', message });
    return;
  }
  const redBase = chain.verified?.filter((result) => !result.ok) ?? [];
  const members = [
    ...chain.outcomes.map((outcome) => outcomeOf(outcome, testedWith(request, chain))),
    ...[...gone].map(([item, at]) => ({ item, head: at, held: { kind: 'head-gone', head: at } as const })),
  ];
  // A red base says nothing about what stands there: the branch is left as it is.
  const head = redBase.length > 0 ? (plan.integration?.head ?? base.contracts) : chain.tip.commit;
  const merged = members.flatMap((member) => ('merged' in member ? [member.item] : []));
  const contracts = merged.length > 0 ? await contractTable(ports, plan, head, merged) : [];
  if (!(await stillIntegrating(ports, plan, effect.round))) return;
  const expected = await replaceable(ports, plan, base.contracts, members);
  const pushed = await ports.git.push(plan.repository, plan.branch, head, expected);
  if (pushed?.kind === 'moved') {
    await turn(ports, plan.id, { ...fact, kind: 'integration-moved', found: pushed.found ?? 'deleted' });
    return;
  }
  const integration: Integration = {
    round: effect.round,
    heads,
    head,
    members,
    ...(redBase.length > 0 ? { redBase } : {}),
    ...(contracts.length > 0 ? { contracts } : {}),
  };
  await turn(ports, plan.id, { ...fact, kind: 'integrated', integration });
};

/** Members whose commits were taken from GitHub before they were fetched here: told by name, the others proceed. */
const headsGone = async (
  ports: Ports,
  plan: Plan,
  heads: Readonly<Record<number, Sha>>,
): Promise<ReadonlyMap<number, Sha>> => {
  const found = await Promise.all(
    Object.entries(heads).map(async ([item, head]) =>
      (await ports.git.has(plan.repository, head)) ? [] : [[Number(item), head] as const],
    ),
  );
  return new Map(found.flat());
};

/** People see why nothing happens; the job is tried again. */
const tellWaits = async (ports: Ports, plan: Plan, { name, round }: Round, why: string): Promise<void> => {
  await turn(ports, plan.id, {
    id: `${name}-waits-${ports.hash(why).slice(0, 12)}`,
    at: ports.clock.now(),
    kind: 'integration-waits',
    round,
    why,
  });
};

/** What a round asks of the chain: the members that stand for it, pinned; those they need that do not stand are out. */
const chainRequest = (
  plan: Plan,
  { base, heads, at }: { base: ChainRequest['base']; heads: Readonly<Record<number, Sha>>; at: string },
): ChainRequest => {
  const order = mergeOrder(plan, Object.keys(heads).map(Number));
  const members = order.flatMap((item) => {
    const head = heads[item.issue];
    if (head === undefined) return [];
    const after = new Set([...foundations(plan, item), ...broughtAlong(item, heads)]);
    return [planMember(plan, item, { head, at, after })];
  });
  const out = plan.items.filter((item) => heads[item.issue] === undefined).map((item) => `${item.issue}`);
  return { base, members, out, policy: plan.settings.policy ?? 'each' };
};

/** The member whose merge was verified for all before it; undefined where each was, or nothing is. */
const testedWith = ({ policy }: ChainRequest, { outcomes, verified }: Chain): number | undefined => {
  const last = policy === 'tip' && verified !== undefined ? outcomes.findLast(isMerged) : undefined;
  return last === undefined ? undefined : Number(last.member.name);
};

const outcomeOf = (outcome: Outcome, tip: number | undefined): MemberOutcome => {
  const { name, head } = outcome.member;
  const member = { item: Number(name), head };
  if ('held' in outcome) return { ...member, held: reasonOf(outcome.held) };
  const { commit, resolved, verification = [] } = outcome;
  return {
    ...member,
    merged: commit,
    verification,
    ...(tip === undefined || tip === member.item ? {} : { testedWith: tip }),
    ...(resolved.length > 0 ? { resolved } : {}),
  };
};

/** The chain's word on a member as the plan knows it. */
export const reasonOf = (held: Held): HoldReason => {
  const numbers = held.with.map(Number).sort((a, b) => a - b);
  switch (held.reason) {
    case 'conflict': {
      const why = held.why === undefined ? {} : { why: held.why };
      return { kind: 'conflict', with: numbers, files: held.files, ...why };
    }
    case 'verify-failed':
      return { kind: 'verify-failed', with: numbers, results: held.results };
    case 'dependency-held':
      return { kind: 'dependency-held', with: numbers };
  }
};

/**
 * The head that the branch may have before it gets a new one: what the app pushed last, also with members of this round
 * that a person merged by hand. One that a person deleted is made again when a person asks for a round.
 */
const replaceable = async (
  ports: Ports,
  plan: Plan,
  base: Sha,
  members: readonly MemberOutcome[],
): Promise<Sha | undefined> => {
  const { git } = ports;
  const known = plan.integration?.head ?? base;
  const found = await git.head(plan.repository, plan.branch);
  if (found === undefined) return isAsked(plan) ? undefined : known;
  const merged = new Set(members.flatMap((member) => ('merged' in member ? [member.head] : [])));
  let at = found;
  while (at !== known) {
    const [before, head, ...more] = await git.parents(plan.repository, at);
    if (before === undefined || head === undefined || more.length > 0 || !merged.delete(head)) return known;
    at = before;
  }
  return found;
};

/** Did a person ask for this round? Then nobody stood for the last one any more. */
const isAsked = (plan: Plan): boolean =>
  plan.integration !== undefined && Object.keys(plan.integration.heads).length === 0;

const stillIntegrating = async (ports: Ports, plan: Plan, round: number): Promise<boolean> => {
  const state = (await ports.store.load(plan.id))?.plan.state;
  return state?.name === 'integrating' && state.round === round;
};
