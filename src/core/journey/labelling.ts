import type { Effect, Fact, Plan, StateLabel } from '#core/types.ts';
import { labelOf, relabelled, STATE_LABELS } from '#core/words/labels.ts';

/** Issues whose label is not what it should be: as far as a look tells, else by what the fact changed. */
export const labelling = (before: Plan | undefined, after: Plan, fact: Fact): readonly Effect[] => {
  const seen =
    'snapshot' in fact
      ? new Map([fact.snapshot.plan, ...fact.snapshot.items].flatMap((issue) => (issue ? [[issue.issue, issue]] : [])))
      : new Map<number, never>();
  const issues = new Set([
    after.issue,
    ...[before, after].flatMap((plan) => plan?.items ?? []).map((item) => item.issue),
  ]);
  return [...issues]
    .filter((issue) => {
      const wanted = labelOf(after, issue);
      const found = seen.get(issue);
      if (found !== undefined) return relabelled(found.labels, wanted) !== undefined;
      return wanted !== (before === undefined ? undefined : labelOf(before, issue));
    })
    .map((issue) => ({ kind: 'label', name: `${after.id}-label-${issue}-${fact.id}`, issue }));
};

/** The labels get their colours once a repository, and only when an item's way is over: writes on it are few (spec 6). */
export const painting = (before: Plan | undefined, after: Plan): readonly Effect[] => {
  const over = (plan: Plan | undefined): boolean =>
    plan?.items.some((item) => ['proposed', 'held', 'failed', 'cancelled'].includes(item.state.name)) ?? false;
  if (over(before) || !over(after)) return [];
  return (Object.keys(STATE_LABELS) as StateLabel[]).map((label) => ({
    kind: 'paint',
    name: `${after.repository.id}-paint-${label.replace('parallel:', '')}`,
    label,
  }));
};
