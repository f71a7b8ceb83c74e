import type { Effect, HoldReason, Item, Plan, Sha, Work } from '#core/types.ts';
import { attemptTrailers } from '#core/words/names.ts';
import { title } from '#core/words/safe.ts';
import { turnOf } from '#core/words/sequence.ts';
import { runCommands } from '#engine/commands.ts';
import { buildChain, type ChainRequest } from '#engine/integrate/chain.ts';
import { reasonOf } from '#engine/integrate/member-outcome.ts';
import { isOwnRebase } from '#engine/integrate/own-rebase.ts';
import { planSite } from '#engine/integrate/plan-site.ts';
import { unsound } from '#engine/integrate/sound.ts';
import type { Outboxed, Ports } from '#engine/ports.ts';
import { turn } from '#engine/turn.ts';

type Rebase = Extract<Effect, { readonly kind: 'rebase' }>;

/** What bringing a member on top of what landed came to. */
type Ending =
  | { readonly kind: 'stands'; readonly work: Work }
  | { readonly kind: 'held'; readonly why: HoldReason }
  /** Not now: the default branch itself fails, or git lost something. */
  | { readonly kind: 'put-off'; readonly why: string }
  /** Somebody was faster; what they did tells how it goes on. */
  | { readonly kind: 'left'; readonly why: string };

/**
 * Brings the next member of a sequential plan on top of what landed: merged there without a checkout, resolved and
 * verified like a link of a chain, then pushed to its own branch with a lease. Nobody's commit is rewritten. Done as
 * often as it is asked for: a member that stands there already has nothing to do.
 */
export const rebaseMember = async (ports: Ports, job: Outboxed, effect: Rebase, signal: AbortSignal): Promise<void> => {
  const found = await wanted(ports, job, effect);
  if (found === undefined) return;
  const { plan, item, behind } = found;
  await ports.git.fetch(plan.repository);
  const ending = await bringOn(ports, found, signal, async () => (await wanted(ports, job, effect)) !== undefined);
  const fact = { id: `${effect.name}-done-${ports.claim()}`, at: ports.clock.now(), item: item.issue };
  switch (ending.kind) {
    case 'held':
      await turn(ports, plan.id, { ...fact, kind: 'not-rebased', head: effect.head, why: ending.why });
      return;
    case 'put-off':
      ports.log.warn({ plan: plan.issue, item: item.issue, behind }, ending.why);
      await turn(ports, plan.id, { ...fact, kind: 'rebase-put-off', message: ending.why });
      return;
    case 'left':
      ports.log.info({ plan: plan.issue, item: item.issue, behind }, ending.why);
      return;
    case 'stands':
      await turn(ports, plan.id, { ...fact, kind: 'rebased', from: effect.head, work: ending.work });
  }
};

type Next = { readonly plan: Plan; readonly item: Item; readonly work: Work; readonly behind: readonly number[] };

/** The member, if it is still its turn with that head; asked again before the push. */
const wanted = async (ports: Ports, job: Outboxed, effect: Rebase): Promise<Next | undefined> => {
  const plan = (await ports.store.load(job.plan))?.plan;
  const item = plan?.items.find((other) => other.issue === effect.item);
  if (plan === undefined || item?.state.name !== 'proposed' || item.state.work.head !== effect.head) return undefined;
  const { work } = item.state;
  const now = turnOf(plan, item);
  return now?.next === true && now.behind.length > 0 ? { plan, item, work, behind: now.behind } : undefined;
};

const bringOn = async (
  ports: Ports,
  next: Next,
  signal: AbortSignal,
  stillWanted: () => Promise<boolean>,
): Promise<Ending> => {
  const { plan, item, work } = next;
  const { git } = ports;
  const { head } = work;
  const base = await git.head(plan.repository, plan.defaultBranch);
  if (base === undefined) return { kind: 'put-off', why: `there is no branch ${plan.defaultBranch} to go on top of.` };
  const pushed = await pushedBefore(ports, next);
  if (pushed !== undefined) return { kind: 'stands', work: pushed };
  const landed = plan.items.flatMap(({ issue, state }) => (state.name === 'merged' ? [issue] : []));
  if (await git.isAncestor(plan.repository, base, head)) return { kind: 'stands', work: { ...work, landed } };
  const site = await planSite(ports, plan, { again: false, signal });
  const tree = await site.resolvers.objects.treeOf(base);
  const request = requestOf(plan, item, work, { base: { commit: base, tree }, head });
  const chain = await buildChain(site, request);
  const message = await unsound(site, request, chain);
  if (message !== undefined) return { kind: 'put-off', why: message };
  const [outcome] = chain.outcomes;
  if (outcome === undefined)
    return { kind: 'put-off', why: `${plan.defaultBranch} itself fails the verification of the plan. Mend it there.` };
  if ('held' in outcome) return { kind: 'held', why: withLanded(reasonOf(outcome.held), plan, landed) };
  const verification = await verified(ports, next, outcome.commit, signal);
  if (verification.some((result) => !result.ok))
    return { kind: 'held', why: { kind: 'verify-failed', with: landed, results: verification } };
  if (!(await stillWanted())) return { kind: 'left', why: 'It is not its turn any more.' };
  const sent = await git.push(plan.repository, item.branch, outcome.commit, head);
  if (sent.kind === 'moved')
    return { kind: 'left', why: `Somebody pushed to ${item.branch} meanwhile: it is looked at first.` };
  const changes = await git.changes(plan.repository, base, outcome.commit);
  const results = [...verification, ...(outcome.verification ?? [])];
  return { kind: 'stands', work: { ...work, head: outcome.commit, base, changes, verification: results, landed } };
};

/** A start of this that died had pushed already: the member stands there, on top of what had landed then. */
const pushedBefore = async (ports: Ports, { plan, item, work }: Next): Promise<Work | undefined> => {
  const found = await ports.git.head(plan.repository, item.branch);
  if (found === undefined || !(await isOwnRebase(ports, plan, work, found))) return undefined;
  const [base = work.base] = await ports.git.parents(plan.repository, found);
  return { ...work, head: found, base, changes: await ports.git.changes(plan.repository, base, found) };
};

/** A chain of one, on the default branch; its commit says as whose work it is known again. */
const requestOf = (
  plan: Plan,
  item: Item,
  work: Work,
  { base, head }: { readonly base: ChainRequest['base']; readonly head: Sha },
): ChainRequest => {
  const approval = 'approval' in plan.state ? plan.state.approval.hash : '';
  const at = 'startedAt' in plan.state ? plan.state.startedAt : '';
  const message = `Bring #${item.issue} on top of what landed: ${title(item.text.title)}\n\n${attemptTrailers(plan.id, item.issue, work.attempt, approval)}\n`;
  return {
    base,
    members: [{ name: `${item.issue}`, head, message, at, base: work.base, after: [] }],
    out: [],
    policy: 'each',
  };
};

/** What stands against the member are those that landed and changed the same files; else all of them. */
const withLanded = (why: HoldReason, plan: Plan, landed: readonly number[]): HoldReason => {
  if (why.kind === 'verify-failed') return { ...why, with: landed };
  if (why.kind !== 'conflict') return why;
  const touched = plan.items.filter(
    ({ issue, state }) =>
      landed.includes(issue) && 'work' in state && state.work.changes.some(({ path }) => why.files.includes(path)),
  );
  return { ...why, with: touched.length > 0 ? touched.map(({ issue }) => issue) : landed };
};

/** The item's own commands on a clean checkout of what will be pushed; a red runs once more before anyone is blamed. */
const verified = async (...asked: Parameters<typeof runOwn>): Promise<Work['verification']> => {
  const [, { item }] = asked;
  if (item.text.commands.length === 0) return [];
  const first = await runOwn(...asked);
  return first.every((result) => result.ok) ? first : runOwn(...asked);
};

const runOwn = async (
  ports: Ports,
  { plan, item }: Next,
  commit: Sha,
  signal: AbortSignal,
): Promise<Work['verification']> => {
  const minutes = item.text.agent.timeout ?? plan.settings.timeout ?? 30;
  const name = `${plan.id}-integration-own-${commit.slice(0, 12)}`;
  const worktree = await ports.git.addWorktree(plan.repository, name, commit);
  try {
    const setUp = await runCommands(ports, worktree, plan.settings.setup, { minutes, network: true }, signal);
    if (setUp.some((result) => !result.ok)) return setUp;
    return await runCommands(ports, worktree, item.text.commands, { minutes, network: false }, signal);
  } finally {
    await ports.git.removeWorktree(plan.repository, name);
  }
};
