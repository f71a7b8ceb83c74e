import type { OpenQueues } from '#adapters/queue/queues.ts';
import { secondsBetween } from '#core/words/time.ts';
import { fleetPause } from '#engine/fleet.ts';
import type { Clock, Store } from '#engine/ports.ts';

/** Gauges in Prometheus' text format (version 0.0.4): jobs by queue, plans and items by state, money and pauses. */
export const metrics = async (store: Store, queues: OpenQueues, clock: Clock): Promise<string> => {
  const day = clock.now().slice(0, 10);
  const [depth, plans, spent, pause] = await Promise.all([
    queues.depth(),
    store.plans(),
    store.spent({ day }),
    fleetPause({ store, clock }),
  ]);
  return [
    ...gauge('forkjoin_jobs', 'Jobs not done yet, by queue.', 'queue', new Map(Object.entries(depth))),
    ...gauge('forkjoin_plans', 'Plans by state.', 'state', count(plans.map((plan) => plan.state.name))),
    ...gauge(
      'forkjoin_items',
      'Items by state.',
      'state',
      count(plans.flatMap((plan) => plan.items.map((item) => item.state.name))),
    ),
    ...gauge('forkjoin_spent_dollars', 'US dollars for models, by day (UTC).', 'day', new Map([[day, spent]])),
    ...gauge(
      'forkjoin_paused_seconds',
      'Seconds for which a provider of models asks everybody to wait.',
      'provider',
      new Map(pause === undefined ? [] : [[pause.provider, secondsBetween(clock.now(), pause.until)]]),
    ),
    '',
  ].join('\n');
};

const count = (names: readonly string[]): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
};

const gauge = (name: string, help: string, label: string, values: ReadonlyMap<string, number>): readonly string[] => [
  `# HELP ${name} ${help}`,
  `# TYPE ${name} gauge`,
  ...[...values]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([value, number]) => `${name}{${label}="${value}"} ${number}`),
];
