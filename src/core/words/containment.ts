import type { Plan } from '#core/types.ts';
import { alert } from '#core/words/alert.ts';

/** How what runs an agent holds it. */
type Kind = 'bubblewrap' | 'container' | 'none';

/** Where a containment stands among the five levels of isolation: from one folder for all to a machine for each. */
export const levelWords = (kind: Kind): string => {
  switch (kind) {
    case 'none':
      return 'level 2 of 4: a worktree each, and nothing around it';
    case 'bubblewrap':
      return "level 3 of 4: a sandbox each, with this machine's programs";
    case 'container':
      return "level 3 of 4: a container each, with its image's programs";
  }
};

/** Said wherever people decide, as long as agents run without a sandbox; empty otherwise. */
export const uncontainedWords = (kind: Kind | undefined): string =>
  kind === 'none'
    ? alert(
        'warning',
        'Agents run **without a sandbox** here, as the operator configured (`sandbox: none`): they reach everything that the account of the worker can.',
      )
    : '';

/** The same of work that was done already: some of the members may be from another worker. */
export const uncontainedWork = (plan: Plan): string =>
  uncontainedWords(
    plan.items.some(({ state }) => 'work' in state && state.work.sandbox === 'none') ? 'none' : undefined,
  );
