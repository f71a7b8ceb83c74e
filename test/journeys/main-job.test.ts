import { readdir } from 'node:fs/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { allReady, filePlan, itemBody, type Local, openLocal, ourComments } from './local.ts';

/** Bringing the one comment up to date. */
const LABEL = 'PUT /repos/{owner}/{repo}/issues/{issue_number}/labels';
const OPEN = 'POST /repos/{owner}/{repo}/pulls';
const EDIT = 'PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}';

let local: Local;
afterEach(() => local.close());

describe('the main job', () => {
  it('brings three items to pull requests and one integration, and leaves no worktree', async () => {
    local = await openLocal({ database: 'embedded' });
    const { plan, items } = await filePlan(local.world, [
      { title: 'Add a', body: itemBody('src/a.md') },
      { title: 'Add b', body: itemBody('src/b.md') },
      {
        title: 'Join them',
        body: itemBody('src/c.md', {
          command: 'test -s src/a.md && test -s src/b.md && test -s src/c.md',
          dependsOn: [2, 3],
        }),
      },
    ]);
    await local.plan(plan, allReady(3));
    const maintainer = local.world.as('maintainer');
    const comment = await maintainer.comment(plan, '/parallel start');
    const done = await local.plan(plan, (found) => found.state.name === 'proposed');
    await local.quiet();

    const pulls = await maintainer.pulls();
    expect(pulls).toHaveLength(4);
    const integration = pulls.find((pull) => (pull['base'] as { ref: string }).ref === 'main');
    expect(integration?.['title']).toBe('A better shop');
    expect(String(integration?.['body'])).toMatch(/Closes #1\nCloses #2\nCloses #3\nCloses #4/);
    expect(done.items.map((item) => item.state.name)).toEqual(['merged', 'merged', 'merged']);
    expect((await maintainer.reactions(comment)).map((reaction) => reaction['content']).sort()).toEqual(['+1', 'eyes']);
    for (const issue of [plan, ...items]) expect(await ourComments(local.world, issue)).toHaveLength(1);
    expect(await worktrees(local)).toEqual([]);
  });

  it('takes an item alone straight to the default branch, with at most eight writes', async () => {
    local = await openLocal({ database: 'embedded' });
    const maintainer = local.world.as('maintainer');
    const { number } = await maintainer.createIssue({ title: 'Add a', body: itemBody('src/a.md') });
    await maintainer.label(number, 'parallel');
    await local.plan(number, allReady(1));
    // Nobody says start before they have read that the item is ready.
    await local.quiet();
    await maintainer.comment(number, '/parallel start');
    const done = await local.plan(number, (found) => found.state.name === 'proposed');
    await local.quiet();
    expect(done.state).toMatchObject({ name: 'proposed' });
    const [pull] = await maintainer.pulls();
    expect(pull?.['base']).toMatchObject({ ref: 'main' });
    expect(pull?.['head']).toMatchObject({ ref: `parallel/${number}/${number}-add-a` });
    // The comment may be edited once in between, when the work takes longer than the pause between edits.
    const writes = local.writes();
    const opened = writes.indexOf(OPEN) + 1;
    expect(
      writes
        .slice(0, opened)
        .filter((write) => write !== EDIT)
        .sort(),
    ).toEqual(
      [
        'POST /repos/{owner}/{repo}/issues/{issue_number}/comments',
        LABEL,
        'POST /repos/{owner}/{repo}/issues/comments/{comment_id}/reactions',
        'POST /repos/{owner}/{repo}/issues/comments/{comment_id}/reactions',
        LABEL,
        `PUSH parallel/${number}/${number}-add-a`,
        OPEN,
      ].sort(),
    );
    expect(opened).toBeLessThanOrEqual(8);
    // What follows: the check run, the comment and the label; the five colours once a repository.
    expect(
      writes
        .slice(opened)
        .filter((write) => write !== EDIT)
        .sort(),
    ).toEqual(
      [
        'POST /repos/{owner}/{repo}/check-runs',
        LABEL,
        ...Array<string>(3).fill('PATCH /repos/{owner}/{repo}/labels/{name}'),
        ...Array<string>(2).fill('POST /repos/{owner}/{repo}/labels'),
      ].sort(),
    );
  });
});

const worktrees = async (local: Local): Promise<readonly string[]> => {
  const found = await readdir(`${local.folder}/home/worktrees`, { recursive: true }).catch(() => []);
  return found.filter((path) => path.includes('/'));
};
