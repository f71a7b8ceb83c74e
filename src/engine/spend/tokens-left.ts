import { type Grant, partGrant, type Wish, wholeGrant } from '#core/spend/grant.ts';

/** Tokens that one attempt may still use on models without a price. */
export type TokensLeft = {
  /** Sets tokens aside for a request. `busy`: other requests of the attempt have them. */
  take(request: string, wish: Wish): Grant | 'busy' | 'spent';
  /** Is it more than there is, when a request has used so many? */
  passes(request: string, used: number): boolean;
  /** A request is over: it used so many, or (0) nothing. */
  use(request: string, used: number): void;
};

/** A token costs a token. */
const RATE = { input: 1, output: 1 };

/** An attempt is at work in one process only, so that this needs no store. */
export const tokensLeft = (most: number): TokensLeft => {
  const held = new Map<string, number>();
  let used = 0;
  const heldByOthers = (request: string): number =>
    [...held].reduce((sum, [id, tokens]) => sum + (id === request ? 0 : tokens), 0);
  return {
    take: (request, wish) => {
      const left = most - used;
      if (left <= 0) return 'spent';
      const free = left - heldByOthers(request);
      const whole = wholeGrant(RATE, wish);
      const grant = whole.amount <= free ? whole : partGrant(RATE, wish, { left, free });
      if (grant === undefined) return 'busy';
      held.set(request, grant.amount);
      return grant;
    },
    passes: (request, tokens) => tokens > (held.get(request) ?? 0) && used + heldByOthers(request) + tokens > most,
    use: (request, tokens) => {
      held.delete(request);
      used += tokens;
    },
  };
};
