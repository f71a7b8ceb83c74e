import type { Effect, Plan } from '#core/types.ts';
import { branchTaken, nothingToStartFrom } from '#core/words/branches.ts';
import { planTrailer } from '#core/words/names.ts';
import type { Outboxed, Ports } from '#engine/ports.ts';
import { turn } from '#engine/turn.ts';

type Prepare = Extract<Effect, { readonly kind: 'prepare' }>;

/** The look that carried out `start` fetched a moment ago: milliseconds for which that is fresh enough. */
const JUST_LOOKED = 10_000;

/** Commits the file contracts on the base and makes the integration branch, before any agent starts. */
export const prepare = async (ports: Ports, job: Outboxed, effect: Prepare): Promise<void> => {
  const plan = (await ports.store.load(job.plan))?.plan;
  if (plan?.state.name !== 'running' || plan.state.base !== 'preparing') return;
  const { git } = ports;
  await git.fetch(plan.repository, JUST_LOOKED);
  const sha = await git.head(plan.repository, plan.defaultBranch);
  const fact = { id: `${effect.name}-done`, at: ports.clock.now() };
  if (sha === undefined) {
    await turn(ports, plan.id, {
      ...fact,
      kind: 'not-prepared',
      why: nothingToStartFrom(plan.defaultBranch),
    });
    return;
  }
  const files = plan.text?.files ?? [];
  const message = `Contracts of #${plan.issue}\n\nAgreed before any agent starts; read-only for all.\n\n${planTrailer(plan.id)}`;
  const contracts =
    files.length === 0 ? sha : await git.commitFiles(plan.repository, sha, files, message, plan.state.startedAt);
  const taken =
    plan.alone || plan.settings.strategy !== 'integration' ? undefined : await makeBranch(ports, plan, contracts);
  await turn(
    ports,
    plan.id,
    taken === undefined
      ? { ...fact, kind: 'prepared', base: { sha, contracts } }
      : { ...fact, kind: 'not-prepared', why: taken },
  );
};

/**
 * Pushes the integration branch; a sentence when somebody else's branch has the name. Replaced is one of ours, and one
 * that holds nothing but commits of the base (a plan without file contracts that is started again makes one).
 */
const makeBranch = async (ports: Ports, plan: Plan, commit: string): Promise<string | undefined> => {
  const found = await ports.git.head(plan.repository, plan.branch);
  const ours =
    found === undefined ||
    (await ports.git.isAncestor(plan.repository, found, commit)) ||
    (await ports.git.message(plan.repository, found)).includes(planTrailer(plan.id));
  const pushed = ours ? await ports.git.push(plan.repository, plan.branch, commit, found) : { kind: 'moved' as const };
  return pushed.kind === 'moved' ? branchTaken(plan.branch) : undefined;
};
