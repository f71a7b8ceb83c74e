import type { Failure, ItemState, Plan } from '#core/types.ts';

/** Agent starts that an item may have in its life when nobody says otherwise (spec 7 `limits.attempts`). */
const DEFAULT_ATTEMPTS = 3;

/** Largest number of agent starts for an item in its life. */
export const attemptLimit = (plan: Plan): number => plan.settings.attempts ?? DEFAULT_ATTEMPTS;

/** Only an exit status other than 0 or a fault of the infrastructure is tried again without a person (spec 5). */
export const triesAgain = (failure: Failure, attempts: number, limit: number): boolean =>
  (failure.kind === 'exit' || failure.kind === 'infrastructure') && attempts < limit;

/** How an attempt ends when its time, its money or its machine gave out: what it had by then is worth going on from. */
const CUT_OFF: ReadonlySet<Failure['kind']> = new Set([
  'exit',
  'infrastructure',
  'timeout',
  'stalled',
  'output',
  'budget',
]);

/**
 * May the next attempt go on from what the last one left on its machine? Not when that was finished, refused or unwanted:
 * then a new agent would only repeat what was wrong with it.
 */
export const goesOnFromCheckpoint = (state: ItemState): boolean => {
  switch (state.name) {
    case 'running':
      return true;
    // The plan was paused meanwhile.
    case 'waiting':
      return state.on === 'resume';
    case 'queued':
      return state.after !== undefined && CUT_OFF.has(state.after.kind);
    case 'failed':
      return CUT_OFF.has(state.failure.kind);
    default:
      return false;
  }
};
