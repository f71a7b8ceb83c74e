import type { Item, ItemState, Plan, PlanState, StateLabel } from '#core/types.ts';

/** How the app's labels look; `parallel` itself is the person's. */
export const STATE_LABELS: Readonly<Record<StateLabel, { readonly color: string; readonly description: string }>> = {
  'parallel:ready': { color: '0969da', description: 'Nothing stands in the way; starts by command or by itself' },
  'parallel:blocked': { color: 'd29922', description: 'Cannot go on: the comment says why and what helps' },
  'parallel:running': { color: '8250df', description: 'An agent works on it, or members are being merged' },
  'parallel:in-review': { color: '2da44e', description: 'Waits for people: a pull request is open' },
  'parallel:done': { color: '57606a', description: 'In the default branch' },
};

/** Is this a label that the app keeps? On GitHub names of labels that differ only in case are one. */
export const isStateLabel = (name: string): boolean => name.toLowerCase() in STATE_LABELS;

type Simple = Exclude<ItemState['name'], 'waiting' | 'merged'>;

const OF_ITEM: Readonly<Record<Simple, StateLabel>> = {
  // Has errors, or its label was applied by somebody who may not start it.
  draft: 'parallel:blocked',
  ready: 'parallel:ready',
  // A worker takes it within moments: a label of its own for that would be one write more for each attempt.
  queued: 'parallel:running',
  running: 'parallel:running',
  publishing: 'parallel:running',
  proposed: 'parallel:in-review',
  // These go on only when a person does something.
  held: 'parallel:blocked',
  failed: 'parallel:blocked',
  cancelled: 'parallel:blocked',
  skipped: 'parallel:blocked',
};

const OF_PLAN: Readonly<Record<Exclude<PlanState['name'], 'draft'>, StateLabel>> = {
  approved: 'parallel:ready',
  running: 'parallel:running',
  integrating: 'parallel:running',
  proposed: 'parallel:in-review',
  landed: 'parallel:done',
  cancelled: 'parallel:blocked',
};

/** The label of an item; undefined for an issue from which a person took `parallel`, or that never had it. */
export const itemLabel = (plan: Plan, item: Item): StateLabel | undefined => {
  const { state } = item;
  if (item.labelled === undefined) return undefined;
  if (state.name === 'waiting') {
    // The base and a slot come by themselves and soon; other items and `resume` may never come.
    return state.on === 'base' || state.on === 'slot' ? 'parallel:ready' : 'parallel:blocked';
  }
  if (state.name !== 'merged') return OF_ITEM[state.name];
  // Merged into the integration branch is not yet in the default branch: people review the whole.
  const whole = !plan.alone && plan.settings.strategy === 'integration';
  return whole && plan.state.name !== 'landed' ? 'parallel:in-review' : 'parallel:done';
};

/** The label of a plan issue. */
export const planLabel = (plan: Plan): StateLabel => {
  if (plan.state.name !== 'draft') return OF_PLAN[plan.state.name];
  return plan.report.ok && plan.faults.length === 0 && plan.items.length > 0 ? 'parallel:ready' : 'parallel:blocked';
};

/** The label that an issue of a plan should carry; undefined for none of ours. */
export const labelOf = (plan: Plan, issue: number): StateLabel | undefined => {
  const item = plan.items.find((other) => other.issue === issue);
  if (item !== undefined) return itemLabel(plan, item);
  return !plan.alone && issue === plan.issue ? planLabel(plan) : undefined;
};

/** An issue's labels with ours put right and everybody else's kept; undefined when they are right already. */
export const relabelled = (
  labels: readonly string[],
  wanted: StateLabel | undefined,
): readonly string[] | undefined => {
  const ours = labels.filter(isStateLabel);
  const right = wanted === undefined ? ours.length === 0 : ours.length === 1 && ours[0]?.toLowerCase() === wanted;
  if (right) return undefined;
  return [...labels.filter((name) => !isStateLabel(name)), ...(wanted === undefined ? [] : [wanted])];
};
