import type { Item, Plan } from '#core/types.ts';
import { code } from '#core/words/safe.ts';
import { holdWords } from '#core/words/state.ts';

/** What a member's pull request hears when its plan has landed: where its work is, or that it is not in. */
export const landedWords = (plan: Plan, item: Item): string | undefined => {
  if (plan.state.name !== 'landed') return undefined;
  const where = `${code(plan.defaultBranch)} with #${plan.state.pull}`;
  if (item.state.name === 'merged')
    return `Landed in ${where}, the integration of #${plan.issue}. Its branch ${code(item.branch)} is deleted if nobody pushed to it since.`;
  const why = item.state.name === 'held' ? ` (${holdWords(item.state.why)})` : '';
  return `#${plan.issue} landed in ${where} without this${why}. The branch stays: to go on with it by hand, point this pull request at ${code(plan.defaultBranch)}.`;
};
