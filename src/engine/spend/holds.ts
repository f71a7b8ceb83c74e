import { LEVELS, type Level, type Limits, type Standing } from '#core/spend/budgets.ts';
import type { Clock, Hold, Log, SpendingScope, Store } from '#engine/ports.ts';

/** Seconds for which dollars stay set aside when nobody says that they are still needed: a worker that died frees them. */
const LEASE = 60;
/** Milliseconds between two words that they are. */
const RENEWAL = 20_000;

/** What the requests of one attempt have set aside at this moment. */
export type Holds = {
  /** Sets dollars aside for a request, more or fewer than before, if budgets allow it; and how they stand. */
  take(request: string, dollars: number): Promise<{ readonly held: boolean; readonly standing: Standing }>;
  /** Dollars of a request; 0 for one that has none. */
  of(request: string): number;
  /** The store freed them with the request's row. */
  forget(request: string): void;
};

/** Sets dollars aside in the store, where all workers see them, and keeps them so while requests are under way. */
export const openHolds = (
  {
    store,
    clock,
    log,
  }: { readonly store: Pick<Store, 'hold' | 'keepHolds'>; readonly clock: Clock; readonly log: Log },
  payer: Pick<Hold, 'plan' | 'item' | 'attempt'>,
  limits: Limits,
): Holds => {
  const { plan, item, attempt } = payer;
  const holds = new Map<string, Hold>();
  let timer: NodeJS.Timeout | undefined;
  const keep = (): void => {
    store.keepHolds([...holds.values()], LEASE).catch((error: unknown) => {
      log.warn({ plan, item, error }, 'What is set aside for requests could not be kept; trying again.');
    });
  };
  return {
    take: async (request, dollars) => {
      const hold: Hold = { id: request, plan, item, attempt, dollars };
      const scopes: Readonly<Record<Level, SpendingScope>> = {
        attempt: { plan, item, attempt },
        item: { plan, item },
        plan: { plan },
        day: { day: clock.now().slice(0, 10) },
      };
      const bounds = LEVELS.map((level) => ({ scope: scopes[level], dollars: limits[level] }));
      const { held, standing } = await store.hold(hold, bounds, LEASE);
      if (held) holds.set(request, hold);
      if (holds.size > 0) timer ??= setInterval(keep, RENEWAL).unref();
      return { held, standing: byLevel(standing) };
    },
    of: (request) => holds.get(request)?.dollars ?? 0,
    forget: (request) => {
      holds.delete(request);
      if (holds.size > 0) return;
      clearInterval(timer);
      timer = undefined;
    },
  };
};

const byLevel = (sums: readonly Standing[Level][]): Standing => {
  const [attempt, item, plan, day] = sums;
  if (attempt === undefined || item === undefined || plan === undefined || day === undefined)
    throw new Error('The store did not tell how every budget stands.');
  return { attempt, item, plan, day };
};
