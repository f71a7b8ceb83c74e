import { afterEach, describe, expect, it } from 'vitest';
import type { Plan } from '#core/types.ts';
import { allReady, eventually, filePlan, itemBody, type Local, openLocal } from './local.ts';

let local: Local;
afterEach(() => local.close());

const BLOCKED_BY = '/repos/{owner}/{repo}/issues/{issue_number}/dependencies/blocked_by';

const codes = (plan: Plan, issue: number): readonly string[] =>
  (plan.report.items.find((item) => item.issue === issue)?.problems ?? []).map((problem) => problem.code);

const two = () => [
  { title: 'Add a', body: itemBody('src/a.md') },
  { title: 'Add b', body: itemBody('src/b.md', { dependsOn: [2] }) },
  { title: 'Add c', body: itemBody('src/c.md') },
];

describe("GitHub's own relations", () => {
  it('win over the text, and a difference is said', async () => {
    local = await openLocal();
    const { plan } = await filePlan(local.world, two());
    await local.plan(plan, allReady(3));
    await local.world.as('maintainer').blockedBy(3, 4);
    const found = await local.plan(plan, (now) => codes(now, 3).includes('dependency-mismatch'));
    expect(found.items.find((item) => item.issue === 3)?.dependsOn).toEqual([4]);
    expect(found.report.ok).toBe(true);
    await local.world.as('maintainer').unblock(3, 4);
    const back = await local.plan(plan, (now) => codes(now, 3).length === 0);
    expect(back.items.find((item) => item.issue === 3)?.dependsOn).toEqual([2]);
  });

  it('are not missed where the API does not have them', async () => {
    local = await openLocal({ app: false });
    local.world.faults.add({
      kind: 'before',
      status: 404,
      route: /dependencies|sub_issues|parent/,
      times: Number.POSITIVE_INFINITY,
    });
    await local.open();
    const maintainer = local.world.as('maintainer');
    const body = '### Goal\nA better shop.\n\n### Items\n- [ ] #2\n- [ ] #3\n\n### Verification\n```sh\ntrue\n```';
    const { number } = await maintainer.createIssue({ title: 'Plan', body });
    await maintainer.createIssue({ title: 'Add a', body: itemBody('src/a.md', { extra: '### Plan\n#1' }) });
    await maintainer.createIssue({
      title: 'Add b',
      body: itemBody('src/b.md', { dependsOn: [2], extra: 'Part of #1' }),
    });
    for (const issue of [1, 2, 3]) await maintainer.label(issue, 'parallel');
    const found = await local.plan(number, allReady(2));
    expect(found.items.find((item) => item.issue === 3)?.dependsOn).toEqual([2]);
    expect(found.report.plan.waves).toEqual([[2], [3]]);
  });

  it('are asked for again when the API fails, and never taken for none', async () => {
    local = await openLocal();
    const maintainer = local.world.as('maintainer');
    const { plan } = await filePlan(local.world, [
      { title: 'Add a', body: itemBody('src/a.md') },
      { title: 'Add b', body: itemBody('src/b.md') },
    ]);
    await maintainer.blockedBy(3, 2);
    await local.plan(plan, (found) => allReady(2)(found) && found.items[1]?.dependsOn[0] === 2);
    await local.quiet();
    // More than one try asks, so that the hint itself has to be taken again.
    local.world.faults.add({ kind: 'before', status: 500, route: BLOCKED_BY, times: 12 });
    await maintainer.comment(plan, '/parallel start');
    const started = await local.plan(plan, (found) => found.state.name !== 'draft');
    expect(started.items.find((item) => item.issue === 3)?.dependsOn).toEqual([2]);
    expect(local.world.faults.left).toEqual([]);
    const done = await local.plan(plan, (found) => found.state.name === 'proposed');
    expect(done.integration?.members.map((member) => member.item)).toEqual([2, 3]);
  });

  it('make an issue an item of the plan, and take it out again', async () => {
    local = await openLocal();
    const maintainer = local.world.as('maintainer');
    const { plan } = await filePlan(local.world, [{ title: 'Add a', body: itemBody('src/a.md') }]);
    await local.plan(plan, allReady(1));
    const { number } = await maintainer.createIssue({ title: 'Add b', body: itemBody('src/b.md') });
    await maintainer.label(number, 'parallel');
    await maintainer.addSubIssue(plan, number);
    await local.plan(plan, allReady(2));
    await maintainer.removeSubIssue(plan, number);
    await local.plan(plan, (found) => found.items.every((item) => item.issue !== number));
    await local.plan(number, (found) => found.alone && allReady(1)(found));
    await local.quiet();
    const labels = (await maintainer.issue(number))['labels'] as readonly { readonly name: string }[];
    expect(labels.map((label) => label.name)).toEqual(['parallel', 'parallel:ready']);
  });
});

describe('claims of running plans', () => {
  const claimed = (body: string | undefined): boolean => /`scope-claimed`/.test(body ?? '');

  it('refuse what another running plan owns', async () => {
    local = await openLocal({ script: { '#1': { seconds: 120 } } });
    const maintainer = local.world.as('maintainer');
    for (const title of ['Add a', 'Add a again']) {
      const { number } = await maintainer.createIssue({ title, body: itemBody('src/a.md') });
      await maintainer.label(number, 'parallel');
      await local.plan(number, allReady(1));
    }
    await maintainer.comment(1, '/parallel start');
    await local.plan(1, (found) => found.items[0]?.state.name === 'running');
    await maintainer.comment(2, '/parallel start');
    const text = await eventually(async () => {
      const body = await local.comment(2);
      return claimed(body) ? body : undefined;
    }, 'the refusal');
    expect(text).toContain('#1');
    expect((await local.plan(2, () => true)).state.name).toBe('draft');
    await maintainer.comment(1, '/parallel cancel');
    await local.plan(1, (found) => found.state.name === 'cancelled');
  });

  it('let exactly one of two plans start that are started at the same moment', async () => {
    local = await openLocal({ script: { '*': { seconds: 120 } } });
    const maintainer = local.world.as('maintainer');
    const plans = [1, 2, 3];
    for (const plan of plans) {
      await maintainer.createIssue({ title: `Add ${plan}`, body: itemBody('src/a.md') });
      await maintainer.label(plan, 'parallel');
      await local.plan(plan, allReady(1));
    }
    await local.quiet();
    await Promise.all(plans.map((plan) => maintainer.comment(plan, '/parallel start')));
    const states = await eventually(async () => {
      const now = await Promise.all(plans.map((plan) => local.plan(plan, () => true)));
      return now.filter((plan) => plan.notice !== undefined).length === plans.length - 1 ? now : undefined;
    }, 'all but one to be refused');
    expect(states.filter((plan) => plan.state.name === 'running')).toHaveLength(1);
    for (const plan of states.filter((other) => other.state.name !== 'running'))
      expect(plan.notice?.text).toContain('`scope-claimed`');
    const running = states.find((plan) => plan.state.name === 'running');
    await maintainer.comment(running?.issue ?? 0, '/parallel cancel');
    await local.plan(running?.issue ?? 0, (found) => found.state.name === 'cancelled');
  });
});

describe('hidden text', () => {
  it('never reaches the agent, and whoever approves reads what the agent reads', async () => {
    // The agent writes down what it was told, and nothing else.
    const agents = { echo: { kind: 'command', command: ['/bin/sh', '-c', 'cat > heard.md'] } };
    local = await openLocal({ operator: { default_agent: 'echo', agents } });
    const maintainer = local.world.as('maintainer');
    const hidden = [
      '<!-- SECRET comment -->',
      '[//]: # (SECRET reference)',
      `visible${[...'SECRET'].map((letter) => String.fromCodePoint(0xe0000 + letter.charCodeAt(0))).join('')}`,
      '<span hidden>SECRET element</span>',
      'zero\u200bwidth',
    ].join('\n\n');
    const body = itemBody('heard.md', { command: 'true' }).replace('One part', `${hidden}\n\nOne part`);
    const { number } = await maintainer.createIssue({ title: 'Listen', body });
    await maintainer.label(number, 'parallel');
    await local.plan(number, allReady(1));
    await local.quiet();
    const report = await local.comment(number);
    expect(report).toContain('`hidden-text`');
    await maintainer.comment(number, '/parallel start');
    const done = await local.plan(number, (found) => found.state.name === 'proposed');
    const { body: file } = await maintainer.request('GET', `/contents/heard.md?ref=${done.items[0]?.branch}`);
    const heard = Buffer.from((file as { content: string }).content, 'base64').toString();
    expect(heard).toContain('One part of the shop');
    expect(heard).toContain('zerowidth');
    expect(heard).not.toMatch(/SECRET|[\u{e0000}-\u{e007f}\u200b]/u);
    expect(report).toContain(heard.trimEnd());
  });
});

describe('commands', () => {
  it('with a typo are answered with what was meant, where the person looks', async () => {
    local = await openLocal();
    const maintainer = local.world.as('maintainer');
    const { number } = await maintainer.createIssue({ title: 'Add a', body: itemBody('src/a.md') });
    await maintainer.label(number, 'parallel');
    await local.plan(number, allReady(1));
    const comment = await maintainer.comment(number, '/parallel strat');
    await local.plan(number, (found) => found.notice !== undefined);
    await local.quiet();
    expect(await local.comment(number)).toMatch(/> \[!WARNING\]\n> .*Did you mean `\/parallel start`\?/);
    const contents = (await maintainer.reactions(comment)).map((reaction) => reaction['content']);
    expect(contents.sort()).toEqual(['confused', 'eyes']);
  });

  it('in quotes, fences, later lines and edits are text', async () => {
    local = await openLocal();
    const maintainer = local.world.as('maintainer');
    const { number } = await maintainer.createIssue({ title: 'Add a', body: itemBody('src/a.md') });
    await maintainer.label(number, 'parallel');
    await local.plan(number, allReady(1));
    await local.quiet();
    const before = local.writes().length;
    const comments = [
      '> /parallel start',
      '```\n/parallel start\n```',
      'Please\n/parallel start',
      ' /parallel start',
      '/parallelstart',
    ];
    for (const text of comments) await maintainer.comment(number, text);
    const edited = await maintainer.comment(number, 'Later.');
    await maintainer.editComment(edited, '/parallel start');
    await local.quiet();
    expect(local.writes().slice(before)).toEqual([]);
    expect((await local.plan(number, () => true)).state.name).toBe('draft');
  });
});
