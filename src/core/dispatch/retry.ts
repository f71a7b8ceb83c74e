import type { Failure, Plan } from '#core/types.ts';

/** Agent starts that an item may have in its life when nobody says otherwise (spec 7 `limits.attempts`). */
const DEFAULT_ATTEMPTS = 3;

/** Largest number of agent starts for an item in its life. */
export const attemptLimit = (plan: Plan): number => plan.settings.attempts ?? DEFAULT_ATTEMPTS;

/** Only an exit status other than 0 or a fault of the infrastructure is tried again without a person (spec 5). */
export const triesAgain = (failure: Failure, attempts: number, limit: number): boolean =>
  (failure.kind === 'exit' || failure.kind === 'infrastructure') && attempts < limit;
