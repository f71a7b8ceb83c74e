import { decide } from '#core/journey.ts';
import type { Fact, Plan, PlanId } from '#core/types.ts';
import type { Ports } from '#engine/ports.ts';
import { relay } from '#engine/relay.ts';

/** Rounds of load, decide, save before a turn gives up; each lost round means that another process won one. */
const MOST_ROUNDS = 50;

/**
 * One turn of a plan: load, decide, save with "version unchanged", hand the effects on. Gives the plan as it stands
 * after the fact; undefined when the fact concerns no plan. A fact that was handled before changes nothing.
 */
export const turn = async (ports: Ports, id: PlanId, fact: Fact): Promise<Plan | undefined> => {
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const stored = await ports.store.load(id);
    const current = await withClaims(ports, fact);
    const decision = decide(stored?.plan, current, ports.hash);
    if (decision === undefined) return stored?.plan;
    if (
      stored !== undefined &&
      decision.effects.length === 0 &&
      JSON.stringify(stored.plan) === JSON.stringify(decision.plan)
    )
      return stored.plan;
    const outcome = await ports.store.commit({
      plan: decision.plan,
      expected: stored?.version ?? 0,
      effects: decision.effects,
      // What an agent does this moment happens all the time, and heard twice it changes nothing.
      facts: fact.kind === 'attempt-progressed' ? [] : [fact.id],
      ...(decision.claims === undefined
        ? {}
        : { claims: { version: await claimsVersion(ports, current, decision.plan), hold: decision.claims } }),
    });
    if (outcome === 'already') return (await ports.store.load(id))?.plan;
    if (outcome === 'saved') {
      if (decision.effects.length > 0) await relay(ports);
      return decision.plan;
    }
  }
  throw new Error(
    `Plan ${id} was changed by others ${MOST_ROUNDS} times in a row; the fact ${fact.kind} waits for its next try.`,
  );
};

/** Claims are read again each round: two plans that claim at one moment must see each other. */
const withClaims = async (ports: Ports, fact: Fact): Promise<Fact> =>
  'snapshot' in fact
    ? { ...fact, snapshot: { ...fact.snapshot, claims: await ports.store.claims(fact.snapshot.repository.id) } }
    : fact;

const claimsVersion = async (ports: Ports, fact: Fact, plan: Plan): Promise<number> =>
  'snapshot' in fact ? fact.snapshot.claims.version : (await ports.store.claims(plan.repository.id)).version;
