import type { Effect, Item, Plan } from '#core/types.ts';
import { CHECK_RUN, isItemCommit, pullBase } from '#core/words/names.ts';
import { checkSummary, pullBody, pullTitle } from '#core/words/pull-request.ts';
import { turnOf, turnOnCommit } from '#core/words/sequence.ts';
import { holdWords } from '#core/words/state.ts';
import type { Outboxed, Ports } from '#engine/ports.ts';
import { turn } from '#engine/turn.ts';

type Of<Kind extends Effect['kind']> = Extract<Effect, { readonly kind: Kind }>;

/** Opens the item's pull request, or brings the one that is open up to date: an earlier try opened it, or its agent went on. */
export const propose = async (ports: Ports, job: Outboxed, effect: Of<'propose'>): Promise<void> => {
  const found = await itemOf(ports, job, effect.item);
  if (found?.item.state.name !== 'publishing' || found.item.state.work.head !== effect.head) return;
  const { plan, item } = found;
  const { work } = found.item.state;
  const github = ports.github(plan.repository);
  const fact = { id: `${effect.name}-done`, at: ports.clock.now(), item: item.issue, head: effect.head };
  const adopted = await openPullOf(ports, plan, item.branch);
  const body = pullBody(plan, item, work);
  if (adopted !== undefined) await github.editPull(plan.repository, adopted, { body });
  const opened =
    adopted === undefined
      ? await github.openPull(plan.repository, {
          head: item.branch,
          base: pullBase(plan),
          title: pullTitle(item),
          body,
          draft: plan.settings.draft,
        })
      : { pull: adopted };
  if ('refused' in opened) await turn(ports, plan.id, { ...fact, kind: 'pull-refused', message: opened.refused });
  else await turn(ports, plan.id, { ...fact, kind: 'pull-opened', pull: opened.pull });
};

/** Our open pull request of a branch. */
export const openPullOf = async (ports: Ports, plan: Plan, branch: string): Promise<number | undefined> =>
  (await ports.github(plan.repository).pullsOf(plan.repository, branch)).find(
    (pull) => pull.state === 'open' && pull.ours,
  )?.number;

/** Says on the commit whether what changed is inside the scope and verified. */
export const checkRun = async (ports: Ports, job: Outboxed, effect: Of<'check-run'>): Promise<void> => {
  const found = await itemOf(ports, job, effect.item);
  if (found === undefined || !('work' in found.item.state) || found.item.state.work.head !== effect.head) return;
  const { plan, item } = found;
  const { state } = found.item;
  const github = ports.github(plan.repository);
  if (effect.again !== true && (await github.checkRun(plan.repository, effect.head, CHECK_RUN)) !== undefined) return;
  const place = turnOf(plan, item);
  const outside = state.name === 'held' && state.why.kind === 'outside-scope';
  const byPerson = state.work.verification.length > 0 && !(await isOurs(ports, plan, effect.head));
  await github.addCheckRun(plan.repository, {
    name: CHECK_RUN,
    sha: effect.head,
    conclusion: outside ? 'failure' : byPerson || place?.next === false ? 'neutral' : 'success',
    title: outside
      ? 'Outside the scope'
      : `Inside the scope${byPerson ? '; pushed by a person, not verified again' : ' and verified'}${place === undefined ? '' : `; ${turnOnCommit(plan, item)}`}`,
    summary: outside ? holdWords(state.why) : checkSummary(item, state.work),
  });
};

const isOurs = async (ports: Ports, plan: Plan, head: string): Promise<boolean> =>
  isItemCommit(plan.id, await ports.git.message(plan.repository, head));

const itemOf = async (
  ports: Ports,
  job: Outboxed,
  issue: number,
): Promise<{ readonly plan: Plan; readonly item: Item } | undefined> => {
  const plan = (await ports.store.load(job.plan))?.plan;
  const item = plan?.items.find((other) => other.issue === issue);
  return plan === undefined || item === undefined ? undefined : { plan, item };
};
