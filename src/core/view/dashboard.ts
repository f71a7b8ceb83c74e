import type { Item, ItemState, Plan } from '#core/types.ts';
import { itemReason } from '#core/words/state.ts';
import { unmark } from './unmark.ts';

/** One item as a row of its plan's table. `why` is empty when the state says it all; cost in US dollars. */
export type DashboardItem = {
  readonly issue: number;
  readonly title: string;
  readonly state: ItemState['name'];
  readonly why: string;
  readonly pull?: number;
  readonly cost?: number;
};

/** One plan with its totals. `repository` is `owner/name`; `done` counts items that need nothing more. */
export type DashboardPlan = {
  readonly repository: string;
  readonly issue: number;
  readonly title: string;
  readonly state: Plan['state']['name'];
  readonly pull?: number;
  readonly done: number;
  readonly total: number;
  readonly cost?: number;
  readonly items: readonly DashboardItem[];
};

/** Plans as the dashboard shows them: what is at work first, then by repository, the newest issue first. */
export const dashboard = (plans: readonly Plan[]): readonly DashboardPlan[] =>
  plans.map(viewOf).sort((a, b) => rank(a) - rank(b) || compare(a.repository, b.repository) || b.issue - a.issue);

const viewOf = (plan: Plan): DashboardPlan => {
  const costs = plan.items.flatMap((item) => item.cost ?? []);
  return {
    repository: `${plan.repository.owner}/${plan.repository.name}`,
    issue: plan.issue,
    title: plan.title,
    state: plan.state.name,
    ...('pull' in plan.state && typeof plan.state.pull === 'number' ? { pull: plan.state.pull } : {}),
    done: plan.items.filter(({ state }) => DONE.has(state.name)).length,
    total: plan.items.length,
    ...(costs.length === 0 ? {} : { cost: costs.reduce((sum, cost) => sum + cost, 0) }),
    items: plan.items.map(itemOf),
  };
};

const itemOf = (item: Item): DashboardItem => ({
  issue: item.issue,
  title: item.text.title,
  state: item.state.name,
  why: unmark(itemReason(item.state)),
  ...('pull' in item.state && item.state.pull !== undefined ? { pull: item.state.pull } : {}),
  ...(item.cost === undefined ? {} : { cost: item.cost }),
});

const DONE: ReadonlySet<ItemState['name']> = new Set(['proposed', 'merged']);

const FINISHED: ReadonlySet<Plan['state']['name']> = new Set(['landed', 'cancelled']);

const rank = (plan: DashboardPlan): number => (FINISHED.has(plan.state) ? 1 : 0);

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
