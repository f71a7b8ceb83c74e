import { afterEach, describe, expect, it } from 'vitest';
import { type Local, openLocal, ourComments } from './local.ts';

let local: Local;
afterEach(() => local.close());

describe('/parallel init', () => {
  it('opens one pull request with forms and settings, and points at it when asked again', async () => {
    local = await openLocal({ files: { '.github/parallel.yml': 'integrate: verified\n' } });
    const maintainer = local.world.as('maintainer');
    const { number } = await maintainer.createIssue({ title: 'How do we use this?', body: 'A question.' });
    const comment = await maintainer.comment(number, '/parallel init');
    await local.quiet();
    const [pull, ...others] = await maintainer.pulls();
    expect(others).toEqual([]);
    expect(pull).toMatchObject({ head: { ref: 'forkjoin/init' }, base: { ref: 'main' }, draft: false });
    const { body: files } = await maintainer.request('GET', `/pulls/${Number(pull?.['number'])}/files`);
    // The settings that are there already are left alone.
    expect((files as { filename: string; status: string }[]).map((file) => `${file.status} ${file.filename}`)).toEqual([
      'added .github/ISSUE_TEMPLATE/parallel-item.yml',
      'added .github/ISSUE_TEMPLATE/parallel-plan.yml',
      'added .github/parallel.schema.json',
    ]);
    expect((await maintainer.reactions(comment)).map((reaction) => reaction['content']).sort()).toEqual(['+1', 'eyes']);
    expect(await ourComments(local.world, number)).toEqual([]);

    await maintainer.comment(number, '/parallel init');
    await local.quiet();
    expect(await maintainer.pulls()).toHaveLength(1);
    expect(await ourComments(local.world, number)).toEqual([
      expect.stringContaining(`#${Number(pull?.['number'])} is open`),
    ]);

    await maintainer.merge(Number(pull?.['number']));
    await maintainer.comment(number, '/parallel init');
    await local.quiet();
    expect((await ourComments(local.world, number)).at(-1)).toContain('nothing to add');
  });

  it('does not touch a branch of that name that somebody else made', async () => {
    local = await openLocal();
    const maintainer = local.world.as('maintainer');
    const theirs = await maintainer.push('forkjoin/init', { 'a.md': 'a' });
    const { number } = await maintainer.createIssue({ title: 'Set up', body: '' });
    await maintainer.comment(number, '/parallel init');
    await local.quiet();
    expect(await ourComments(local.world, number)).toEqual([
      expect.stringContaining('commits that the app did not make'),
    ]);
    const { body } = await maintainer.request('GET', '/branches/forkjoin/init');
    expect(body).toMatchObject({ commit: { sha: theirs } });
  });

  it('is not for readers', async () => {
    local = await openLocal();
    const { number } = await local.world.as('maintainer').createIssue({ title: 'Set up', body: '' });
    await local.world.as('reader').comment(number, '/parallel init');
    await local.quiet();
    expect(await local.world.as('maintainer').pulls()).toEqual([]);
    expect(await ourComments(local.world, number)).toEqual([expect.stringContaining('may not say')]);
  });
});
