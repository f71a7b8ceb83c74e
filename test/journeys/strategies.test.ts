import { afterEach, describe, expect, it } from 'vitest';
import type { Effect, Plan } from '#core/types.ts';
import { turnWords } from '#core/words/sequence.ts';
import { allReady, eventually, filePlan, itemBody, type Local, openLocal } from './local.ts';

let local: Local;
afterEach(() => local.close());

const maintainer = () => local.world.as('maintainer');

const headsOf = (plan: Plan): readonly string[] =>
  plan.items.map(({ state }) => ('work' in state ? state.work.head : state.name));

const pullsOf = (plan: Plan): readonly number[] =>
  plan.items.map(({ state }) => ('pull' in state ? (state.pull ?? 0) : 0));

const turnsOf = (plan: Plan): readonly string[] => plan.items.map((item) => turnWords(plan, item));

const allProposed = (plan: Plan): boolean => plan.items.every((item) => item.state.name === 'proposed');

/** A started plan, one file an item, all of whose pull requests are open. */
const proposed = async (names: readonly string[], settings: string): Promise<Plan> => {
  local = await openLocal({
    files: { '.github/parallel.yml': settings },
    operator: { slots: 4 },
    // Whatever stands there, also between markers.
    script: Object.fromEntries(names.map((name) => [`Add ${name}`, { write: { [`src/${name}.md`]: `# ${name}\n` } }])),
  });
  const filed = await filePlan(
    local.world,
    names.map((name) => ({ title: `Add ${name}`, body: itemBody(`src/${name}.md`) })),
  );
  await local.plan(filed.plan, allReady(names.length));
  await maintainer().comment(filed.plan, '/parallel start');
  const plan = await local.plan(filed.plan, allProposed);
  await local.quiet();
  return plan;
};

/** What the check runs on a commit say, oldest first. */
const checks = async (sha: string): Promise<readonly string[]> =>
  (await maintainer().checkRuns(sha)).map(
    (run) => `${String(run['conclusion'])}: ${(run['output'] as { title: string }).title}`,
  );

const parentsOf = async (sha: string): Promise<readonly string[]> => {
  const { body } = await maintainer().request('GET', `/commits/${sha}`);
  return (body as { parents: { sha: string }[] }).parents.map((parent) => parent.sha);
};

const headOf = async (branch: string): Promise<string> => {
  const { body } = await maintainer().request('GET', `/branches/${branch}`);
  return (body as { commit: { sha: string } }).commit.sha;
};

/** Nothing of the plan is left but what landed. */
const put = async (plan: Plan): Promise<void> => {
  await eventually(
    async () => ((await maintainer().branches()).every((branch) => branch === 'main') ? true : undefined),
    'the branches to be deleted',
  );
  for (const { issue } of plan.items) expect((await maintainer().issue(issue))['state']).toBe('closed');
  await eventually(
    async () => ((await local.comment(plan.issue))?.includes('landed with') ? true : undefined),
    'the panel to say where it landed',
  );
};

describe('strategies without an integration branch', () => {
  it('direct: pull requests go to the default branch, land in any order, and the plan with the last', async () => {
    const plan = await proposed(['a', 'b'], 'strategy: direct\n');
    const pulls = await maintainer().pulls();
    expect(pulls.map((pull) => (pull['base'] as { ref: string }).ref)).toEqual(['main', 'main']);
    expect((await maintainer().branches()).filter((branch) => branch.startsWith('integration/'))).toEqual([]);
    const [first = 0, second = 0] = pullsOf(plan);
    expect(await local.comment(plan.issue)).toContain(`review and merge #${first} and #${second}, in any order`);
    await maintainer().merge(second);
    const half = await local.plan(plan.issue, (found) => found.items.some((item) => item.state.name === 'merged'));
    expect(half.state.name).toBe('running');
    expect(headsOf(half)[0]).toBe(headsOf(plan)[0]);
    await maintainer().merge(first);
    await local.plan(plan.issue, (found) => found.state.name === 'landed');
    await put(plan);
  });

  it('sequential: one at a time is brought on top of what landed, on its own branch, and marked as next', async () => {
    const plan = await proposed(['a', 'b', 'c'], 'strategy: sequential\n');
    const [a = '', b = '', c = ''] = headsOf(plan);
    const pulls = pullsOf(plan);
    await eventually(async () => {
      const said = [(await checks(a)).at(-1), (await checks(b)).at(-1), (await checks(c)).at(-1)].join(' · ');
      const expected =
        'success: Inside the scope and verified; next to land · neutral: Inside the scope and verified; waits for its turn to land · neutral: Inside the scope and verified; waits for its turn to land';
      return said === expected ? true : undefined;
    }, 'the check runs to say whose turn it is');
    expect(await local.comment(plan.issue)).toContain(`review and merge #${pulls[0]} (#2), next to land`);

    await maintainer().merge(pulls[0] ?? 0, 'squash');
    const second = await local.plan(plan.issue, (found) => headsOf(found)[1] !== b && allButFirst(found, 'proposed'));
    const main = await headOf('main');
    const [, b2 = ''] = headsOf(second);
    expect(await parentsOf(b2)).toEqual([main, b]);
    expect([headsOf(second)[2], pullsOf(second)[1]], 'the last one waits').toEqual([c, pulls[1]]);
    await eventually(
      async () =>
        (await checks(b2)).includes('success: Inside the scope and verified; next to land') ? true : undefined,
      'the check run of the new head',
    );

    // As if the app had died between that push and its word: the member is known by its commit, nothing is pushed again.
    await local.quiet();
    const pushes = () => local.writes().filter((write) => write.startsWith('PUSH parallel/1/3-')).length;
    const pushed = pushes();
    const { store, queues } = local.running();
    const stored = await store.load(plan.id);
    if (stored === undefined) throw new Error('the plan is gone');
    const items = stored.plan.items.map(
      (item) => plan.items.find((old) => item.issue === 3 && old.issue === 3) ?? item,
    );
    await store.commit({ plan: { ...stored.plan, items }, expected: stored.version, effects: [], facts: ['died'] });
    const effect: Effect = { kind: 'rebase', name: `${plan.id}-rebase-again`, item: 3, head: b };
    await queues.effects([{ plan: plan.id, repository: plan.repository, effect }]);
    await local.plan(plan.issue, (found) => headsOf(found)[1] === b2 && turnsOf(found)[1] === 'next to land');
    expect(pushes()).toBe(pushed);

    // What the third brings is there already when its turn comes, and otherwise.
    await maintainer().push('main', { 'src/c.md': 'by hand\n' });
    await maintainer().merge(pulls[1] ?? 0);
    const clash = await local.plan(plan.issue, (found) => found.items[2]?.state.name === 'held');
    expect(clash.items[2]?.state).toMatchObject({
      work: { head: c },
      why: { kind: 'conflict', with: [2, 3], files: ['src/c.md'] },
    });
    const before = await headOf('main');
    await maintainer().comment(4, '/parallel fix');
    const fixed = await local.plan(plan.issue, (found) => headsOf(found)[2] !== c && allButFirst(found, 'proposed', 2));
    expect(await parentsOf(headsOf(fixed)[2] ?? '')).toEqual([c, before]);
    expect(pullsOf(fixed)[2]).toBe(pulls[2]);
    await maintainer().merge(pulls[2] ?? 0);
    await local.plan(plan.issue, (found) => found.state.name === 'landed');
    await put(plan);
  });
});

/** Are the items after the first (or the first few) all in a state? */
const allButFirst = (plan: Plan, name: string, count = 1): boolean =>
  plan.items.slice(count).every((item) => item.state.name === name);
