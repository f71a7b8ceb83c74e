import { textHash } from '#core/approve/approval.ts';
import { mayRun } from '#core/approve/permission.ts';
import { check } from '#core/check/check.ts';
import { dependenciesOf } from '#core/check/dependencies.ts';
import { forPlan } from '#core/dispatch/limits.ts';
import { isLost } from '#core/dispatch/ready.ts';
import { readItem } from '#core/intake/item.ts';
import { readPlan } from '#core/intake/plan.ts';
import { abandoned } from '#core/journey/integration.ts';
import { isStarted } from '#core/journey/step.ts';
import { unstaffed } from '#core/staffing/unstaffed.ts';
import type { CheckedItem, Hash, Instant, Item, ItemState, Plan, Report, SeenIssue, Snapshot } from '#core/types.ts';
import { integrationBranch, itemBranch, planId } from '#core/words/names.ts';
import { quotes } from '#core/words/quotes.ts';

/**
 * Brings a plan in line with what stands on GitHub: texts read and checked, items come and gone, removed labels.
 * What has started keeps the text that was approved; a later edit shows only in `bodyHash`. A plan under way that lost
 * its label is given up.
 */
export const seen = (before: Plan | undefined, snapshot: Snapshot, at: Instant, hash: Hash): Plan | undefined => {
  const now = read(before, snapshot, hash);
  const isUnderWay = before?.state.name === 'running' || before?.state.name === 'integrating';
  return now !== undefined && isUnderWay && snapshot.plan !== undefined && snapshot.plan.labelled === undefined
    ? abandoned(now, { by: 'a person', why: 'the label `parallel` was removed from the plan', at })
    : now;
};

const read = (before: Plan | undefined, snapshot: Snapshot, hash: Hash): Plan | undefined => {
  const head = snapshot.plan ?? snapshot.items[0];
  if (head === undefined) return before;
  const pinned = before !== undefined && isStarted(before) ? before : undefined;
  const text = pinned?.text ?? (snapshot.plan === undefined ? undefined : readPlan(snapshot.plan));
  const issues = snapshot.items.filter((issue) => belongs(before, issue, snapshot.plan === undefined));
  const drafts = [...issues.map((issue) => readOne(before, issue, head.issue, hash)), ...gone(before, issues)].sort(
    (a, b) => a.issue - b.issue,
  );
  const id = planId(snapshot.repository, head.issue);
  const native = nativeRelations(issues);
  const report = check({
    items: drafts.map((item) => item.text),
    claims: snapshot.claims.taken.filter((claim) => claim.plan !== id),
    native,
    elsewhere: snapshot.elsewhere,
    protectedAllow: snapshot.settings.protected.allow,
    protectedAdd: snapshot.settings.protected.add,
    ...(text === undefined ? {} : { plan: text }),
    ...('paths' in snapshot.base ? { tree: snapshot.base } : {}),
  });
  const lines = linesOf(report);
  return {
    ...before,
    id,
    repository: snapshot.repository,
    issue: head.issue,
    alone: snapshot.plan === undefined,
    title: pinned?.title ?? head.title,
    bodyHash: textHash(head, hash),
    defaultBranch: snapshot.defaultBranch,
    lookedAt: snapshot.at,
    branch: pinned?.branch ?? integrationBranch(head.issue, head.title),
    settings: pinned?.settings ?? forPlan(snapshot.settings, text),
    report,
    faults: [...('missing' in snapshot.base ? [snapshot.base.missing] : []), ...snapshot.settingsProblems],
    state: before?.state ?? { name: 'draft' },
    paused: before?.paused ?? false,
    roles: [...(pinned?.roles ?? []), ...snapshot.staffing.roles].filter(
      ({ name }, at, all) =>
        drafts.some((item) => item.text.agent.role === name) && all.findIndex((role) => role.name === name) === at,
    ),
    items: drafts.map((item) => {
      const issue = issues.find((other) => other.issue === item.issue);
      return {
        ...item,
        dependsOn: isPinned(item) ? item.dependsOn : dependenciesOf(item.text, native),
        state: judge(item, report, issue),
        quotes: quotes(issue?.body ?? '', lines.get(item.issue) ?? []),
        ...(isPinned(item) ? {} : staffed(item, snapshot)),
      };
    }),
    quotes: quotes(head.body, lines.get(head.issue) ?? []),
    ...(text === undefined ? {} : { text }),
    ...conventionsOf(pinned, snapshot),
  };
};

/** Agents of one plan are told the same. */
const conventionsOf = (pinned: Plan | undefined, snapshot: Snapshot): Pick<Plan, 'conventions'> => {
  const told = pinned === undefined ? snapshot.conventions : pinned.conventions;
  return told === undefined ? {} : { conventions: told };
};

const staffed = (item: Item, snapshot: Snapshot): Pick<Item, 'unstaffed'> => ({
  unstaffed: unstaffed(item.text.agent, snapshot.settings, snapshot.staffing),
});

/** Lines that problems name, by issue. */
const linesOf = (report: Report): ReadonlyMap<number, readonly number[]> => {
  const places = [
    ...report.items.flatMap(({ issue, problems }) =>
      problems.flatMap(({ line }) => (line === undefined ? [] : [{ issue, line }])),
    ),
    ...report.problems.flatMap((problem) => problem.at),
  ];
  return new Map(
    [...Map.groupBy(places, (place) => place.issue)].map(([issue, at]) => [issue, at.map(({ line }) => line)]),
  );
};

/** What has started stays known when its issue is gone (deleted, transferred): its branch and pull request are there. */
const gone = (before: Plan | undefined, issues: readonly SeenIssue[]): readonly Item[] =>
  (before?.items ?? []).filter((item) => hasStarted(item) && !issues.some((issue) => issue.issue === item.issue));

/** An issue is an item by its label; a started one stays until it is done, so that its removal can be acted upon. */
const belongs = (before: Plan | undefined, issue: SeenIssue, alone: boolean): boolean => {
  const known = before?.items.find((item) => item.issue === issue.issue);
  if (known !== undefined && hasStarted(known)) return true;
  return alone || isOffered(issue);
};

/** Does an issue stand there to be worked on: open, and labelled? */
export const isOffered = (issue: SeenIssue): boolean => issue.labelled !== undefined && issue.open;

const hasStarted = (item: Item): boolean => item.state.name !== 'draft' && item.state.name !== 'ready';

/** The text of what is under way is the approved one; a lost item's next attempt will use what stands there then. */
const isPinned = (item: Item): boolean => hasStarted(item) && !isLost(item);

const readOne = (before: Plan | undefined, issue: SeenIssue, plan: number, hash: Hash): Item => {
  const known = before?.items.find((item) => item.issue === issue.issue);
  const now = {
    bodyHash: textHash(issue, hash),
    ...(issue.labelled === undefined ? {} : { labelled: issue.labelled }),
  };
  if (known === undefined) return { ...fresh(issue, plan), attempts: 0, state: { name: 'draft' }, ...now };
  const { labelled: _before, ...kept } = known;
  if (isPinned(known)) return { ...kept, ...now };
  return { ...kept, ...fresh(issue, plan), ...(hasStarted(known) ? { branch: known.branch } : {}), ...now };
};

const fresh = (issue: SeenIssue, plan: number): Pick<Item, 'issue' | 'text' | 'dependsOn' | 'branch'> => {
  const text = readItem(issue);
  return { issue: issue.issue, text, dependsOn: text.dependsOn, branch: itemBranch(plan, issue.issue, issue.title) };
};

const nativeRelations = (issues: readonly SeenIssue[]): ReadonlyMap<number, readonly number[]> =>
  new Map(issues.flatMap((issue) => (issue.blockedBy === undefined ? [] : [[issue.issue, issue.blockedBy] as const])));

/** Draft or ready by what the check says; a running item whose label or issue is gone is cancelled. */
const judge = (item: Item, report: Report, issue: SeenIssue | undefined): ItemState => {
  if (hasStarted(item)) return leaves(item) ? withdrawn(item, issue) : item.state;
  const startable = item.labelled !== undefined && mayRun(item.labelled.permission);
  return startable && !hasErrors(report, item.issue) ? { name: 'ready' } : { name: 'draft' };
};

const leaves = (item: Item): boolean => ['waiting', 'queued', 'running', 'publishing'].includes(item.state.name);

const withdrawn = (item: Item, issue: SeenIssue | undefined): ItemState => {
  if (issue === undefined) return { name: 'cancelled', by: 'a person', why: 'the issue is gone' };
  if (item.labelled === undefined)
    return { name: 'cancelled', by: 'a person', why: 'the label `parallel` was removed' };
  if (!issue.open) return { name: 'cancelled', by: 'a person', why: 'the issue was closed' };
  return item.state;
};

/** Has the item an error, its own or one that it shares? */
export const hasErrors = (report: Report, issue: number): boolean => {
  const own: CheckedItem | undefined = report.items.find((item) => item.issue === issue);
  return (
    (own?.problems.some((problem) => problem.severity === 'error') ?? false) ||
    report.problems.some((problem) => problem.severity === 'error' && problem.issues.includes(issue))
  );
};
