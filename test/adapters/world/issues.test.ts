import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startWorld } from '../../../demo/world/start.ts';
import type { World } from '../../../demo/world/world.ts';
import { validateWebhook } from '../../openapi/validate.ts';
import { call, mint } from './app-client.ts';

const REPO = '/repos/octo-org/shop';

describe('issues of the local world', () => {
  let world: World;
  let token: string;
  beforeAll(async () => {
    world = await startWorld();
    token = await mint(world);
  });
  afterAll(() => world.close());

  const bot = (method: string, path: string, body?: unknown) => call(world, token, method, `${REPO}${path}`, body);

  test('47 issues are found by following the links, a page at a time', async () => {
    const maintainer = world.as('maintainer');
    for (let index = 0; index < 47; index += 1)
      await maintainer.createIssue({ title: `Sweep ${index}`, labels: ['sweep'] });
    const numbers: unknown[] = [];
    const sizes: number[] = [];
    let next: string | undefined = `${REPO}/issues?labels=sweep&per_page=20`;
    while (next !== undefined) {
      const { body, headers } = await call(world, token, 'GET', next);
      const entries = Object.values(body) as Record<string, unknown>[];
      sizes.push(entries.length);
      numbers.push(...entries.map((issue) => issue['number']));
      next = /<([^>]+)>; rel="next"/.exec(headers.get('link') ?? '')?.[1]?.replace(world.apiUrl, '');
    }
    expect(sizes).toEqual([20, 20, 7]);
    expect(new Set(numbers).size).toBe(47);
  });

  test('a listing since an instant has what happened in that very second', async () => {
    const { number } = await world.as('maintainer').createIssue({ title: 'Now' });
    const updated = String((await world.as('maintainer').issue(number))['updated_at']);
    const { body } = await bot('GET', `/issues?since=${updated}&per_page=100`);
    expect((Object.values(body) as Record<string, unknown>[]).map((issue) => issue['number'])).toContain(number);
  });

  test('pull requests are among the issues, marked as such', async () => {
    const maintainer = world.as('maintainer');
    await maintainer.push('topic', { 'a.txt': 'a\n' });
    const pull = await maintainer.openPull({ head: 'topic', title: 'Topic' });
    const { body } = await bot('GET', '/issues?per_page=1');
    expect(body['0']).toMatchObject({ number: pull, pull_request: { merged_at: null } });
    expect((await bot('GET', `/issues/${pull}`)).body).toMatchObject({ pull_request: {} });
    await maintainer.comment(pull, 'On a pull request');
    expect((await maintainer.comments(pull)).map((comment) => comment['body'])).toEqual(['On a pull request']);
  });

  test('the history says who applied a label', async () => {
    const { number } = await world.as('maintainer').createIssue({ title: 'Labels' });
    await world.as('triage').label(number, 'parallel');
    await world.as('maintainer').unlabel(number, 'parallel');
    await world.as('writer').label(number, 'parallel');
    const { body } = await bot('GET', `/issues/${number}/events`);
    const lines = (Object.values(body) as Record<string, { login?: string; name?: string }>[]).map((event) => [
      event['event'],
      event['actor']?.login,
      event['label']?.name,
    ]);
    expect(lines).toEqual([
      ['labeled', 'octo-triage', 'parallel'],
      ['unlabeled', 'octo-maintainer', 'parallel'],
      ['labeled', 'octo-writer', 'parallel'],
    ]);
  });

  test('a label that is renamed has its new name wherever it stands', async () => {
    const { number } = await world.as('maintainer').createIssue({ title: 'Named', labels: ['old name'] });
    expect((await bot('PATCH', '/labels/old%20name', { new_name: 'new name', color: '0e8a16' })).body).toMatchObject({
      name: 'new name',
      color: '0e8a16',
    });
    expect((await bot('GET', `/issues/${number}`)).body).toMatchObject({ labels: [{ name: 'new name' }] });
    expect((await bot('PATCH', '/labels/old%20name', { color: '0e8a16' })).status).toBe(404);
  });

  test('the same reaction twice is one', async () => {
    const maintainer = world.as('maintainer');
    const { number } = await maintainer.createIssue({ title: 'React' });
    const comment = await maintainer.comment(number, '/parallel start');
    const first = await bot('POST', `/issues/comments/${comment}/reactions`, { content: 'eyes' });
    const second = await bot('POST', `/issues/comments/${comment}/reactions`, { content: 'eyes' });
    expect([first.status, second.status, second.body['id'] === first.body['id']]).toEqual([201, 200, true]);
    expect(await maintainer.reactions(comment)).toMatchObject([{ content: 'eyes', user: { type: 'Bot' } }]);
    expect((await bot('POST', `/issues/comments/${comment}/reactions`, { content: 'like' })).status).toBe(422);
  });

  test('a sub-issue has one parent, and issues do not circle', async () => {
    const maintainer = world.as('maintainer');
    const made = [
      await maintainer.createIssue({ title: 'A' }),
      await maintainer.createIssue({ title: 'B' }),
      await maintainer.createIssue({ title: 'C' }),
    ];
    const [first, second, third] = made;
    await maintainer.addSubIssue(first?.number ?? 0, second?.number ?? 0);
    const circle = await bot('POST', `/issues/${second?.number}/sub_issues`, { sub_issue_id: first?.id });
    const stolen = await bot('POST', `/issues/${third?.number}/sub_issues`, { sub_issue_id: second?.id });
    expect([circle.status, stolen.status]).toEqual([422, 422]);
    const moved = await bot('POST', `/issues/${third?.number}/sub_issues`, {
      sub_issue_id: second?.id,
      replace_parent: true,
    });
    expect(moved.status).toBe(201);
    expect((await bot('GET', `/issues/${second?.number}/parent`)).body).toMatchObject({ number: third?.number });
    expect((await bot('GET', `/issues/${first?.number}/parent`)).status).toBe(404);
  });

  test('a deleted issue is gone, with its comments and from its parent, and its number is not given again', async () => {
    const maintainer = world.as('maintainer');
    const parent = await maintainer.createIssue({ title: 'Parent' });
    const { number } = await maintainer.createIssue({ title: 'Gone' });
    const said = await maintainer.comment(number, 'Gone too');
    await maintainer.addSubIssue(parent.number, number);
    world.deleteIssue(number);
    expect((await bot('GET', `/issues/${number}`)).status).toBe(410);
    expect((await bot('GET', `/issues/comments/${said}`)).status).toBe(404);
    expect((await bot('GET', `/issues/${parent.number}/sub_issues`)).body).toEqual([]);
    expect((await maintainer.createIssue({ title: 'Next' })).number).toBe(number + 1);
    const told = world.deliveries.filter(({ action }) => action === 'deleted');
    expect(told.flatMap(({ event, action, payload }) => validateWebhook(event, action, payload))).toEqual([]);
    expect(told).toMatchObject([{ event: 'issues', payload: { issue: { number } } }]);
  });

  test('paths that no client should send are refused', async () => {
    for (const path of [
      '/repos/octo-org/shop/labels/%E0%A4%A',
      '//repos/octo-org/shop',
      '/repos/octo-org/shop/contents/%00',
    ])
      expect((await call(world, token, 'GET', path)).status).toBeLessThan(500);
    const broken = await fetch(`${world.apiUrl}${REPO}/issues`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
      body: '{"title":',
    });
    expect([broken.status, await broken.json()]).toMatchObject([400, { message: 'Problems parsing JSON' }]);
  });

  test('texts that GitHub refuses are refused', async () => {
    expect((await bot('POST', '/issues', { body: 'no title' })).body).toMatchObject({
      message: 'Validation Failed',
      errors: [{ field: 'title', code: 'missing_field' }],
    });
    expect((await bot('POST', '/issues', { title: 'x'.repeat(257) })).status).toBe(422);
    expect((await bot('POST', '/issues', { title: 'x', body: 'x'.repeat(65_537) })).status).toBe(422);
    const { number } = await world.as('maintainer').createIssue({ title: 'Long' });
    expect((await bot('POST', `/issues/${number}/comments`, { body: 'x'.repeat(65_537) })).status).toBe(422);
    expect((await bot('POST', `/issues/${number}/comments`, { body: '' })).status).toBe(422);
    expect((await bot('GET', '/issues/99999')).status).toBe(404);
    expect((await bot('GET', '/nothing/like/this')).status).toBe(404);
  });

  test('an answer that was seen before is not sent again', async () => {
    const path = `${world.apiUrl}${REPO}/issues?per_page=1`;
    const headers = { authorization: `Bearer ${token}` };
    const etag = (await fetch(path, { headers })).headers.get('etag') ?? '';
    expect((await fetch(path, { headers: { ...headers, 'if-none-match': etag } })).status).toBe(304);
    await world.as('maintainer').createIssue({ title: 'Newer' });
    expect((await fetch(path, { headers: { ...headers, 'if-none-match': etag } })).status).toBe(200);
  });
});
