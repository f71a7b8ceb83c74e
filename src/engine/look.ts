import { readItem } from '#core/intake/item.ts';
import { planOf } from '#core/intake/part-of.ts';
import { readPlan } from '#core/intake/plan.ts';
import { isStarted } from '#core/journey/step.ts';
import { agentOf } from '#core/staffing/agent-of.ts';
import type { Permission, Plan, Repository, SeenIssue, Snapshot } from '#core/types.ts';
import { LABEL, planId } from '#core/words/names.ts';
import { baseTree } from '#engine/base-tree.ts';
import type { GitHub, GitHubIssue, Ports } from '#engine/ports.ts';
import { conventions, staffing } from '#engine/staffing.ts';

/**
 * Reads everything that a decision about an issue needs: its plan, the plan's items, the base tree, the settings.
 * Undefined when the issue is gone, or when it is no business of ours. `labelledBy`: the webhooks' word on who applied the label to which issue just now.
 */
export const look = async (
  ports: Ports,
  repository: Repository,
  number: number,
  options: {
    readonly labelledBy?: ReadonlyMap<number, string>;
    /** Look also at an issue that is neither labelled nor known: somebody gave a command there. */
    readonly asked?: boolean;
  } = {},
): Promise<Snapshot | undefined> => {
  const at = ports.clock.now();
  const github = ports.github(repository);
  const [about, found] = await Promise.all([github.repository(repository), github.issue(repository, number)]);
  if (about === undefined || found?.isPull === true) return undefined;
  const issue = found ?? (await remembered(ports, repository, number));
  if (issue === undefined) return lookAtRest(ports, repository, number);
  const plan = await planIssueOf(ports, github, repository, issue);
  const stored = await ports.store.load(planId(repository, (plan?.issue ?? issue).number));
  if (stored === undefined && options.asked !== true && !(plan?.issue ?? issue).labels.includes(LABEL))
    return undefined;
  const numbers = plan === undefined ? [issue.number] : await itemNumbers(stored?.plan, plan, issue.number);
  const seen = memoised(github, repository, stored?.plan, options.labelledBy ?? new Map());
  const [items, base, claims] = await Promise.all([
    Promise.all(numbers.map((item) => seen(item === issue.number ? issue : item))),
    baseTree(ports, repository, about.defaultBranch),
    ports.store.claims(repository.id),
  ]);
  const present = items
    .filter((item) => item !== undefined)
    .filter((item) => item.issue === issue.number || isPart(plan, stored?.plan, item));
  const tree = 'paths' in base ? base : undefined;
  const { settings, problems: settingsProblems } = ports.readSettings(tree?.read['.github/parallel.yml']);
  const wanted = present.map((item) => agentOf(readItem(item).agent, settings));
  const [staff, told] = await Promise.all([
    staffing(ports, repository, tree, settings, wanted),
    conventions(ports, repository, tree, settings.styleGuide),
  ]);
  return {
    repository,
    at,
    defaultBranch: about.defaultBranch,
    base,
    items: present,
    elsewhere: await dependenciesElsewhere(github, repository, present),
    settings,
    settingsProblems,
    staffing: staff,
    ...(told === undefined ? {} : { conventions: told }),
    claims,
    ...(plan === undefined
      ? {}
      : { plan: (await seen(plan.issue)) ?? { ...textOf(plan.issue), open: true, labels: [], author: '' } }),
  };
};

/** A plan or an item alone whose issue is gone (deleted, transferred): closed and without its label, so that it ends. */
const remembered = async (ports: Ports, repository: Repository, gone: number): Promise<GitHubIssue | undefined> => {
  const plan = (await ports.store.load(planId(repository, gone)))?.plan;
  return plan === undefined
    ? undefined
    : { number: gone, title: plan.title, body: '', open: false, labels: [], author: '', isPull: false };
};

/** The plan of an item whose issue is gone is looked at without it. */
const lookAtRest = async (ports: Ports, repository: Repository, gone: number): Promise<Snapshot | undefined> => {
  const plans = await ports.store.plans(repository.id);
  const plan = plans.find((other) => other.items.some((item) => item.issue === gone));
  return plan === undefined ? undefined : look(ports, repository, plan.issue);
};

type PlanIssue = { readonly issue: GitHubIssue; readonly children: readonly number[] };

/** The plan of an issue: its labelled parent, or itself when it has parts; undefined for an item alone. */
const planIssueOf = async (
  ports: Ports,
  github: GitHub,
  repository: Repository,
  issue: GitHubIssue,
): Promise<PlanIssue | undefined> => {
  // What started alone stays alone until it is over, whatever relations it is given meanwhile.
  const alone = (await ports.store.load(planId(repository, issue.number)))?.plan;
  if (alone?.alone === true && isStarted(alone)) return undefined;
  const own = await childrenOf(github, repository, issue);
  if (own.length > 0) return { issue, children: own };
  const parent = (await github.parent(repository, issue.number)) ?? planOf(textOf(issue));
  if (parent === undefined || parent === issue.number) return known(ports, repository, issue);
  const found = await github.issue(repository, parent);
  if (found === undefined || found.isPull) return undefined;
  if (!found.labels.includes(LABEL) && !(await isBegun(ports, repository, parent, issue.number))) return undefined;
  return { issue: found, children: await childrenOf(github, repository, found) };
};

/** Did the item begin in that plan? Then it stays there, also when the plan has lost its label: it is ended there. */
const isBegun = async (ports: Ports, repository: Repository, plan: number, item: number): Promise<boolean> => {
  const items = (await ports.store.load(planId(repository, plan)))?.plan.items ?? [];
  return items.some((known) => known.issue === item && !['draft', 'ready'].includes(known.state.name));
};

/** A plan that lost its last part is still a plan. */
const known = async (ports: Ports, repository: Repository, issue: GitHubIssue): Promise<PlanIssue | undefined> => {
  const stored = await ports.store.load(planId(repository, issue.number));
  return stored !== undefined && !stored.plan.alone ? { issue, children: [] } : undefined;
};

const childrenOf = async (github: GitHub, repository: Repository, issue: GitHubIssue): Promise<readonly number[]> => {
  const native = await github.subIssues(repository, issue.number);
  return native !== undefined && native.length > 0 ? native : readPlan(textOf(issue)).items;
};

/** What left the plan before its work began is no part of it any more; what has begun has to be ended, not forgotten. */
const isPart = (plan: PlanIssue | undefined, stored: Plan | undefined, item: SeenIssue): boolean =>
  plan === undefined ||
  plan.children.includes(item.issue) ||
  planOf(item) === plan.issue.number ||
  stored?.items.some((known) => known.issue === item.issue && !['draft', 'ready'].includes(known.state.name)) === true;

/** Listed parts, what the plan knows from before, and the issue that named the plan itself. */
const itemNumbers = async (stored: Plan | undefined, plan: PlanIssue, hinted: number): Promise<readonly number[]> => {
  const numbers = new Set([...plan.children, ...(stored?.items.map((item) => item.issue) ?? []), hinted]);
  numbers.delete(plan.issue.number);
  return [...numbers].sort((a, b) => a - b);
};

const textOf = (issue: GitHubIssue) => ({ issue: issue.number, title: issue.title, body: issue.body });

/** Reads an issue with who labelled it and what blocks it; permissions are asked once a person. */
const memoised = (
  github: GitHub,
  repository: Repository,
  stored: Plan | undefined,
  labelledBy: ReadonlyMap<number, string>,
) => {
  const permissions = new Map<string, Promise<Permission>>();
  const permission = (login: string): Promise<Permission> => {
    const asked = permissions.get(login) ?? github.permission(repository, login);
    permissions.set(login, asked);
    return asked;
  };
  return async (which: number | GitHubIssue): Promise<SeenIssue | undefined> => {
    const issue = typeof which === 'number' ? await github.issue(repository, which) : which;
    if (issue === undefined || issue.isPull) return undefined;
    const labelled = issue.labels.includes(LABEL);
    const [blockedBy, by] = await Promise.all([
      github.blockedBy(repository, issue.number),
      labelled ? whoLabelled(github, repository, issue.number, stored, labelledBy) : undefined,
    ]);
    return {
      ...textOf(issue),
      open: issue.open,
      labels: issue.labels,
      author: issue.author,
      ...(blockedBy === undefined ? {} : { blockedBy }),
      ...(labelled
        ? { labelled: { by: by ?? 'unknown', permission: by === undefined ? 'none' : await permission(by) } }
        : {}),
    };
  };
};

/** The webhook's sender for the label just applied; else what is remembered; else GitHub's events. */
const whoLabelled = async (
  github: GitHub,
  repository: Repository,
  issue: number,
  stored: Plan | undefined,
  labelledBy: ReadonlyMap<number, string>,
): Promise<string | undefined> => {
  const told = labelledBy.get(issue);
  if (told !== undefined) return told;
  const remembered = stored?.items.find((item) => item.issue === issue)?.labelled?.by;
  return remembered ?? (await github.labelledBy(repository, issue, LABEL));
};

/** Issues outside the plan that items depend on, with whether they are open. */
const dependenciesElsewhere = async (
  github: GitHub,
  repository: Repository,
  items: readonly SeenIssue[],
): Promise<Snapshot['elsewhere']> => {
  const inside = new Set(items.map((item) => item.issue));
  const wanted = new Set(
    items
      .flatMap((item) => (item.blockedBy?.length ? item.blockedBy : readItem(item).dependsOn))
      .filter((number) => !inside.has(number)),
  );
  const found = await Promise.all([...wanted].map((number) => github.issue(repository, number)));
  return found.flatMap((issue) => (issue === undefined ? [] : [{ issue: issue.number, open: issue.open }]));
};
