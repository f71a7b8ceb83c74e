import { mayRun } from '#core/approve/permission.ts';
import { readCommand } from '#core/intake/command.ts';
import type { Fact, Repository } from '#core/types.ts';
import { itemOfBranch, planId, planOfBranch } from '#core/words/names.ts';
import { coalesce } from '#engine/coalesce.ts';
import { look } from '#engine/look.ts';
import type { GitHubPull, GitHubReview, Hint, Ports } from '#engine/ports.ts';
import { turn } from '#engine/turn.ts';

/** Acts on hints from outside. */
export type Follow = (hint: Hint) => Promise<void>;

type Of<Kind extends Hint['kind']> = Extract<Hint, { readonly kind: Kind }>;
type Told = Extract<Fact, { readonly kind: 'commanded' }>['reading'];

/**
 * Makes what acts on hints: it reads how things stand now and gives the plan a fact about it. A hint that was handled
 * before, or that concerns no plan, does nothing. Hints about issues of one plan that come while it is being read are
 * answered by one further look.
 */
export const createFollow = (ports: Ports): Follow => {
  const together = coalesce<Of<'issue'>>();
  return async (hint) => {
    if (await ports.store.handled(hint.id)) return;
    switch (hint.kind) {
      case 'issue': {
        const plan = await planNumber(ports, hint);
        await wakeWaiting(ports, hint);
        return together(`${hint.repository.id}-${plan}`, hint, (all) => issuesChanged(ports, all));
      }
      case 'comment':
        return commented(ports, hint);
      case 'pull':
        return pullChanged(ports, hint.repository, hint.pull, hint);
      case 'push':
        return pushed(ports, hint);
    }
  };
};

/** Items of other plans may wait for this issue: they are looked at when it is closed. */
const wakeWaiting = async (ports: Ports, hint: Of<'issue'>): Promise<void> => {
  if (hint.because !== 'issue closed') return;
  const plans = (await ports.store.plans(hint.repository.id)).filter((plan) =>
    plan.items.some(
      ({ state }) => state.name === 'waiting' && Array.isArray(state.on) && state.on.includes(hint.issue),
    ),
  );
  for (const plan of plans.filter((other) => other.items.every((item) => item.issue !== hint.issue)))
    await ports.queues.hint({
      ...hint,
      id: `${hint.id}-${plan.id}`,
      issue: plan.issue,
      because: 'what it waits for was closed',
    });
};

/** The plan that an issue belongs to, as far as one read tells: only who is read together depends on it. */
const planNumber = async (ports: Ports, hint: Of<'issue'>): Promise<number> =>
  (await ports.github(hint.repository).parent(hint.repository, hint.issue)) ?? hint.issue;

const issuesChanged = async (ports: Ports, hints: readonly Of<'issue'>[]): Promise<void> => {
  const [first] = hints;
  if (first === undefined) return;
  const labelledBy = new Map(
    hints.flatMap((hint) => (hint.labelledBy === undefined ? [] : [[hint.issue, hint.labelledBy] as const])),
  );
  const snapshot = await look(ports, first.repository, first.issue, { labelledBy });
  if (snapshot === undefined) return;
  const plan = (snapshot.plan ?? snapshot.items[0])?.issue ?? first.issue;
  const because = [...new Set(hints.map((hint) => hint.because))].join(', ');
  await turn(ports, planId(first.repository, plan), {
    kind: 'seen',
    id: first.id,
    at: ports.clock.now(),
    snapshot,
    because,
  });
};

const commented = async (ports: Ports, hint: Of<'comment'>): Promise<void> => {
  const reading = readCommand(hint.body);
  if (reading.kind === 'none') return;
  const github = ports.github(hint.repository);
  const pull = hint.isPull ? await issueOfPull(ports, hint.repository, hint.issue) : undefined;
  const issue = hint.isPull ? pull?.issue : hint.issue;
  if (issue === undefined) return;
  const [snapshot, permission] = await Promise.all([
    look(ports, hint.repository, issue, { asked: true }),
    github.permission(hint.repository, hint.actor),
  ]);
  if (snapshot === undefined) return;
  const plan = (snapshot.plan ?? snapshot.items[0])?.issue ?? issue;
  ports.log.info(
    { plan, by: hint.actor, verb: reading.kind === 'command' ? reading.command.verb : reading.verb },
    'A command was given.',
  );
  await turn(ports, planId(hint.repository, plan), {
    kind: 'commanded',
    id: hint.id,
    at: ports.clock.now(),
    snapshot,
    reading: pull?.isItem === true ? aboutItem(reading, issue) : reading,
    on: hint.issue,
    comment: hint.comment,
    actor: hint.actor,
    permission,
    author: hint.author,
  });
};

/** The issue that a pull request of ours stands for: its item, or the plan of an integration. */
const issueOfPull = async (
  ports: Ports,
  repository: Repository,
  number: number,
): Promise<{ readonly issue: number; readonly isItem: boolean } | undefined> => {
  const pull = await ports.github(repository).pull(repository, number);
  if (pull?.ours !== true) return undefined;
  const item = itemOfBranch(pull.head.ref)?.item;
  if (item !== undefined) return { issue: item, isItem: true };
  const plan = planOfBranch(pull.head.ref);
  return plan === undefined ? undefined : { issue: plan, isItem: false };
};

/** Said on an item's pull request, also on an earlier one, a command is about that item. */
const aboutItem = (reading: Told, item: number): Told =>
  reading.kind === 'command' && reading.command.issues.length === 0
    ? { kind: 'command', command: { ...reading.command, issues: [item] } }
    : reading;

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
    });
    return;
  }
  if ('work' in state && state.work.head !== pull.head.sha && state.name !== 'publishing') {
    await ports.queues.effects([
      {
        plan: id,
        repository,
        effect: {
          kind: 'inspect-push',
          // One head may come twice: pushed, replaced, brought back.
          name: `${id}-inspect-${item.item}-${pull.head.sha.slice(0, 12)}-${cause.id}`,
          item: item.item,
          head: pull.head.sha,
        },
      },
    ]);
  }
  const approved = await isApproved(ports, repository, pull);
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

/** Is the latest review of somebody who may write an approval of the current head (spec 5)? A later "changes requested" voids it. */
const isApproved = async (ports: Ports, repository: Repository, pull: GitHubPull): Promise<boolean> => {
  const github = ports.github(repository);
  const decisive = (await github.reviews(repository, pull.number)).filter(
    (review) => review.state !== 'COMMENTED' && review.state !== 'PENDING',
  );
  const writers = await Promise.all(
    [...new Set(decisive.map((review) => review.by))].map(
      async (by) => [by, mayRun(await github.permission(repository, by))] as const,
    ),
  );
  const may = new Map(writers);
  const latest = decisive
    .filter((review) => may.get(review.by) === true)
    .reduce<GitHubReview | undefined>(
      (last, review) => (last === undefined || review.submittedAt >= last.submittedAt ? review : last),
      undefined,
    );
  return latest?.state === 'APPROVED' && latest.commit === pull.head.sha;
};

/** A branch moved. Of an item's branch its pull request tells more; a moved default branch shows at the next look. */
const pushed = async (ports: Ports, hint: Of<'push'>): Promise<void> => {
  if (itemOfBranch(hint.branch) === undefined) return;
  const [pull] = await ports.github(hint.repository).pullsOf(hint.repository, hint.branch);
  if (pull !== undefined) await pullChanged(ports, hint.repository, pull.number, hint);
};
