import { mayRun } from '#core/approve/permission.ts';
import { decisive, isApproved } from '#core/approve/reviewed.ts';
import { isStarted } from '#core/journey/step.ts';
import type { Fact, ItemState, Plan, Repository, Sha } from '#core/types.ts';
import { itemOfBranch, planId, planOfBranch, pullBase } from '#core/words/names.ts';
import { lookAtBase } from '#engine/hint/base.ts';
import type { GitHubPull, Hint, Ports } from '#engine/ports.ts';
import { turn } from '#engine/turn.ts';

type PushHint = Extract<Hint, { readonly kind: 'push' }>;

/** A pull request was closed, reviewed or pushed to: what is true of it now becomes facts. */
export const pullChanged = async (
  ports: Ports,
  repository: Repository,
  number: number,
  cause: { readonly id: string },
): Promise<void> => {
  const github = ports.github(repository);
  const pull = await github.pull(repository, number);
  if (pull === undefined || !pull.ours) return;
  const at = ports.clock.now();
  const integration = planOfBranch(pull.head.ref);
  if (integration !== undefined) {
    if (pull.state === 'open') return;
    const fact: Fact = {
      kind: 'integration-closed',
      id: `${cause.id}-closed`,
      at,
      pull: number,
      merged: pull.merged,
      by: pull.closedBy ?? 'a person',
    };
    await turn(ports, planId(repository, integration), fact);
    return;
  }
  const item = itemOfBranch(pull.head.ref);
  if (item === undefined) return;
  const id = planId(repository, item.plan);
  const stored = await ports.store.load(id);
  const state = stored?.plan.items.find((other) => other.issue === item.item)?.state;
  if (stored === undefined || state === undefined) return;
  if (pull.state === 'closed') {
    await turn(ports, id, {
      kind: 'pull-closed',
      id: `${cause.id}-closed`,
      at,
      item: item.item,
      pull: number,
      merged: pull.merged,
      by: pull.closedBy ?? 'a person',
      into: pull.base.ref,
    });
    return;
  }
  if (isElsewhere(state) !== (pull.base.ref !== pullBase(stored.plan))) {
    await turn(ports, id, {
      kind: 'pull-retargeted',
      id: `${cause.id}-retargeted`,
      at,
      item: item.item,
      pull: number,
      to: pull.base.ref,
    });
  }
  if ('work' in state && state.work.head !== pull.head.sha && state.name !== 'publishing') {
    await inspect(ports, stored.plan, item.item, pull.head.sha, cause);
  }
  const approved = await approvedNow(ports, repository, pull);
  await turn(ports, id, {
    kind: 'reviewed',
    id: `${cause.id}-reviewed`,
    at,
    item: item.item,
    pull: number,
    head: pull.head.sha,
    approved,
  });
};

/** A push to a member that is in the integration already: its pull request counts as merged and tells nothing any more. */
const afterMerge = async (
  ports: Ports,
  hint: PushHint,
  place: { readonly plan: number; readonly item: number },
): Promise<void> => {
  const id = planId(hint.repository, place.plan);
  const plan = (await ports.store.load(id))?.plan;
  const state = plan?.items.find((item) => item.issue === place.item)?.state;
  if (plan === undefined || !isStarted(plan) || state?.name !== 'merged' || state.work.head === hint.head) return;
  await inspect(ports, plan, place.item, hint.head, hint);
};

const inspect = (
  ports: Ports,
  { id, repository }: Plan,
  item: number,
  head: Sha,
  cause: { readonly id: string },
): Promise<void> =>
  ports.queues.effects([
    {
      plan: id,
      repository,
      // One head may come twice: pushed, replaced, brought back.
      effect: { kind: 'inspect-push', name: `${id}-inspect-${item}-${head.slice(0, 12)}-${cause.id}`, item, head },
    },
  ]);

/** Is it known that a person pointed the pull request elsewhere? */
const isElsewhere = (state: ItemState): boolean => state.name === 'held' && state.why.kind === 'retargeted';

/** A branch moved. Of an item's branch its pull request tells more; of the default branch every plan that leads to it hears. */
export const pushed = async (ports: Ports, hint: PushHint): Promise<void> => {
  const place = itemOfBranch(hint.branch);
  if (place === undefined) return lookAtBase(ports, hint.repository, hint.branch, hint);
  await afterMerge(ports, hint, place);
  const [pull] = await ports.github(hint.repository).pullsOf(hint.repository, hint.branch);
  if (pull !== undefined) await pullChanged(ports, hint.repository, pull.number, hint);
};

/** Asks for the reviews and what their authors may do. */
const approvedNow = async (ports: Ports, repository: Repository, pull: GitHubPull): Promise<boolean> => {
  const github = ports.github(repository);
  const reviews = decisive(await github.reviews(repository, pull.number));
  const asked = await Promise.all(
    [...new Set(reviews.map((review) => review.by))].map(
      async (by) => [by, mayRun(await github.permission(repository, by))] as const,
    ),
  );
  return isApproved(reviews, new Set(asked.flatMap(([by, may]) => (may ? [by] : []))), pull.head.sha);
};
