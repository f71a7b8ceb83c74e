import { openPlan } from './plan/open.ts';
import type { World } from './world/world.ts';

/** Files the plan issue and its items as the maintainer does, labels them, and gives the number of the plan. */
export const filePlan = async (world: World): Promise<number> => {
  const maintainer = world.as('maintainer');
  const { plan, items } = await openPlan(maintainer);
  for (const issue of [...items, plan]) await maintainer.label(issue, 'parallel');
  return plan;
};
