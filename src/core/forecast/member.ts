import type { Item, Work } from '#core/types.ts';

/** What an item has built, also while an agent goes on with it. */
export const workOf = ({ state }: Pick<Item, 'state'>): Work | undefined =>
  'work' in state ? state.work : 'fix' in state ? state.fix?.work : undefined;

/** The pull request of an item that has built something; undefined while none is open. */
export const pullOf = ({ state }: Pick<Item, 'state'>): number | undefined => {
  if ('work' in state) return 'pull' in state ? state.pull : undefined;
  return 'fix' in state ? state.fix?.pull : undefined;
};
