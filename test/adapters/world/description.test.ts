import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ROUTE_NAMES } from '../../../demo/world/front/table.ts';
import { startWorld } from '../../../demo/world/start.ts';
import type { World } from '../../../demo/world/world.ts';
import { DESCRIBED, routeOf, validateExchange, validateWebhook } from '../../openapi/validate.ts';
import { call, jwtOf, mint } from './app-client.ts';

const REPO = '/repos/octo-org/shop';

/** Uses every route once, as the app where the app does, and as people for the rest. */
const useEverything = async (world: World): Promise<void> => {
  const app = (method: string, path: string, body?: unknown) => call(world, jwtOf(world), method, path, body);
  const token = await mint(world, { repositories: ['shop'], permissions: { contents: 'write', issues: 'read' } });
  const full = await mint(world);
  const bot = (method: string, path: string, body?: unknown) => call(world, full, method, path, body);
  const { body: installation } = await app('GET', `${REPO}/installation`);
  for (const path of ['/app', '/app/installations', `/app/installations/${Number(installation['id'])}`])
    await app('GET', path);
  for (const path of [
    '/installation/repositories',
    '/meta',
    '/rate_limit',
    '/users/octo-writer',
    `/users/${world.appSlug}[bot]`,
  ])
    await bot('GET', path);

  const maintainer = world.as('maintainer');
  await maintainer.request('GET', '//user');
  await bot('POST', `${REPO}/labels`, { name: 'parallel', color: '5319e7', description: 'Work for agents' });
  const plan = await maintainer.createIssue({ title: 'Plan', body: 'Goal', labels: ['parallel', 'plan'] });
  const item = await maintainer.createIssue({ title: 'Item', body: 'Scope' });
  const other = await maintainer.createIssue({ title: 'Other' });
  await bot('POST', `${REPO}/issues`, { title: 'Made by the app', body: 'One', labels: ['parallel'] });
  await bot('PATCH', `${REPO}/issues/${item.number}`, { body: 'Scope, again', title: 'An item' });
  await maintainer.addSubIssue(plan.number, item.number);
  await maintainer.addSubIssue(plan.number, other.number);
  await maintainer.removeSubIssue(plan.number, other.number);
  await maintainer.blockedBy(item.number, other.number);
  for (const path of [
    'parent',
    'sub_issues',
    'dependencies/blocked_by',
    'dependencies/blocking',
    'labels',
    'events',
    'timeline',
  ]) {
    await bot('GET', `${REPO}/issues/${item.number}/${path}`);
    await bot('GET', `${REPO}/issues/${plan.number}/${path}`);
  }
  await bot('GET', `${REPO}/issues/${other.number}/dependencies/blocking`);
  await maintainer.unblock(item.number, other.number);
  const comment = await maintainer.comment(item.number, '/parallel start');
  const { body: answer } = await bot('POST', `${REPO}/issues/${item.number}/comments`, { body: 'Ready' });
  await bot('PATCH', `${REPO}/issues/comments/${String(answer['id'])}`, { body: 'Ready, again' });
  await bot('GET', `${REPO}/issues/comments/${String(answer['id'])}`);
  await bot('GET', `${REPO}/issues/comments?per_page=1&sort=updated&direction=desc&since=2020-01-01T00:00:00Z`);
  await bot('GET', `${REPO}/issues/${item.number}/comments?per_page=100`);
  const { body: eyes } = await bot('POST', `${REPO}/issues/comments/${comment}/reactions`, { content: 'eyes' });
  await bot('POST', `${REPO}/issues/comments/${comment}/reactions`, { content: '+1' });
  await bot('POST', `${REPO}/issues/comments/${comment}/reactions`, { content: '+1' });
  await bot('GET', `${REPO}/issues/comments/${comment}/reactions`);
  await bot('DELETE', `${REPO}/issues/comments/${comment}/reactions/${String(eyes['id'])}`);
  await bot('POST', `${REPO}/issues/${item.number}/reactions`, { content: 'rocket' });
  await bot('GET', `${REPO}/issues/${item.number}/reactions`);
  await bot('DELETE', `${REPO}/issues/comments/${String(answer['id'])}`);
  await bot('POST', `${REPO}/issues/${item.number}/labels`, { labels: ['parallel'] });
  await bot('PUT', `${REPO}/issues/${item.number}/labels`, { labels: ['ready'] });
  await bot('DELETE', `${REPO}/issues/${item.number}/labels/ready`);
  await bot('DELETE', `${REPO}/issues/${plan.number}/labels`);
  await bot('GET', `${REPO}/labels`);
  await bot('GET', `${REPO}/labels/parallel`);
  await bot('PATCH', `${REPO}/labels/parallel`, { color: '0e8a16', description: 'For agents' });
  await bot('GET', `${REPO}/issues?labels=parallel&state=all&sort=created&direction=asc&per_page=100`);
  await bot('GET', `${REPO}/issues/${plan.number}`);
  await maintainer.close(other.number);
  await maintainer.reopen(other.number);

  await bot('GET', REPO);
  await maintainer.request('GET', '');
  for (const login of ['octo-maintainer', 'octo-writer', 'octo-triage', 'octo-reader', 'octo-stranger'])
    await bot('GET', `${REPO}/collaborators/${login}/permission`);

  const head = await maintainer.push('parallel/1/2-item', { 'src/a.ts': 'export const a = 1;\n' });
  await bot('POST', `${REPO}/check-runs`, { name: 'forkjoin', head_sha: head, status: 'in_progress' });
  const { body: run } = await bot('POST', `${REPO}/check-runs`, {
    name: 'forkjoin',
    head_sha: head,
    status: 'completed',
    conclusion: 'success',
    output: { title: 'Within scope', summary: 'One file' },
  });
  await bot('PATCH', `${REPO}/check-runs/${String(run['id'])}`, {
    conclusion: 'failure',
    output: { title: 'No', summary: 'Outside' },
  });
  await bot('GET', `${REPO}/check-runs/${String(run['id'])}`);
  const { body: pull } = await bot('POST', `${REPO}/pulls`, {
    title: 'An item',
    head: 'parallel/1/2-item',
    base: 'main',
    body: `Closes #${item.number}`,
    draft: false,
  });
  const number = Number(pull['number']);
  await bot('GET', `${REPO}/check-runs/${String(run['id'])}`);
  await bot('GET', `${REPO}/commits/${head}/check-runs?check_name=forkjoin&filter=latest`);
  await bot('PATCH', `${REPO}/pulls/${number}`, { title: 'The item' });
  await maintainer.label(number, 'parallel');
  await maintainer.unlabel(number, 'parallel');
  await maintainer.comment(number, 'Nice');
  await maintainer.review(number, 'COMMENT', 'A thought');
  await maintainer.request('POST', `/pulls/${number}/reviews`, {
    event: 'REQUEST_CHANGES',
    body: 'No',
    comments: [{ path: 'src/a.ts', body: 'Why?', line: 1 }],
  });
  await maintainer.request('POST', `/pulls/${number}/comments`, {
    path: 'src/a.ts',
    body: 'Hm',
    line: 1,
    commit_id: head,
  });
  await maintainer.review(number, 'APPROVE');
  await maintainer.push('parallel/1/2-item', { 'src/b.ts': 'export const b = 1;\n' });
  for (const path of ['', '/commits', '/files', '/reviews', '/comments', '/merge'])
    await bot('GET', `${REPO}/pulls/${number}${path}`);
  await bot('GET', `${REPO}/pulls?state=all&head=octo-org:parallel/1/2-item&sort=created&direction=desc`);
  await bot('GET', `${REPO}/issues/${number}/timeline`);
  await maintainer.closePull(number);
  await maintainer.reopenPull(number);
  await maintainer.merge(number);
  await bot('GET', `${REPO}/pulls/${number}/merge`);
  await bot('GET', `${REPO}/pulls/${number}`);

  await bot('POST', `${REPO}/git/refs`, { ref: 'refs/heads/integration/1-plan', sha: head });
  const { body: main } = await bot('GET', `${REPO}/git/ref/heads/main`);
  const tip = String((main['object'] as Record<string, unknown>)['sha']);
  await bot('PATCH', `${REPO}/git/refs/heads/integration/1-plan`, { sha: tip, force: false });
  await bot('GET', `${REPO}/git/matching-refs/heads/integration/`);
  await bot('DELETE', `${REPO}/git/refs/heads/integration/1-plan`);
  await bot('GET', `${REPO}/git/trees/${tip}?recursive=1`);
  await bot('GET', `${REPO}/branches`);
  await bot('GET', `${REPO}/branches/${encodeURIComponent('parallel/1/2-item')}`);
  await bot('GET', `${REPO}/commits?sha=main&per_page=2`);
  await bot('GET', `${REPO}/commits/main`);
  await bot('GET', `${REPO}/commits/${head}`);
  await bot('GET', `${REPO}/compare/${head}...main`);
  await bot('GET', `${REPO}/contents/src?ref=main`);
  await bot('GET', `${REPO}/contents/src/a.ts`);
  await bot('PUT', `${REPO}/contents/src/c.ts`, {
    message: 'Add c',
    content: Buffer.from('c').toString('base64'),
    branch: 'main',
  });

  const { body: deliveries } = await app('GET', '/app/hook/deliveries?per_page=5');
  const [latest] = Object.values(deliveries) as Record<string, unknown>[];
  await app('GET', `/app/hook/deliveries/${String(latest?.['id'])}`);
  await app('POST', `/app/hook/deliveries/${String(latest?.['id'])}/attempts`);
  await call(world, token, 'DELETE', '/installation/token');
};

describe('the local world is held to GitHub’s published description', () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld();
    await useEverything(world);
    await world.idle();
  });
  afterAll(() => world.close());

  const rest = () => world.requests.filter((exchange) => exchange.method !== 'GIT');

  test('every described route was used, and answered as one that works', () => {
    const used = new Set(
      rest().flatMap(({ method, path, status }) => (status < 300 ? (routeOf(method, path) ?? []) : [])),
    );
    expect(DESCRIBED.filter((name) => !used.has(name))).toEqual([]);
  });

  test('every request and every answer is as described', () => {
    expect(rest().flatMap((exchange) => validateExchange(exchange))).toEqual([]);
  });

  test('no answer is a failure of the world itself', () => {
    expect(rest().filter(({ status }) => status >= 500)).toEqual([]);
  });

  test('the world has no route that the description lacks', () => {
    expect(ROUTE_NAMES.filter((name) => !DESCRIBED.includes(name))).toEqual(['GET /repos/{owner}/{repo}/contents']);
  });

  test('every webhook that was sent is as described', () => {
    expect(world.deliveries.length).toBeGreaterThan(30);
    expect(world.deliveries.flatMap(({ event, action, payload }) => validateWebhook(event, action, payload))).toEqual(
      [],
    );
  });
});
