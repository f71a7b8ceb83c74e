import type { Failure, HoldReason, Item, ItemState, Plan } from '../types.ts';

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
  why: why(item.state),
  ...('pull' in item.state && item.state.pull !== undefined ? { pull: item.state.pull } : {}),
  ...(item.cost === undefined ? {} : { cost: item.cost }),
});

const DONE: ReadonlySet<ItemState['name']> = new Set(['proposed', 'merged']);

const FINISHED: ReadonlySet<Plan['state']['name']> = new Set(['landed', 'cancelled']);

const rank = (plan: DashboardPlan): number => (FINISHED.has(plan.state) ? 1 : 0);

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const why = (state: ItemState): string => {
  switch (state.name) {
    case 'waiting':
      return `on ${numbers(state.on)}`;
    case 'queued':
      return state.after === undefined ? '' : `again after: ${failure(state.after)}`;
    case 'running':
      return `attempt ${state.attempt}, ${state.step}`;
    case 'held':
      return hold(state.why);
    case 'failed':
      return failure(state.failure);
    case 'cancelled':
      return `by ${state.by}: ${state.why}`;
    case 'skipped':
      return `because of #${state.because}`;
    case 'draft':
    case 'ready':
    case 'publishing':
    case 'proposed':
    case 'merged':
      return '';
  }
};

const failure = (what: Failure): string => {
  switch (what.kind) {
    case 'exit':
      return `the agent ended with status ${what.status}`;
    case 'infrastructure':
    case 'unavailable':
      return what.what;
    case 'timeout':
      return `no end after ${what.minutes} min`;
    case 'stalled':
      return `silent for ${what.minutes} min`;
    case 'output':
      return `more than ${what.megabytes} MB of output`;
    case 'budget':
      return `the budget of $${what.dollars} is spent`;
    case 'no-changes':
      return 'the agent changed nothing';
    case 'guard':
      return `refused: ${what.refused.map(({ path }) => path).join(', ')}`;
    case 'verification':
      return 'verification failed';
    case 'setup':
      return 'set-up failed';
    case 'dependency-conflict':
      return `what it depends on conflicts: ${numbers(what.with)}`;
  }
};

const hold = (why: HoldReason): string => {
  switch (why.kind) {
    case 'conflict':
      return `conflicts with ${numbers(why.with) || 'the base'} in ${why.files.join(', ')}`;
    case 'verify-failed':
      return `verification fails together with ${numbers(why.with) || 'the base'}`;
    case 'dependency-held':
      return `needs ${numbers(why.with)}, which is held`;
    case 'branch-moved':
      return 'branch moved';
    case 'person':
      return `by ${why.by}`;
    case 'outside-scope':
      return `pushed outside its scope: ${why.refused.map(({ path }) => path).join(', ')}`;
    case 'pull-request-refused':
      return why.message;
  }
};

const numbers = (issues: readonly number[]): string => issues.map((issue) => `#${issue}`).join(', ');
