import { departed } from '#core/journey/departed.ts';
import type { ContractFinding, Effect, Instant, Integration, MemberOutcome, Plan, Sha } from '#core/types.ts';
import { buildChain, type Chain } from '#engine/integrate/chain.ts';
import { contractTable } from '#engine/integrate/contracts.ts';
import { memberOutcomes } from '#engine/integrate/member-outcome.ts';
import { planSite } from '#engine/integrate/plan-site.ts';
import { isAsked, replaceable } from '#engine/integrate/replaceable.ts';
import { roundRequest } from '#engine/integrate/round-request.ts';
import type { Site } from '#engine/integrate/site.ts';
import { unsound } from '#engine/integrate/sound.ts';
import { NotAsked } from '#engine/integrate/verdicts.ts';
import type { Outboxed, Ports } from '#engine/ports.ts';
import { turn } from '#engine/turn.ts';

type Round = Extract<Effect, { readonly kind: 'integrate' }>;

type Heads = Readonly<Record<number, Sha>>;

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
  await ports.git.fetch(plan.repository);
  const site = await planSite(ports, plan, { again: isAsked(plan), signal });
  const gone = await headsGone(ports, plan, plan.state.heads);
  let standing = without(plan.state.heads, [...gone.keys()]);
  for (;;) {
    const { base, startedAt: at } = plan.state;
    const built = await build(ports, site, { plan, effect, base: base.contracts, at, heads: standing });
    const now = built === undefined ? undefined : await stillIntegrating(ports, plan, effect.round);
    if (built === undefined || now === undefined) return;
    // Nobody is pushed who was held, closed or pushed again meanwhile; what stands before their places is known already.
    const left = departed(now, standing);
    if (left.length === 0) {
      const away = [...gone].map(([item, at]) => ({ item, head: at, held: { kind: 'head-gone', head: at } as const }));
      const heads = { ...standing, ...Object.fromEntries(gone) };
      return push(ports, plan, { ...built, heads, members: [...built.members, ...away] });
    }
    standing = without(standing, left);
  }
};

const without = (heads: Heads, left: readonly number[]): Heads =>
  Object.fromEntries(Object.entries(heads).filter(([item]) => !left.includes(Number(item))));

type Built = {
  readonly fact: { readonly id: string; readonly at: string; readonly round: number };
  readonly chain: Chain;
  readonly base: Sha;
  readonly members: readonly MemberOutcome[];
  readonly contracts: readonly ContractFinding[];
};

/** The chain over these heads, read back and found whole; undefined when it is not, which is told. */
const build = async (
  ports: Ports,
  site: Site,
  round: {
    readonly plan: Plan;
    readonly effect: Round;
    readonly base: Sha;
    readonly at: Instant;
    readonly heads: Heads;
  },
): Promise<Built | undefined> => {
  const { plan, effect, base, at, heads } = round;
  const request = roundRequest(plan, {
    base: { commit: base, tree: await site.resolvers.objects.treeOf(base) },
    heads,
    at,
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
    return undefined;
  }
  const members = memberOutcomes(request, chain);
  const merged = members.flatMap((member) => ('merged' in member ? [member.item] : []));
  const contracts = merged.length > 0 ? await contractTable(ports, plan, chain.tip.commit, merged) : [];
  return { fact, chain, base, members, contracts };
};

/** Pushes the chain with a lease, and tells what became of its members. */
const push = async (
  ports: Ports,
  plan: Plan,
  { fact, chain, base, members, contracts, heads }: Built & { readonly heads: Heads },
): Promise<void> => {
  const redBase = chain.verified?.filter((result) => !result.ok) ?? [];
  // A red base says nothing about what stands there: the branch is left as it is.
  const head = redBase.length > 0 ? (plan.integration?.head ?? base) : chain.tip.commit;
  const expected = await replaceable(ports, plan, base, members);
  const pushed = await ports.git.push(plan.repository, plan.branch, head, expected);
  if (pushed.kind === 'moved') {
    await turn(ports, plan.id, { ...fact, kind: 'integration-moved', found: pushed.found ?? 'deleted' });
    return;
  }
  const integration: Integration = {
    round: fact.round,
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

/** The plan as it stands, while this round is its own. */
const stillIntegrating = async (ports: Ports, { id }: Plan, round: number): Promise<Plan | undefined> => {
  const plan = (await ports.store.load(id))?.plan;
  return plan?.state.name === 'integrating' && plan.state.round === round ? plan : undefined;
};
