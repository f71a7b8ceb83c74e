import { coalesce } from '#engine/coalesce.ts';
import { commented } from '#engine/hint/comment.ts';
import { issuesChanged, planNumber, wakeWaiting } from '#engine/hint/issue.ts';
import { pullChanged, pushed } from '#engine/hint/pull.ts';
import type { Hint, Ports } from '#engine/ports.ts';

/** Acts on hints from outside. */
export type Follow = (hint: Hint) => Promise<void>;

/**
 * Makes what acts on hints: it reads how things stand now and gives the plan a fact about it. A hint that was handled
 * before, or that concerns no plan, does nothing. Hints about issues of one plan that come while it is being read are
 * answered by one further look.
 */
export const createFollow = (ports: Ports): Follow => {
  const together = coalesce<Extract<Hint, { readonly kind: 'issue' }>>();
  return async (hint) => {
    if (await ports.store.handled(hint.id)) return;
    switch (hint.kind) {
      case 'issue': {
        const plan = await planNumber(ports, hint);
        await wakeWaiting(ports, hint);
        return together(`${hint.repository.id}-${plan}`, hint, (all) => issuesChanged(ports, all));
      }
      case 'comment':
        return commented(ports, hint);
      case 'pull':
        return pullChanged(ports, hint.repository, hint.pull, hint);
      case 'push':
        return pushed(ports, hint);
    }
  };
};
