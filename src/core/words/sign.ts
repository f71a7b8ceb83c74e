import type { ItemState, PlanState } from '#core/types.ts';

const OF_ITEM: Readonly<Record<ItemState['name'], string>> = {
  draft: '✏️',
  ready: '⚪',
  waiting: '⏳',
  queued: '🔄',
  running: '🔄',
  publishing: '🔄',
  proposed: '🟢',
  merged: '✅',
  held: '✋',
  failed: '❌',
  cancelled: '🚫',
  skipped: '⏭️',
};

const OF_PLAN: Readonly<Record<PlanState['name'], string>> = {
  draft: '✏️',
  approved: '⚪',
  running: '🔄',
  integrating: '🔄',
  proposed: '🟢',
  landed: '✅',
  cancelled: '🚫',
};

/** A sign a state of an item, the same in every table; never alone, always with the word beside it. */
export const sign = (state: ItemState): string => OF_ITEM[state.name];

/** A sign a state of a plan. */
export const planSign = (state: PlanState): string => OF_PLAN[state.name];
