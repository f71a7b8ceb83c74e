import { type Pause, pauseAfter } from '#core/spend/pause.ts';
import type { FleetPause, Instant } from '#core/types.ts';
import type { Clock, Log, Store } from '#engine/ports.ts';
import { revise } from '#engine/revise.ts';

/** Where the store keeps the last pause, for all workers. */
const NAME = 'fleet-pause';

/** What was refused: `sent` is when the request went out, `wait` what the provider said, in milliseconds. */
export type Refusal = {
  readonly provider: string;
  readonly status: number;
  readonly wait: number | undefined;
  readonly sent: Instant;
};

type Fleet = { readonly store: Pick<Store, 'recall' | 'swap'>; readonly clock: Clock; readonly log: Log };

/** The pause that a provider of models asked for, while it lasts. It holds for every worker of the store. */
export const fleetPause = async ({
  store,
  clock,
}: {
  readonly store: Pick<Store, 'recall'>;
  readonly clock: Clock;
}): Promise<FleetPause | undefined> => {
  const last = (await store.recall(NAME)) as FleetPause | undefined;
  return last !== undefined && last.until > clock.now() ? last : undefined;
};

/** A provider refused a request because there are too many (429, 529): nobody starts or asks until the pause is over. */
export const pauseFleet = async ({ store, clock, log }: Fleet, told: Refusal): Promise<FleetPause> => {
  const pause = await revise<FleetPause>(store, NAME, (last) => {
    const before: Pause | undefined =
      last === undefined ? undefined : { ...last, since: Date.parse(last.since), until: Date.parse(last.until) };
    const after = pauseAfter(before, { ...told, sent: Date.parse(told.sent), now: Date.parse(clock.now()) });
    return { ...after, since: new Date(after.since).toISOString(), until: new Date(after.until).toISOString() };
  });
  log.warn(
    { provider: pause.provider, status: pause.status, until: pause.until },
    'The model provider asks for a pause: no agent starts and no request is sent until it is over.',
  );
  return pause;
};
