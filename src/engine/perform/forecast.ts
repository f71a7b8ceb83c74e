import { joined, openPairs, type Pair } from '#core/forecast/matrix.ts';
import { members, sameMembers } from '#core/forecast/members.ts';
import type { Effect, Forecast, Plan, Sha } from '#core/types.ts';
import { wouldSettle } from '#engine/integrate/settles.ts';
import { styleProfiles } from '#engine/integrate/style.ts';
import { endOf } from '#engine/perform/ten-seconds.ts';
import type { Outboxed, PairForecast, Ports } from '#engine/ports.ts';
import { turn } from '#engine/turn.ts';

type Asked = Extract<Effect, { readonly kind: 'forecast' }>;

/**
 * Brings the forecast in line with the heads as they stand: merges the pairs whose heads moved, and reads what these
 * members write like. Changes nothing anywhere; asked twice it finds nothing to do.
 */
export const forecast = async (
  ports: Ports,
  job: Outboxed,
  effect: Asked,
): Promise<undefined | { readonly later: number }> => {
  const wait = effect.since === undefined ? 0 : endOf(effect.since) - Date.parse(ports.clock.now());
  if (wait > 0) return { later: wait };
  const plan = (await ports.store.load(job.plan))?.plan;
  if (plan === undefined) return undefined;
  const now = members(plan);
  const base = await baseOf(ports, plan);
  const { forecast: known } = plan;
  const upToDate = known !== undefined && known.base === base && sameMembers(known, now);
  if (base === undefined || Object.keys(now.heads).length < 2 || upToDate) return undefined;
  const looked = await lookedAt(ports, plan, base);
  const at = ports.clock.now();
  const name = ports.hash(JSON.stringify([looked, at])).slice(0, 32);
  await turn(ports, plan.id, {
    kind: 'forecast',
    id: `${plan.id}-forecast-${name}`,
    at,
    forecast: looked,
    styles: await styleProfiles(ports, plan),
  });
  return undefined;
};

/** Milliseconds for which a fetch is fresh enough. */
const RECENT = 5_000;

/** What members are merged into: the plan's base, or the default branch as last seen where they land one by one. */
const baseOf = async (ports: Ports, plan: Plan): Promise<Sha | undefined> => {
  if (!('base' in plan.state) || plan.state.base === 'preparing') return undefined;
  const own = plan.state.base.contracts;
  if (plan.settings.strategy === 'integration') return own;
  await ports.git.fetch(plan.repository, RECENT);
  return (await ports.git.head(plan.repository, plan.defaultBranch)) ?? own;
};

/** A head that another worker pushed may not be here yet: then all is fetched and asked again. */
const lookedAt = async (ports: Ports, plan: Plan, base: Sha): Promise<Forecast> => {
  const now = members(plan);
  const open = openPairs(plan.forecast, base, now);
  const shas = open.map(([a, b]) => [now.heads[a] ?? '', now.heads[b] ?? ''] as const);
  const ask = () => ports.git.pairs(plan.repository, base, shas);
  const pushed = (head: Sha | undefined) =>
    Object.entries(now.heads).some(([item, sha]) => sha === head && !now.provisional.includes(Number(item)));
  let outcomes = await ask();
  if (outcomes.some((one) => !one.clean && one.blame?.broken === true && pushed(one.blame.head))) {
    await ports.git.fetch(plan.repository);
    outcomes = await ask();
  }
  const told = await settled(ports, plan, base, open, outcomes);
  return joined(
    plan.forecast,
    base,
    now,
    open.flatMap((pair, at) => {
      const outcome = told[at];
      return outcome === undefined ? [] : [[pair, outcome] as const];
    }),
  );
};

/** Marks what a round would settle by rule. Without rounds (strategy `direct`) a conflict is a person's. */
const settled = async (
  { git }: Pick<Ports, 'git'>,
  plan: Plan,
  base: Sha,
  pairs: readonly Pair[],
  outcomes: readonly PairForecast[],
): Promise<readonly (PairForecast & { readonly byRule?: boolean })[]> => {
  const { heads, provisional } = members(plan);
  const clashes = outcomes.flatMap((outcome, at) => {
    const [a = 0, b = 0] = pairs[at] ?? [];
    // What git gives a reason for (a rename, colliding names) is in no file's contents.
    if (outcome.clean || outcome.reason !== undefined) return [];
    const { blame, files } = outcome;
    const [into, head] = blame === undefined ? [heads[a] ?? '', heads[b] ?? ''] : [base, blame.head];
    return [{ at, into, head, files, passing: provisional.includes(a) || provisional.includes(b) }];
  });
  if (clashes.length === 0 || plan.settings.strategy === 'direct') return outcomes;
  const answers = await wouldSettle(await git.objects(plan.repository), clashes);
  const rules = new Set(clashes.flatMap(({ at }, place) => (answers[place] === true ? [at] : [])));
  return outcomes.map((outcome, at) => (rules.has(at) ? { ...outcome, byRule: true } : outcome));
};
