import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Plan } from '#core/types.ts';
import { allReady, eventually, filePlan, itemBody, type Local, openLocal } from './local.ts';

const shell = (line: string) => ({ kind: 'command', command: ['sh', '-c', line] });
/** Writes the first file of the item's scope. */
const WRITE = `f=$(tr -d '\\n' < "$FORKJOIN_TASK" | sed 's/.*"scope": *\\[ *"\\([^"]*\\)".*/\\1/'); mkdir -p "$(dirname "$f")"; echo done >> "$f"`;

const say = async (local: Local, on: number, line: string): Promise<string> => {
  const maintainer = local.world.as('maintainer');
  const comment = await maintainer.comment(on, line);
  return eventually(async () => {
    const found = (await maintainer.reactions(comment)).map((reaction) => String(reaction['content']));
    return found.length === 2 ? found.find((content) => content !== 'eyes') : undefined;
  }, `an answer to ${line}`);
};

/** Waits until what people see says so. */
const shows = (text: () => Promise<string | undefined>, words: RegExp): Promise<true> =>
  eventually(async () => (words.test((await text()) ?? '') ? true : undefined), String(words));

const fileItem = async (local: Local, issue: { title: string; body: string }): Promise<number> => {
  const { number } = await local.world.as('maintainer').createIssue(issue);
  await local.world.as('maintainer').label(number, 'parallel');
  await local.plan(number, (plan) => plan.items.length === 1);
  await local.quiet();
  return number;
};

const pullOf = (plan: Plan): number =>
  'pull' in plan.state && typeof plan.state.pull === 'number' ? plan.state.pull : 0;

const stateOf = (plan: Plan, title: string) => plan.items.find((item) => item.text.title === title)?.state;

describe('agents and commands that go wrong', () => {
  const ROGUES: Record<
    string,
    { agent?: string; command?: string; extra?: string; says: RegExp; kind: string; attempts: number }
  > = {
    nothing: { agent: 'true', says: /changed nothing/, kind: 'no-changes', attempts: 1 },
    exit: { agent: 'echo giving up; exit 3', says: /status 3/, kind: 'exit', attempts: 2 },
    silent: { agent: 'sleep 600', says: /said nothing for 0\.05 minutes/, kind: 'stalled', attempts: 1 },
    endless: { agent: 'yes', says: /printed more than 1 MB/, kind: 'output', attempts: 1 },
    daemon: {
      agent: 'setsid sleep 987655 & (setsid sleep 987655 &)',
      says: /changed nothing/,
      kind: 'no-changes',
      attempts: 1,
    },
    bomb: {
      agent: 'while true; do sleep 987655 & done',
      says: /more than 120 processes/,
      kind: 'processes',
      attempts: 1,
    },
    filler: {
      agent: 'head -c 200000000 /dev/zero > a; sleep 987655',
      says: /more than 50 MB of disk/,
      kind: 'disk',
      attempts: 1,
    },
    eater: {
      agent: `exec node -e 'globalThis.x = Buffer.alloc(500e6, 1); setTimeout(() => {}, 1e7)'`,
      says: /more than 300 MB of memory/,
      kind: 'memory',
      attempts: 1,
    },
    'too long': {
      agent: 'while true; do echo tick; sleep 1; done',
      extra: 'timeout: 0.1',
      says: /ended after 0\.1 minutes/,
      kind: 'timeout',
      attempts: 1,
    },
    red: { command: 'echo it is wrong; exit 4', says: /status 4[\s\S]*it is wrong/, kind: 'verification', attempts: 1 },
    hanging: { command: 'sleep 600', extra: 'timeout: 0.1', says: /sleep 600/, kind: 'verification', attempts: 1 },
    missing: { command: 'no-such-program --now', says: /no-such-program/, kind: 'verification', attempts: 1 },
  };
  let local: Local;
  let plan: Plan;
  beforeAll(async () => {
    const own = Object.entries(ROGUES).flatMap(([name, { agent }]) =>
      agent === undefined ? [] : [[name.replace(' ', '-'), shell(agent)] as const],
    );
    local = await openLocal({
      operator: {
        default_agent: 'good',
        slots: 6,
        agents: { good: shell(WRITE), ...Object.fromEntries(own) },
        limits: { stall: 0.05, output_mb: 1, attempts: 2, processes: 120, disk_mb: 50, memory_mb: 300 },
      },
    });
    const items = Object.entries(ROGUES).map(([name, { agent, command, extra }]) => ({
      title: name,
      body: itemBody(`rogue/${name.replace(' ', '-')}.md`, {
        ...(command === undefined ? {} : { command }),
        extra: `### Agent\nagent: ${agent === undefined ? 'good' : name.replace(' ', '-')}\n${extra ?? ''}`,
      }),
    }));
    const filed = await filePlan(local.world, [...items, { title: 'good', body: itemBody('rogue/good.md') }]);
    await local.plan(filed.plan, allReady(items.length + 1));
    await say(local, filed.plan, '/parallel start');
    plan = await local.plan(filed.plan, (found) => found.state.name === 'proposed', 150);
  });
  afterAll(() => local.close());

  it.each(Object.entries(ROGUES))(
    '%s: fails, and the issue says why in a sentence',
    async (name, { says, kind, attempts }) => {
      const item = plan.items.find((other) => other.text.title === name);
      expect(item?.state).toMatchObject({ name: 'failed', failure: { kind } });
      expect(item?.attempts).toBe(attempts);
      await shows(() => local.comment(item?.issue ?? 0), says);
      expect(await local.world.as('maintainer').branches()).not.toContain(item?.branch);
    },
  );

  it('leaves no process of any of them', () => {
    const lines = readdirSync('/proc').flatMap((pid) => {
      if (!/^\d+$/.test(pid)) return [];
      try {
        return [readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')];
      } catch {
        return [];
      }
    });
    expect(lines.filter((line) => line.startsWith('sleep 987655'))).toEqual([]);
  });

  it('lets the good one in', () => {
    expect(stateOf(plan, 'good')?.name).toBe('merged');
  });
});

describe('texts', () => {
  let local: Local;
  beforeAll(async () => {
    local = await openLocal({ operator: { agents: { script: shell(WRITE) } } });
  });
  afterAll(() => local.close());

  const TITLES = [
    '$(rm -rf ~) `touch /tmp/owned` ; reboot',
    `"quoted" 'twice' \\ and \\"`,
    '--help',
    '-rf',
    'two\nlines\r\nof title',
    '🎉'.repeat(128),
    `${'x'.repeat(239)}🎉🎉 end`,
    '@octo-maintainer fixes #1 <b>bold</b> | a table',
    'ends in a lone \ud83d',
  ];

  it("takes titles with a shell's favourite characters as text, from the issue to the pull request", async () => {
    const filed = await filePlan(
      local.world,
      TITLES.map((title, index) => ({ title, body: itemBody(`titles/${index}.md`) })),
      { title: '`$(reboot)` "plan" --help', body: '### Goal\nA better shop.' },
    );
    await local.plan(filed.plan, allReady(TITLES.length));
    expect(await say(local, filed.plan, '/parallel start')).toBe('+1');
    const done = await local.plan(filed.plan, (found) => found.state.name === 'proposed', 120);
    expect(done.items.map((item) => item.state.name)).toEqual(TITLES.map(() => 'merged'));
    for (const pull of await local.world.as('maintainer').pulls()) {
      expect(String(pull['title']).length).toBeLessThanOrEqual(256);
      expect(String(pull['title'])).not.toMatch(/[\n\r]|@octo/);
      expect(String(pull['title']).isWellFormed()).toBe(true);
      expect(String((pull['head'] as { ref: string }).ref)).toMatch(/^[a-z0-9/-]+$/);
    }
  });

  it('takes a body of 60,000 characters and says of a longer one that it is', async () => {
    const body = itemBody('long/a.md');
    const fits = await fileItem(local, { title: 'Fits', body: `${body}\n\n${'x'.repeat(60_000 - body.length - 2)}` });
    expect((await local.plan(fits, () => true)).items[0]?.state.name).toBe('ready');
    for (const length of [60_001, 65_536]) {
      const issue = await fileItem(local, {
        title: 'Too long',
        body: `${body}\n\n${'x'.repeat(length - body.length - 2)}`,
      });
      expect((await local.plan(issue, () => true)).items[0]?.state.name).toBe('draft');
      expect(await local.comment(issue)).toContain('body-too-long');
      expect(await say(local, issue, '/parallel start')).toBe('confused');
    }
    expect(await say(local, fits, '/parallel start')).toBe('+1');
    await local.plan(fits, (found) => found.state.name === 'proposed');
  });

  it('works on a body and a repository that hold what is no text', async () => {
    await local.world.as('maintainer').push('main', {
      'src/latin.txt': Buffer.from([0x63, 0x61, 0x66, 0xe9, 0x0a, 0xff, 0xfe, 0x00]),
      '.env.example': Buffer.from([0x41, 0x3d, 0xe9, 0x0a]),
    });
    const issue = await fileItem(local, {
      title: 'Odd letters',
      body: `${itemBody('odd/a.md')}\n\nA lone \ud83d and \udc00 and \u0001 and \ufffd.`,
    });
    expect(await say(local, issue, '/parallel start')).toBe('+1');
    await local.plan(issue, (found) => found.state.name === 'proposed');
  });
});

describe('repositories that are not as expected', () => {
  let local: Local;
  afterEach(() => local.close());

  it('says of an empty repository, and of one without its default branch, what is missing, and starts nothing', async () => {
    local = await openLocal();
    await local.world.addRepository({ name: 'empty' });
    await local.world.addRepository({ name: 'headless', files: { 'a.md': 'a\n' } });
    await local.world.as('maintainer', 'headless').push('other', { 'b.md': 'b\n' });
    await local.world.as('maintainer', 'headless').deleteBranch('main');
    for (const [name, says] of [
      ['empty', /is empty/],
      ['headless', /default branch `main` does not exist/],
    ] as const) {
      const maintainer = local.world.as('maintainer', name);
      const ours = async () =>
        (await maintainer.comments(number)).filter((comment) => (comment['user'] as { type: string }).type === 'Bot');
      const { number } = await maintainer.createIssue({ title: 'Add a', body: itemBody('src/a.md') });
      await maintainer.label(number, 'parallel');
      await local.quiet();
      const comment = await maintainer.comment(number, '/parallel start');
      await local.quiet();
      expect((await maintainer.reactions(comment)).map((reaction) => reaction['content'])).toEqual([
        'eyes',
        'confused',
      ]);
      expect((await ours()).map((one) => String(one['body']))).toEqual([expect.stringMatching(says)]);
      expect(await maintainer.pulls()).toEqual([]);
    }
  });

  it('names all problems of a broken configuration, and starts nothing until it is mended', async () => {
    local = await openLocal({ files: { '.github/parallel.yml': 'strategy: sideways\nslots: 0\nverfy: [x]\n' } });
    const issue = await fileItem(local, { title: 'Add a', body: itemBody('src/a.md') });
    for (const word of ['strategy', 'sideways', 'slots', 'verfy']) expect(await local.comment(issue)).toContain(word);
    expect(await say(local, issue, '/parallel start')).toBe('confused');
    await local.world
      .as('maintainer')
      .push('main', { '.github/parallel.yml': 'integrate: verified\nsetup: ["echo preparing; exit 7"]\n' });
    expect(await say(local, issue, '/parallel start')).toBe('+1');
    await local.plan(issue, (found) => found.items[0]?.state.name === 'failed');
    await shows(() => local.comment(issue), /set-up failed[\s\S]*status 7/);
    expect(await local.world.as('maintainer').pulls()).toEqual([]);
  });

  it('blames nobody when the base is red', async () => {
    local = await openLocal({ operator: { agents: { script: shell(WRITE) } } });
    const filed = await filePlan(local.world, [{ title: 'Add a', body: itemBody('src/a.md') }], {
      body: '### Goal\nA better shop.\n\n### Verification\n```sh\ntest -f not-there.md\n```',
    });
    await local.plan(filed.plan, allReady(1));
    await say(local, filed.plan, '/parallel start');
    const red = await local.plan(filed.plan, (found) => found.integration?.redBase !== undefined);
    expect(red.items.map((item) => item.state.name)).toEqual(['proposed']);
    await shows(() => local.comment(filed.plan), /The base itself fails `test -f not-there.md`/);
  });
});

describe('branches that others move', () => {
  let local: Local;
  beforeAll(async () => {
    local = await openLocal({ operator: { agents: { script: shell(WRITE), slow: shell(`sleep 3; ${WRITE}`) } } });
  });
  afterAll(() => local.close());
  const maintainer = () => local.world.as('maintainer');
  const GOAL = { body: '### Goal\nA better shop.\n\n### Verification\n```sh\ntest ! -f poison.md\n```' };

  it('takes no branch that somebody else made under our name', async () => {
    const filed = await filePlan(
      local.world,
      [
        { title: 'Taken', body: itemBody('taken/a.md') },
        { title: 'Free', body: itemBody('taken/b.md') },
      ],
      { ...GOAL, title: 'Names' },
    );
    const [taken = 0] = filed.items;
    await local.plan(filed.plan, allReady(2));
    const item = await maintainer().push(`parallel/${filed.plan}/${taken}-taken`, { 'mine.md': 'mine\n' });
    await maintainer().push(`integration/${filed.plan}-names`, { 'mine.md': 'mine\n' });
    await say(local, filed.plan, '/parallel start');
    await eventually(
      async () =>
        (await local.comment(filed.plan))?.includes('holds commits that the app did not make') ? true : undefined,
      'the panel to name the branch',
    );
    expect((await local.plan(filed.plan, () => true)).state.name).toBe('draft');
    await maintainer().deleteBranch(`integration/${filed.plan}-names`);
    expect(await say(local, filed.plan, '/parallel start')).toBe('+1');
    const done = await local.plan(filed.plan, (found) => found.state.name === 'proposed');
    expect(stateOf(done, 'Taken')?.name).toBe('failed');
    await shows(() => local.comment(taken), /holds commits that the app did not make/);
    expect(stateOf(done, 'Free')?.name).toBe('merged');
    expect(await local.world.repo().git.commit(`refs/heads/parallel/${filed.plan}/${taken}-taken`)).toBe(item);
  });

  it('goes on from the base that it began with when the default branch moves', async () => {
    const filed = await filePlan(
      local.world,
      [{ title: 'Moves', body: itemBody('moves/a.md', { extra: '### Agent\nagent: slow' }) }],
      { ...GOAL, title: 'Moves' },
    );
    await local.plan(filed.plan, allReady(1));
    await say(local, filed.plan, '/parallel start');
    const running = await local.plan(filed.plan, (found) => found.items[0]?.state.name === 'running');
    await maintainer().push('main', { 'moved-on.md': 'meanwhile\n' });
    const done = await local.plan(filed.plan, (found) => found.state.name === 'proposed');
    expect('base' in done.state && 'base' in running.state && done.state.base).toEqual(
      'base' in running.state && running.state.base,
    );
    await maintainer().merge(pullOf(done));
    await local.plan(filed.plan, (found) => found.state.name === 'landed');
  });

  it('pushes nothing over an integration branch that a person moved, and says so', async () => {
    const filed = await filePlan(
      local.world,
      [{ title: 'Over', body: itemBody('over/a.md', { extra: '### Agent\nagent: slow' }) }],
      { ...GOAL, title: 'Over' },
    );
    await local.plan(filed.plan, allReady(1));
    await say(local, filed.plan, '/parallel start');
    const running = await local.plan(filed.plan, (found) => found.items[0]?.state.name === 'running');
    const theirs = await maintainer().push(running.branch, { 'by-hand.md': 'mine\n' });
    const held = await local.plan(filed.plan, (found) => found.notice?.text.includes('was moved by somebody') === true);
    expect(held.state.name).toBe('running');
    await shows(() => local.comment(filed.plan), /nothing was pushed over it/);
    expect(await local.world.repo().git.commit(`refs/heads/${running.branch}`)).toBe(theirs);
  });

  it('holds a member with which the verification of the plan fails; the rest goes on', async () => {
    const both = itemBody('chain/list.md').replace('create `chain/list.md`', '`chain/list.md`');
    const first = await maintainer().createIssue({ title: 'First', body: both });
    const filed = await filePlan(
      local.world,
      [
        { title: 'Second', body: `${both}\n\n### Depends on\n- #${first.number}` },
        { title: 'Poison', body: itemBody('poison.md') },
        { title: 'Aside', body: itemBody('chain/aside.md') },
      ],
      { ...GOAL, title: 'Chain' },
    );
    await maintainer().addSubIssue(filed.plan, first.number);
    await maintainer().label(first.number, 'parallel');
    await local.plan(filed.plan, allReady(4));
    await say(local, filed.plan, '/parallel start');
    const one = await local.plan(filed.plan, (found) => found.state.name === 'proposed');
    expect(stateOf(one, 'Poison')).toMatchObject({ name: 'held', why: { kind: 'verify-failed' } });
    expect(stateOf(one, 'Aside')?.name).toBe('merged');
    expect(stateOf(one, 'Second')?.name).toBe('merged');
    expect(String((await maintainer().pull(pullOf(one)))['body'])).toMatch(
      /Poison \| held \| the verification fails with it/,
    );
  });
});
