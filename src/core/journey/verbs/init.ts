import type { Verb } from '#core/journey/verbs/verb.ts';

/** Asks for the onboarding pull request. The plan has no part in it: it may be said on any issue. */
export const init: Verb = (plan, fact) => ({
  plan,
  effects: [{ kind: 'init', name: `init-${plan.repository.id}-${fact.comment}`, on: fact.on }],
});
