import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually, itemBody, type Local, openLocal, ourComments } from './local.ts';

let local: Local;
beforeAll(async () => {
  local = await openLocal({ script: { '*': { write: {}, seconds: 0 } } });
});
afterAll(() => local.close());

/** An issue by one person, labelled by another; answers with its number. */
const file = async (author: string, labeller: string | undefined, path: string): Promise<number> => {
  const { number } = await local.world.as(author).createIssue({ title: `Add ${path}`, body: itemBody(path) });
  if (labeller !== undefined) await local.world.as(labeller).label(number, 'parallel');
  await local.quiet();
  return number;
};

const reactions = async (comment: number): Promise<readonly unknown[]> =>
  (await local.world.as('maintainer').reactions(comment)).map((reaction) => reaction['content']).sort();

/** Says a line and waits until it is answered with a reaction. */
const say = async (who: string, on: number, line: string): Promise<readonly unknown[]> => {
  const comment = await local.world.as(who).comment(on, line);
  const answered = await eventually(async () => {
    const found = await reactions(comment);
    return found.length === 2 ? found : undefined;
  }, `an answer to ${line}`);
  await local.quiet();
  return answered;
};

const state = async (issue: number): Promise<string | undefined> =>
  (await local.plan(issue, () => true)).items[0]?.state.name;

describe('who may start, change and stop work', () => {
  it.each(['reader', 'triage', 'stranger'])(
    'refuses the commands of a %s in one comment, however often they come',
    async (who) => {
      const issue = await file('maintainer', 'maintainer', `people/${who}.md`);
      expect(await state(issue)).toBe('ready');
      for (const verb of ['start', 'start', 'start', 'cancel', 'retry', 'approve', 'integrate'])
        expect(await say(who, issue, `/parallel ${verb}`)).toEqual(['confused', 'eyes']);
      const comments = await ourComments(local.world, issue);
      expect(comments).toHaveLength(1);
      expect(comments[0]).toContain(`\`octo-${who}\` may not say`);
      expect(comments[0]).toContain('write permission');
      expect(await state(issue)).toBe('ready');
      expect(await local.world.as('maintainer').pulls()).toEqual([]);
    },
  );

  it('lets a person with triage permission ask, and an author check their own issue, but a stranger neither', async () => {
    const issue = await file('stranger', 'writer', 'people/asked.md');
    expect(await say('triage', issue, '/parallel status')).toEqual(['+1', 'eyes']);
    expect(await say('stranger', issue, '/parallel check')).toEqual(['+1', 'eyes']);
    expect(await say('reader', issue, '/parallel check')).toEqual(['confused', 'eyes']);
    expect(await ourComments(local.world, issue)).toHaveLength(1);
  });

  it('does not count a label that a person without write permission applied, even when a maintainer says start', async () => {
    const issue = await file('stranger', 'triage', 'people/label.md');
    expect(await state(issue)).toBe('draft');
    expect(await local.comment(issue)).toContain('`octo-triage`, who has no write permission');
    expect(await say('maintainer', issue, '/parallel start')).toEqual(['confused', 'eyes']);
    expect(await local.comment(issue)).toContain('was not applied by somebody with write permission');
    await local.world.as('maintainer').unlabel(issue, 'parallel');
    await local.quiet();
    await local.world.as('writer').label(issue, 'parallel');
    await local.plan(issue, (plan) => plan.items[0]?.state.name === 'ready');
  });

  it('takes an error on the question for permission as a no', async () => {
    const issue = await file('maintainer', 'maintainer', 'people/error.md');
    const route = '/repos/{owner}/{repo}/collaborators/{username}/permission';
    local.world.faults.add({ kind: 'before', route, status: 404, times: Number.POSITIVE_INFINITY });
    expect(await say('writer', issue, '/parallel start')).toEqual(['confused', 'eyes']);
    local.world.faults.clear();
    expect(await local.comment(issue)).toContain('`octo-writer` may not say');
    expect(await local.world.as('maintainer').pulls()).toEqual([]);
  });

  it('hears no command in an edit, a quote, a later line or a code block', async () => {
    const issue = await file('maintainer', 'maintainer', 'people/quoted.md');
    const before = await ourComments(local.world, issue);
    const maintainer = local.world.as('maintainer');
    for (const text of [
      '> /parallel start',
      'Please\n/parallel start',
      '```\n/parallel start\n```',
      '    /parallel start',
    ])
      await maintainer.comment(issue, text);
    const comment = await maintainer.comment(issue, 'nothing yet');
    await maintainer.editComment(comment, '/parallel start');
    await local.quiet();
    expect(await state(issue)).toBe('ready');
    expect(await ourComments(local.world, issue)).toEqual(before);
  });

  it('helps with a command that is misspelt', async () => {
    const issue = await file('maintainer', 'maintainer', 'people/typo.md');
    expect(await say('maintainer', issue, '/parallel strat')).toEqual(['confused', 'eyes']);
    expect(await local.comment(issue)).toContain('Did you mean `/parallel start`?');
    expect(await state(issue)).toBe('ready');
  });
});
