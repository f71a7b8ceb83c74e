import { leftCheckpoints, leftConversations, leftWorktrees } from '#core/clean/sweep.ts';
import { goesOnFromCheckpoint } from '#core/dispatch/retry.ts';
import { standing } from '#core/journey/consequences.ts';
import type { Plan, Repository } from '#core/types.ts';
import { readCheckpointName } from '#core/words/checkpoint.ts';
import { LABEL, planId } from '#core/words/names.ts';
import { lookAtBase } from '#engine/hint/base.ts';
import { findCommands } from '#engine/hint/missed-commands.ts';
import type { Follow } from '#engine/hint.ts';
import type { Ports } from '#engine/ports.ts';
import { relay } from '#engine/relay.ts';

/**
 * Brings store, GitHub and disk together at start-up and on an interval: what a crash left in the outbox is handed
 * on, what a lost queue forgot is asked for again, what webhooks missed is looked at, what nobody needs is removed.
 * `stop` ends it after the plan at hand.
 */
export const reconcile = async (ports: Ports, follow: Follow, round: string, stop: AbortSignal): Promise<void> => {
  await relay(ports);
  const plans = await ports.store.plans();
  for (const plan of plans) {
    await ports.queues.effects(
      standing(plan).map((effect) => ({ plan: plan.id, repository: plan.repository, effect })),
    );
  }
  await sweep(ports);
  await forget(ports).catch((error: unknown) => {
    ports.log.warn({ error }, 'What nobody goes on from could not be removed; the next round tries again.');
  });
  for (const plan of plans.filter(isOpen)) {
    if (stop.aborted) return;
    await lookAgain(ports, follow, plan, round);
  }
  await findMissed(ports, follow, plans, round, stop);
};

const isOpen = (plan: Plan): boolean => plan.state.name !== 'landed' && plan.state.name !== 'cancelled';

/** Worktrees are listed before the plans are read: an attempt is claimed first, so that its worktree is never taken for a left one. */
const sweep = async (ports: Ports): Promise<void> => {
  const found = await ports.git.worktrees();
  const plans = await ports.store.plans();
  const left = new Set(
    leftWorktrees(
      found.map((worktree) => worktree.name),
      plans,
    ),
  );
  for (const { repository, name } of found.filter((worktree) => left.has(worktree.name))) {
    await ports.git.removeWorktree(repository, name);
    ports.log.info({ worktree: name }, 'Removed a worktree that nobody works in.');
  }
};

/** What an agent had, and its conversations, once nobody goes on from them. They are listed before the plans are read, as worktrees are. */
const forget = async ({ git, agents, store, log }: Ports): Promise<void> => {
  const commits = (await git.keptBelow('checkpoints/')).flatMap((kept) => {
    const of = readCheckpointName(kept.name);
    return of === undefined ? [] : [{ ...kept, ...of }];
  });
  const conversations = (await agents.conversations()).map((conversation) => ({
    plan: `${conversation.repository}-${conversation.plan}`,
    item: conversation.item,
    conversation,
  }));
  const plans = await store.plans();
  for (const { repository, name } of leftCheckpoints(commits, plans, goesOnFromCheckpoint)) {
    await git.keep(repository, name, undefined);
    log.info({ checkpoint: name }, 'Removed what an agent had that nobody goes on from.');
  }
  for (const { plan, item, conversation } of leftConversations(conversations, plans)) {
    await agents.forget(conversation);
    log.info({ plan, item }, 'Removed the conversations of an item whose plan is over.');
  }
};

/** Missed webhooks: the plan's issues and pull requests are read again. One plan that cannot be read does not stop the others. */
const lookAgain = async (ports: Ports, follow: Follow, plan: Plan, round: string): Promise<void> => {
  const base = { at: ports.clock.now(), repository: plan.repository };
  const pulls = [
    ...plan.items.flatMap((item) =>
      'pull' in item.state && item.state.pull !== undefined && item.state.name !== 'cancelled' ? [item.state.pull] : [],
    ),
    ...(plan.state.name === 'proposed' && !plan.alone ? [plan.state.pull] : []),
  ];
  try {
    await follow({
      ...base,
      kind: 'issue',
      id: `reconcile-${round}-${plan.id}`,
      issue: plan.issue,
      because: 'reconciled',
    });
    for (const pull of pulls)
      await follow({
        ...base,
        kind: 'pull',
        id: `reconcile-${round}-${plan.id}-${pull}`,
        pull,
        because: 'reconciled',
      });
  } catch (error) {
    ports.log.warn(
      { plan: plan.issue, error },
      'A plan could not be compared with GitHub; the next round tries again.',
    );
  }
};

/** What no plan's own issues tell: that the default branch moved; commands and labelled issues whose webhook never came. */
const findMissed = async (
  ports: Ports,
  follow: Follow,
  plans: readonly Plan[],
  round: string,
  stop: AbortSignal,
): Promise<void> => {
  const repositories = new Map<number, Repository>(plans.map((plan) => [plan.repository.id, plan.repository]));
  for (const repository of repositories.values()) {
    if (stop.aborted) return;
    const known = new Set(
      plans
        .filter((plan) => plan.repository.id === repository.id)
        .flatMap((plan) => [plan.id, ...plan.items.map((item) => planId(repository, item.issue))]),
    );
    try {
      const here = plans.filter((plan) => plan.repository.id === repository.id && isOpen(plan));
      for (const branch of new Set(here.map((plan) => plan.defaultBranch)))
        await lookAtBase(ports, repository, branch, { id: `reconcile-${round}` });
      await findCommands(ports, follow, repository, round);
      const labelled = await ports.github(repository).labelled(repository, LABEL);
      for (const issue of labelled.filter((number) => !known.has(planId(repository, number)))) {
        await follow({
          kind: 'issue',
          id: `reconcile-${round}-${repository.id}-${issue}`,
          at: ports.clock.now(),
          repository,
          issue,
          because: 'reconciled',
        });
      }
    } catch (error) {
      ports.log.warn(
        { repository: `${repository.owner}/${repository.name}`, error },
        'A repository could not be searched for what was missed; the next round tries again.',
      );
    }
  }
};
