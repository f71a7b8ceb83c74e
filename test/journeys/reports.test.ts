import { afterEach, describe, expect, it } from 'vitest';
import { allReady, eventually, filePlan, itemBody, type Local, openLocal, ourComments } from './local.ts';

let local: Local;
afterEach(() => local.close());

/** Waits until our comment on an issue is about to say something. */
const says = (issue: number, what: RegExp): Promise<string> =>
  eventually(async () => {
    const text = await local.comment(issue);
    return text !== undefined && what.test(text) ? text : undefined;
  }, `the comment on #${issue} to say ${what}`);

describe('reports', () => {
  it('follow an edit at once, in the one comment, and write nothing when nothing changed', async () => {
    local = await openLocal();
    const maintainer = local.world.as('maintainer');
    const { number } = await maintainer.createIssue({ title: 'Add a', body: '### Scope\n- create `src/a.md`\n' });
    await maintainer.label(number, 'parallel');
    const wrong = await says(number, /`section-missing`/);
    expect(wrong).toMatch(/❌ 3 errors/);
    expect(await says(number, /draft/)).toContain('Paste the text below');

    await maintainer.edit(number, { body: itemBody('src/a.md') });
    const right = await says(number, /\*\*ready\*\*/);
    expect(right).toContain('create `src/a.md`');
    await local.quiet();
    expect(await ourComments(local.world, number)).toHaveLength(1);

    const before = local.writes().length;
    await maintainer.edit(number, { body: `${itemBody('src/a.md')}\n\n\n` });
    await maintainer.label(number, 'good first issue');
    await maintainer.edit(number, { body: itemBody('src/a.md') });
    await local.quiet();
    expect(local.writes().slice(before)).toEqual([]);
  });

  it('change on the plan and on both items when one of them comes into the way of the other', async () => {
    local = await openLocal();
    const { plan, items } = await filePlan(local.world, [
      { title: 'Add a', body: itemBody('src/a.md') },
      { title: 'Add b', body: itemBody('src/b.md') },
    ]);
    const [first = 0, second = 0] = items;
    await local.plan(plan, allReady(2));
    await local.world.as('maintainer').edit(second, { body: itemBody('src/*.md') });
    for (const issue of [plan, first, second]) {
      const text = await says(issue, /`scope-overlap`/);
      expect(text).toContain(`${local.world.serverUrl}/${local.world.owner}/shop/issues/${first}#:~:text=create%20src`);
    }
    await local.world.as('maintainer').edit(second, { body: itemBody('src/b.md') });
    for (const issue of [plan, first, second]) await says(issue, /\*\*(?:ready|draft)\*\*(?!.*error)/);
  });

  it('are not written again when somebody asks for a check that finds the same', async () => {
    local = await openLocal();
    const maintainer = local.world.as('maintainer');
    const { number } = await maintainer.createIssue({ title: 'Add a', body: itemBody('src/a.md') });
    await maintainer.label(number, 'parallel');
    await says(number, /\*\*ready\*\*/);
    await local.quiet();
    const before = local.writes().length;
    await maintainer.comment(number, '/parallel check');
    await local.quiet();
    expect(local.writes().slice(before)).toEqual([
      'POST /repos/{owner}/{repo}/issues/comments/{comment_id}/reactions',
      'POST /repos/{owner}/{repo}/issues/comments/{comment_id}/reactions',
    ]);
  });
});
