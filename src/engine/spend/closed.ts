import { isBusy } from '#core/dispatch/ready.ts';
import type { Closed, Plan } from '#core/types.ts';
import { fleetPause } from '#engine/fleet.ts';
import type { Outboxed, Ports } from '#engine/ports.ts';

const DAY = 24 * 60 * 60_000;

/** Why no agent may start now: a provider of models asked for a pause, or the day's money is spent. Days are those of UTC. */
export const closed = async (ports: Pick<Ports, 'store' | 'clock' | 'money'>): Promise<Closed | undefined> => {
  const pause = await fleetPause(ports);
  if (pause !== undefined) return { why: 'pause', until: pause.until, pause };
  const now = ports.clock.now();
  const dollars = ports.money.allowance.day;
  if ((await ports.store.spent({ day: now.slice(0, 10) })) < dollars) return undefined;
  const until = new Date((Math.floor(Date.parse(now) / DAY) + 1) * DAY).toISOString();
  return { why: 'day', until, dollars };
};

/** Asks for the panels of plans with agents at work, or about to be: once to say why they wait, once when it is over. */
export const announce = async (
  { queues }: Pick<Ports, 'queues'>,
  plans: readonly Plan[],
  { why, until }: Closed,
): Promise<void> => {
  const effects = plans
    .filter((plan) => plan.items.some(isBusy))
    .flatMap((plan): readonly Outboxed[] => {
      const name = `${plan.id}-panel-${why}-${until.replace(/\D/g, '')}`;
      return [
        { plan: plan.id, repository: plan.repository, effect: { kind: 'panel', name } },
        { plan: plan.id, repository: plan.repository, effect: { kind: 'panel', name: `${name}-over`, since: until } },
      ];
    });
  await queues.effects(effects);
};
