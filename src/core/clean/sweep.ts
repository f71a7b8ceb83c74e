import type { Plan } from '#core/types.ts';
import { attemptName } from '#core/words/names.ts';

/**
 * Worktrees on this machine that nobody works in: those of no running attempt and of no round of integration that
 * is under way. Names as the attempts and rounds give them. Members of a sequential plan are merged one by one, at any
 * time until it is over.
 */
export const leftWorktrees = (names: readonly string[], plans: readonly Plan[]): readonly string[] => {
  const attempts = new Set(
    plans.flatMap((plan) =>
      plan.items.flatMap((item) =>
        item.state.name === 'running' ? [attemptName(plan.id, item.issue, item.state.attempt)] : [],
      ),
    ),
  );
  const integrating = plans
    .filter((plan) => plan.state.name === 'integrating' || isSequential(plan))
    .flatMap((plan) => [`${plan.id}-integration-`, `${plan.id}-resolve-`]);
  return names.filter(
    (name) =>
      !attempts.has(name.replace(/-(?:verify|resolve-[0-9a-f]+)$/, '')) &&
      !integrating.some((prefix) => name.startsWith(prefix)),
  );
};

const isSequential = ({ settings, state }: Plan): boolean =>
  settings.strategy === 'sequential' && (state.name === 'running' || state.name === 'proposed');
