import { foundations, mergeOrder } from '#core/integrate/order.ts';
import type {
  CommandResult,
  Effect,
  HoldReason,
  Instant,
  Integration,
  Item,
  MemberOutcome,
  Plan,
  Sha,
} from '#core/types.ts';
import { memberTrailers } from '#core/words/names.ts';
import { title } from '#core/words/safe.ts';
import { runCommands } from '#engine/commands.ts';
import type { Outboxed, Ports } from '#engine/ports.ts';
import { turn } from '#engine/turn.ts';

type Round = Extract<Effect, { readonly kind: 'integrate' }>;

type Chain = {
  readonly ports: Ports;
  readonly plan: Plan;
  readonly at: Instant;
  readonly base: Sha;
  readonly signal: AbortSignal;
};

/**
 * One round of integration: members merged without a checkout in dependency order, verified after each merge. One
 * that conflicts or fails is held with its reason and the chain goes on; then the branch is pushed with a lease.
 */
export const integrateRound = async (
  ports: Ports,
  job: Outboxed,
  effect: Round,
  signal: AbortSignal,
): Promise<void> => {
  const plan = (await ports.store.load(job.plan))?.plan;
  if (plan?.state.name !== 'integrating' || plan.state.round !== effect.round) return;
  const { base, heads, startedAt } = plan.state;
  await ports.git.fetch(plan.repository);
  const chain: Chain = { ports, plan, at: startedAt, base: base.contracts, signal };
  const redBase = (await verified(chain, base.contracts)).filter((result) => !result.ok);
  const members = redBase.length > 0 ? [] : await build(chain, mergeOrder(plan, Object.keys(heads).map(Number)));
  // A red base says nothing about what stands there: the branch is left as it is.
  const before = redBase.length > 0 ? plan.integration?.head : undefined;
  const head = members.reduce<Sha>(
    (tip, member) => ('merged' in member ? member.merged : tip),
    before ?? base.contracts,
  );
  if (!(await stillIntegrating(ports, plan, effect.round))) return;
  const pushed = await ports.git.push(plan.repository, plan.branch, head, await replaceable(chain, members));
  const fact = { id: `${effect.name}-done`, at: ports.clock.now() };
  if (pushed?.kind === 'moved') {
    await turn(ports, plan.id, {
      ...fact,
      kind: 'integration-moved',
      round: effect.round,
      found: pushed.found ?? 'deleted',
    });
    return;
  }
  const integration: Integration = {
    round: effect.round,
    heads,
    head,
    members,
    ...(redBase.length > 0 ? { redBase } : {}),
  };
  await turn(ports, plan.id, { ...fact, kind: 'integrated', integration });
};

/**
 * The head that the branch may have before it gets a new one: what the app pushed last, also with members of this round
 * that a person merged by hand. One that a person deleted is made again when a person asks for a round.
 */
const replaceable = async (
  { ports, plan, base }: Chain,
  members: readonly MemberOutcome[],
): Promise<Sha | undefined> => {
  const { git } = ports;
  const known = plan.integration?.head ?? base;
  const found = await git.head(plan.repository, plan.branch);
  if (found === undefined) return isAsked(plan) ? undefined : known;
  const merged = new Set(members.flatMap((member) => ('merged' in member ? [member.head] : [])));
  let at = found;
  while (at !== known) {
    const [before, head, ...more] = await git.parents(plan.repository, at);
    if (before === undefined || head === undefined || more.length > 0 || !merged.delete(head)) return known;
    at = before;
  }
  return found;
};

/** Did a person ask for this round? Then nobody stood for the last one any more. */
const isAsked = (plan: Plan): boolean =>
  plan.integration !== undefined && Object.keys(plan.integration.heads).length === 0;

const build = async (chain: Chain, order: readonly Item[]): Promise<readonly MemberOutcome[]> => {
  const members: MemberOutcome[] = [];
  let tip = chain.base;
  for (const item of order) {
    const outcome = await addMember(chain, item, tip, members);
    members.push(outcome);
    if ('merged' in outcome) tip = outcome.merged;
  }
  return members;
};

const addMember = async (
  chain: Chain,
  item: Item,
  tip: Sha,
  earlier: readonly MemberOutcome[],
): Promise<MemberOutcome> => {
  const { ports, plan, at } = chain;
  if (!('work' in item.state)) throw new Error(`#${item.issue} stands for a round without work.`);
  const { head } = item.state.work;
  const held = (why: HoldReason): MemberOutcome => ({ item: item.issue, head, held: why });
  const missing = [...foundations(plan, item)].filter(
    (issue) =>
      plan.items.some((other) => other.issue === issue) &&
      !earlier.some((member) => member.item === issue && 'merged' in member),
  );
  if (missing.length > 0) return held({ kind: 'dependency-held', with: missing.sort((a, b) => a - b) });
  const message = `Merge #${item.issue}: ${title(item.text.title)}\n\n${memberTrailers(plan.id, item.issue)}`;
  const merged = await ports.git.merge(plan.repository, tip, head, message, at);
  if (!merged.clean)
    return held({ kind: 'conflict', with: opponents(plan, merged.files, earlier), files: merged.files });
  const verification = await verified(chain, merged.commit);
  if (verification.some((result) => !result.ok))
    return held({ kind: 'verify-failed', with: [], results: verification });
  return { item: item.issue, head, merged: merged.commit, verification };
};

/** Merged members that changed one of the files in conflict; none: the base itself did. */
const opponents = (plan: Plan, files: readonly string[], earlier: readonly MemberOutcome[]): readonly number[] =>
  plan.items
    .filter((item) => earlier.some((member) => member.item === item.issue && 'merged' in member))
    .filter((item) => 'work' in item.state && item.state.work.changes.some((change) => files.includes(change.path)))
    .map((item) => item.issue);

/**
 * Runs the plan's commands on a clean checkout of a commit; a red runs once more before anyone is blamed. What is known
 * of a commit stands, but a red may have come from outside: it is tried anew when a person asks for a round.
 */
const verified = async (chain: Chain, commit: Sha): Promise<readonly CommandResult[]> => {
  const { ports, plan } = chain;
  if (plan.settings.verify.length === 0) return [];
  const name = `verified-${commit}-${ports.hash(JSON.stringify([plan.settings.setup, plan.settings.verify])).slice(0, 16)}`;
  const known = (await ports.store.recall(name)) as readonly CommandResult[] | undefined;
  if (known !== undefined && !(isAsked(plan) && known.some((result) => !result.ok))) return known;
  const first = await runOn(chain, commit);
  const results = first.every((result) => result.ok) ? first : await runOn(chain, commit);
  await ports.store.record(name, results);
  return results;
};

const runOn = async ({ ports, plan, signal }: Chain, commit: Sha): Promise<readonly CommandResult[]> => {
  const name = `${plan.id}-integration-${commit.slice(0, 12)}`;
  const minutes = plan.settings.timeout ?? 30;
  const worktree = await ports.git.addWorktree(plan.repository, name, commit);
  try {
    const setUp = await runCommands(ports, worktree, plan.settings.setup, { minutes, network: true }, signal);
    return setUp.some((result) => !result.ok)
      ? setUp
      : await runCommands(ports, worktree, plan.settings.verify, { minutes, network: false }, signal);
  } finally {
    await ports.git.removeWorktree(plan.repository, name);
  }
};

const stillIntegrating = async (ports: Ports, plan: Plan, round: number): Promise<boolean> => {
  const state = (await ports.store.load(plan.id))?.plan.state;
  return state?.name === 'integrating' && state.round === round;
};
