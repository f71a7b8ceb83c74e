import { readdir } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ItemState, Plan } from '#core/types.ts';
import { allReady, eventually, filePlan, itemBody, type Local, openLocal, ourComments } from './local.ts';

/** An agent that is one line of shell; by default it writes the first file of its scope. */
const shell = (line: string) => ({ kind: 'command', command: ['sh', '-c', line] });
const WRITE = `f=$(tr -d '\\n' < "$FORKJOIN_TASK" | sed 's/.*"scope": *\\[ *"\\([^"]*\\)".*/\\1/'); mkdir -p "$(dirname "$f")"; echo done >> "$f"`;

let local: Local;
beforeAll(async () => {
  local = await openLocal({
    files: { '.github/parallel.yml': 'verify: ["test -f README.md"]\nattempts: 5\n' },
    operator: {
      slots: 8,
      limits: { attempts: 5 },
      agents: { script: shell(WRITE), slow: shell(`sleep 60; ${WRITE}`), brief: shell(`sleep 2; ${WRITE}`) },
    },
  });
});
afterAll(() => local.close());

const maintainer = () => local.world.as('maintainer');

/** A started plan whose items are all proposed. */
const proposed = async (
  name: string,
  count: number,
): Promise<{ plan: number; items: readonly number[]; pulls: readonly number[] }> => {
  const paths = Array.from({ length: count }, (_, index) => `${name}/part-${index}.md`);
  const { plan, items } = await filePlan(
    local.world,
    paths.map((path) => ({ title: `Add ${path}`, body: itemBody(path) })),
    { title: `Plan ${name}`, body: '### Goal\nA better shop.' },
  );
  await local.plan(plan, allReady(count));
  await maintainer().comment(plan, '/parallel start');
  const found = await local.plan(plan, (now) => now.items.every((item) => item.state.name === 'proposed'));
  await heard();
  return { plan, items, pulls: found.items.map((item) => ('pull' in item.state ? (item.state.pull ?? 0) : 0)) };
};

/** Everything that happened was decided upon; comments may still wait for their turn. */
const heard = async (): Promise<void> => {
  await eventually(async () => {
    await local.world.idle();
    const { facts, agents, integrations } = await local.running().queues.depth();
    return facts === 0 && agents === 0 && integrations === 0 ? true : undefined;
  }, 'what happened to be heard');
};

/** Waits until what people see says so. */
const shows = (text: () => Promise<unknown>, words: string): Promise<true> =>
  eventually(async () => (String(await text()).includes(words) ? true : undefined), `"${words}"`);

/** Waits until no branch of a plan is left. */
const gone = (plan: number): Promise<true> =>
  eventually(
    async () =>
      (await maintainer().branches()).every((branch) => !new RegExp(`/${plan}[-/]`).test(branch)) ? true : undefined,
    'the branches to be deleted',
  );

const item = (plan: Plan, number: number | undefined): ItemState | undefined =>
  plan.items.find((other) => other.issue === number)?.state;

/** Waits until an item's state has this name. */
const until = (plan: number, number: number | undefined, name: ItemState['name'], seconds = 60): Promise<Plan> =>
  local.plan(plan, (found) => item(found, number)?.name === name, seconds);

const say = async (on: number, line: string): Promise<void> => {
  const comment = await maintainer().comment(on, line);
  await eventually(
    async () => ((await maintainer().reactions(comment)).length === 2 ? true : undefined),
    `an answer to ${line}`,
  );
};

const integrationOf = (plan: Plan): number | undefined =>
  'pull' in plan.state && typeof plan.state.pull === 'number' ? plan.state.pull : undefined;

describe('members come in as they are approved', () => {
  it('counts a writer on the head that stands, not a reader, and lands all when people merge', async () => {
    const { plan, items, pulls } = await proposed('approve', 2);
    const [first = 0, second = 0] = pulls;
    await local.world.as('reader').review(first, 'APPROVE');
    await heard();
    expect((await local.plan(plan, () => true)).state.name).toBe('running');

    await local.world.as('writer').review(first, 'APPROVE');
    const one = await local.plan(plan, (found) => found.state.name === 'proposed');
    await heard();
    const integration = integrationOf(one) ?? 0;
    expect(item(one, items[0])?.name).toBe('merged');
    expect(item(one, items[1])?.name).toBe('proposed');
    expect((await maintainer().pull(first))['merged']).toBe(true);
    expect(String((await maintainer().pull(integration))['body'])).toContain('1 of 2 members');

    await local.world.as('writer').review(second, 'APPROVE');
    await until(plan, items[1], 'merged');
    await heard();
    await shows(async () => (await maintainer().pull(integration))['body'], '2 of 2 members');
    expect(String((await maintainer().pull(integration))['body'])).toContain(`Closes #${plan}`);
    expect((await maintainer().pulls('open')).map((pull) => pull['number'])).toEqual([integration]);

    await maintainer().merge(integration);
    await local.plan(plan, (found) => found.state.name === 'landed');
    await heard();
    for (const number of [plan, ...items]) expect((await maintainer().issue(number))['state']).toBe('closed');
    await gone(plan);
    await shows(() => local.comment(plan), 'landed with');
    expect(
      (await readdir(`${local.folder}/home/worktrees`, { recursive: true })).filter((path) => path.includes('/')),
    ).toEqual([]);
  });

  it('lands with a squash as with a merge', async () => {
    const { plan, pulls } = await proposed('squash', 1);
    await local.world.as('writer').review(pulls[0] ?? 0, 'APPROVE');
    const found = await local.plan(plan, (now) => now.state.name === 'proposed');
    await heard();
    await maintainer().merge(integrationOf(found) ?? 0, 'squash');
    await local.plan(plan, (now) => now.state.name === 'landed');
    await gone(plan);
  });

  it('does not count an approval after "changes requested", nor one of an earlier head', async () => {
    const { plan, items, pulls } = await proposed('void', 2);
    const [first = 0, second = 0] = pulls;
    await local.world.as('writer').review(first, 'REQUEST_CHANGES', 'Not yet.');
    await heard();
    // A person pushes inside the scope: that becomes the work, and what was approved before is not what stands there.
    await say(second, '/parallel hold');
    await local.world.as('writer').review(second, 'APPROVE');
    await heard();
    const branch = String(((await maintainer().pull(second))['head'] as { ref: string }).ref);
    const head = await local.world.as('writer').push(branch, { 'void/part-1.md': 'by hand\n' });
    const after = await local.plan(plan, (found) => {
      const state = item(found, items[1]);
      return state !== undefined && 'work' in state && state.work.head === head;
    });
    expect(item(after, items[1])?.name).toBe('held');
    await shows(async () => (await maintainer().checkRuns(head)).map((run) => run['conclusion']), 'neutral');
    await say(second, '/parallel unhold');
    await heard();
    const standing = await local.plan(plan, () => true);
    expect(standing.items.map((one) => one.state.name)).toEqual(['proposed', 'proposed']);

    await local.world.as('writer').review(second, 'APPROVE');
    await until(plan, items[1], 'merged');
    expect(item(await local.plan(plan, () => true), items[0])?.name).toBe('proposed');
  });

  it('holds a member that a person pushed to outside its scope, until a writer lets it in', async () => {
    const { plan, items, pulls } = await proposed('reach', 1);
    const branch = String(((await maintainer().pull(pulls[0] ?? 0))['head'] as { ref: string }).ref);
    const head = await local.world.as('writer').push(branch, { 'elsewhere.md': 'by hand\n' });
    await until(plan, items[0], 'held');
    await shows(async () => (await maintainer().checkRuns(head)).map((run) => run['conclusion']), 'failure');
    await shows(() => local.comment(items[0] ?? 0), 'elsewhere.md');
    await local.world.as('writer').review(pulls[0] ?? 0, 'APPROVE');
    await heard();
    expect(item(await local.plan(plan, () => true), items[0])?.name).toBe('held');
    await say(pulls[0] ?? 0, '/parallel unhold');
    await until(plan, items[0], 'merged');
  });

  it('holds a member that conflicts with what it was built on, names both, and lets the rest go on', async () => {
    const shared = itemBody('clash/list.md').replace('create `clash/list.md`', '`clash/list.md`');
    const { number: first } = await maintainer().createIssue({ title: 'First', body: shared });
    const { plan, items } = await filePlan(
      local.world,
      [
        { title: 'Second', body: `${shared}\n\n### Depends on\n- #${first}` },
        { title: 'Aside', body: itemBody('clash/aside.md') },
      ],
      { title: 'Clash', body: '### Goal\nA better shop.' },
    );
    await maintainer().addSubIssue(plan, first);
    await maintainer().label(first, 'parallel');
    await local.plan(plan, allReady(3));
    await say(plan, '/parallel start');
    const all = await local.plan(plan, (found) => found.items.every((one) => one.state.name === 'proposed'));
    // What the second was built on changes under it.
    const branch = all.items.find((one) => one.issue === first)?.branch ?? '';
    const head = await local.world.as('writer').push(branch, { 'clash/list.md': 'by hand\n' });
    await local.plan(plan, (found) => {
      const state = item(found, first);
      return state !== undefined && 'work' in state && state.work.head === head;
    });
    for (const one of all.items)
      if ('pull' in one.state && one.state.pull !== undefined)
        await local.world.as('writer').review(one.state.pull, 'APPROVE');
    await until(plan, items[0], 'held');
    const done = await until(plan, items[1], 'merged');
    expect(item(done, first)?.name).toBe('merged');
    expect(item(done, items[0])).toMatchObject({ why: { kind: 'conflict', with: [first], files: ['clash/list.md'] } });
    await shows(() => local.comment(items[0] ?? 0), `conflicts with #${first} in`);
  });

  it('counts a merge of the member by hand as an approval, and goes on over it', async () => {
    const { plan, items, pulls } = await proposed('by-hand', 2);
    await local.world.as('writer').merge(pulls[0] ?? 0);
    const one = await until(plan, items[0], 'merged');
    expect(item(one, items[1])?.name).toBe('proposed');
    await local.world.as('writer').review(pulls[1] ?? 0, 'APPROVE');
    const both = await until(plan, items[1], 'merged');
    expect(both.notice).toBeUndefined();
    const done = await local.plan(plan, (found) => found.state.name === 'proposed');
    await maintainer().merge(integrationOf(done) ?? 0);
    await local.plan(plan, (found) => found.state.name === 'landed');
  });

  it('keeps a member out while a person holds it, and takes it out again when it is in', async () => {
    const { plan, items, pulls } = await proposed('hold', 2);
    await say(pulls[0] ?? 0, '/parallel hold');
    for (const pull of pulls) await local.world.as('writer').review(pull, 'APPROVE');
    const one = await local.plan(plan, (found) => found.state.name === 'proposed');
    await heard();
    expect(item(one, items[0])).toMatchObject({ name: 'held', why: { kind: 'person' } });
    expect(one.integration?.members.map((member) => member.item)).toEqual([items[1]]);
    await say(pulls[0] ?? 0, '/parallel unhold');
    await until(plan, items[0], 'merged');
    await heard();
    await say(plan, `/parallel hold #${items[1]}`);
    const out = await local.plan(
      plan,
      (found) => found.state.name === 'proposed' && found.integration?.members.length === 1,
    );
    expect(item(out, items[1])?.name).toBe('held');
  });
});

describe('what people take back', () => {
  it('keeps a pull request closed that a person closed; retry opens a new one', async () => {
    const { plan, items, pulls } = await proposed('closed', 1);
    await maintainer().closePull(pulls[0] ?? 0);
    await until(plan, items[0], 'cancelled');
    await heard();
    expect((await maintainer().pull(pulls[0] ?? 0))['state']).toBe('closed');
    await say(pulls[0] ?? 0, '/parallel retry');
    const again = await until(plan, items[0], 'proposed');
    await heard();
    const state = item(again, items[0]);
    expect(state !== undefined && 'pull' in state && state.pull).not.toBe(pulls[0]);
    expect((await maintainer().pull(pulls[0] ?? 0))['state']).toBe('closed');
    expect(
      (await maintainer().pulls('open')).filter((pull) =>
        String((pull['head'] as { ref: string }).ref).includes(`/${items[0]}-`),
      ),
    ).toHaveLength(1);
  });

  it('proposes a plan anew whose integration was closed, on retry', async () => {
    const { plan, items, pulls } = await proposed('anew', 1);
    await local.world.as('writer').review(pulls[0] ?? 0, 'APPROVE');
    const first = await local.plan(plan, (found) => found.state.name === 'proposed');
    await heard();
    await maintainer().closePull(integrationOf(first) ?? 0);
    await local.plan(plan, (found) => found.state.name === 'cancelled');
    await heard();
    await say(plan, '/parallel retry');
    const second = await local.plan(plan, (found) => found.state.name === 'proposed');
    expect(integrationOf(second)).not.toBe(integrationOf(first));
    expect(item(second, items[0])?.name).toBe('merged');
  });

  it.each([
    [
      'the label is taken off',
      (plan: number, number: number) =>
        maintainer()
          .unlabel(number, 'parallel')
          .then(() => plan),
    ],
    ['the plan is cancelled', (plan: number) => say(plan, '/parallel cancel')],
    ['the label is taken off the plan', (plan: number) => maintainer().unlabel(plan, 'parallel')],
    ['the issue is closed', (_plan: number, number: number) => maintainer().close(number)],
    ['the issue is deleted', async (_plan: number, number: number) => local.world.deleteIssue(number)],
    ['the plan is deleted', async (plan: number) => local.world.deleteIssue(plan)],
  ])('ends the agent within ten seconds and pushes nothing when %s', async (what, take) => {
    const path = `taken/${what.replaceAll(' ', '-')}.md`;
    const { plan, items } = await filePlan(
      local.world,
      [{ title: 'Slow', body: itemBody(path, { extra: '### Agent\nagent: slow' }) }],
      {
        title: what,
        body: '### Goal\nA better shop.',
      },
    );
    const [number = 0] = items;
    await local.plan(plan, allReady(1));
    await say(plan, '/parallel start');
    const running = await local.plan(plan, (found) => {
      const state = item(found, number);
      return state?.name === 'running' && state.step === 'implement';
    });
    const since = Date.now();
    await take(plan, number);
    await until(plan, number, 'cancelled', 10);
    await heard();
    expect(Date.now() - since).toBeLessThan(10_000);
    const branch = running.items[0]?.branch ?? '';
    expect(await maintainer().branches()).not.toContain(branch);
  });

  it('retries at once after a cancel, though the agent of before still runs: one push, one pull request', async () => {
    const { plan, items } = await filePlan(
      local.world,
      [{ title: 'Brief', body: itemBody('again/a.md', { extra: '### Agent\nagent: brief' }) }],
      { title: 'Again', body: '### Goal\nA better shop.' },
    );
    const [number = 0] = items;
    await local.plan(plan, allReady(1));
    await say(plan, '/parallel start');
    await until(plan, number, 'running');
    for (const line of ['/parallel cancel', '/parallel retry', '/parallel cancel', '/parallel retry'])
      await say(number, line);
    const done = await until(plan, number, 'proposed');
    await heard();
    const branch = done.items[0]?.branch ?? '';
    expect(local.writes().filter((write) => write === `PUSH ${branch}`)).toHaveLength(1);
    const heads = (await maintainer().pulls()).map((pull) => (pull['head'] as { ref: string }).ref);
    expect(heads.filter((head) => head === branch)).toHaveLength(1);
  });

  it('starts nothing new while paused, and goes on after resume', async () => {
    const { plan, items } = await filePlan(
      local.world,
      [
        { title: 'Add p', body: itemBody('pause/a.md') },
        { title: 'Add q', body: itemBody('pause/b.md', { extra: '' }) },
      ],
      { title: 'Paused', body: '### Goal\nA better shop.\n\n### Limits\nslots: 1' },
    );
    await local.plan(plan, allReady(2));
    await say(plan, '/parallel start');
    await say(plan, '/parallel pause');
    const still = await local.plan(plan, (found) =>
      found.items.every(({ state }) => ['waiting', 'proposed'].includes(state.name)),
    );
    await heard();
    const waiting = still.items.filter((one) => one.state.name === 'waiting');
    expect(waiting.length).toBeGreaterThan(0);
    await shows(() => local.comment(plan), '/parallel resume');
    await say(plan, '/parallel resume');
    await until(plan, items[1], 'proposed');
    await until(plan, items[0], 'proposed');
  });

  it('shows an edit after approval, and asks for an approval before it is used', async () => {
    const { plan, items, pulls } = await proposed('edited', 1);
    const [number = 0] = items;
    await maintainer().edit(number, { body: `${itemBody('edited/part-0.md')}\n\nOne more thing.` });
    await eventually(
      async () => ((await local.comment(plan))?.includes('edited after') ? true : undefined),
      'the panel to tell of the edit',
    );
    await maintainer().closePull(pulls[0] ?? 0);
    await until(plan, number, 'cancelled');
    await say(number, '/parallel retry');
    await shows(() => local.comment(number), 'was edited after it was approved');
    await say(number, '/parallel approve');
    await say(number, '/parallel retry');
    await until(plan, number, 'proposed');
    expect(await ourComments(local.world, plan)).toHaveLength(1);
    expect(await ourComments(local.world, number)).toHaveLength(1);
  });
});
