import type { Plan } from '#core/types.ts';
import { code } from '#core/words/safe.ts';
import { list } from '#core/words/state.ts';

/** That the default branch moved since the plan began, and what it means for the integration; empty when it did not. */
export const baseMovedWords = (plan: Plan): string => {
  const { state, moved } = plan;
  if (moved === undefined || !('base' in state) || state.base === 'preparing') return '';
  const branch = code(plan.defaultBranch);
  const since = `${state.base.sha.slice(0, 10)} → ${moved.head.slice(0, 10)}`;
  if (moved.rewritten)
    return `${branch} was rewritten since the plan began (${since}): what the plan builds on is no longer part of it. \`/parallel cancel\` and \`/parallel retry\` begin anew from there.`;
  if (moved.conflicts.length > 0)
    return `${branch} moved since the plan began (${since}) and conflicts with the integration in ${list(moved.conflicts.map((file) => code(file)))}. The plan goes on from where it began; merge ${branch} into the branch of a member that owns the file, or resolve it in the integration pull request.`;
  return '';
};
