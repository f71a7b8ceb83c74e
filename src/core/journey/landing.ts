import type { Effect, Item, Plan } from '#core/types.ts';
import { pullBase } from '#core/words/names.ts';

/**
 * What is put away when work has landed. Members of an integration keep their branches until the whole has landed, for a
 * round may need them again; all others until their own pull request is merged. Only what the app made is deleted, and
 * only while it is as the app left it. A plan that is cancelled by command keeps its branches (spec 4).
 */
export const landing = (before: Plan | undefined, after: Plan, closed: boolean): readonly Effect[] => [
  ...after.items.flatMap((item) => {
    if (!hasLanded(after, item) || (before !== undefined && isLandedIn(before, item.issue))) return [];
    return memberLanded(after, item);
  }),
  ...integrationBranch(before, after, closed),
  ...leftOut(before, after),
];

/** Is the member's work in the default branch, by itself or with the whole? */
const hasLanded = (plan: Plan, item: Item): boolean =>
  item.state.name === 'merged' && (plan.state.name === 'landed' || pullBase(plan) === plan.defaultBranch);

const isLandedIn = (plan: Plan, issue: number): boolean => {
  const item = plan.items.find((other) => other.issue === issue);
  return item !== undefined && hasLanded(plan, item);
};

const memberLanded = (plan: Plan, item: Item): readonly Effect[] => {
  if (item.state.name !== 'merged') return [];
  const { work, pull } = item.state;
  const withWhole = plan.state.name === 'landed' && plan.state.pull !== pull;
  return [
    ...(withWhole ? [word(plan, item.issue, pull)] : []),
    {
      kind: 'delete-branch',
      name: `${plan.id}-delete-${item.issue}-${work.head.slice(0, 12)}`,
      branch: item.branch,
      expected: work.head,
    },
  ];
};

/** Members with an open pull request that the whole landed without hear so there; they keep their branches. */
const leftOut = (before: Plan | undefined, after: Plan): readonly Effect[] =>
  after.state.name === 'landed' && before !== undefined && before.state.name !== 'landed'
    ? after.items.flatMap((item) =>
        isOpen(item) && item.state.pull !== undefined ? [word(after, item.issue, item.state.pull)] : [],
      )
    : [];

const word = (plan: Plan, item: number, pull: number): Effect => ({
  kind: 'say-landed',
  name: `${plan.id}-say-landed-${pull}`,
  item,
  pull,
});

/** The integration branch goes when no pull request of a member leads to it any more: GitHub would close that one. */
const integrationBranch = (before: Plan | undefined, after: Plan, closed: boolean): readonly Effect[] => {
  const { integration, state } = after;
  const isOver = state.name === 'landed' || (state.name === 'cancelled' && (closed || isPutAway(before)));
  if (!isOver || before === undefined || after.alone || integration === undefined || leadsThere(after)) return [];
  if (before.state.name === state.name && !leadsThere(before)) return [];
  return [
    {
      kind: 'delete-branch',
      name: `${after.id}-delete-integration-${integration.round}`,
      branch: after.branch,
      expected: integration.head,
    },
  ];
};

/** Was the plan over by its pull request, and only waited for those of its members? */
const isPutAway = (before: Plan | undefined): boolean =>
  before?.state.name === 'cancelled' && before.state.why.startsWith('the integration pull request');

const leadsThere = (plan: Plan): boolean => plan.items.some(isOpen);

/** Has a member a pull request that still leads to the branch of the plan? */
const isOpen = (item: Item): item is Item & { state: Extract<Item['state'], { name: 'proposed' | 'held' }> } =>
  (item.state.name === 'proposed' || (item.state.name === 'held' && item.state.why.kind !== 'retargeted')) &&
  item.state.pull !== undefined;
