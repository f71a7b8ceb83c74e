import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createGitHub } from '#adapters/github/api.ts';
import { createWebhookApp } from '#adapters/github/app.ts';
import { createGitTokens } from '#adapters/github/tokens.ts';
import { WEBHOOK_PATH } from '#adapters/github/webhook-path.ts';
import type { Repository } from '#core/types.ts';
import type { GitHub, Hint } from '#engine/ports.ts';
import { startWorld } from '../../../demo/world/start.ts';
import type { World } from '../../../demo/world/world.ts';
import { validateExchange } from '../../openapi/validate.ts';

/** The port against the local GitHub: state that really changes, as people and the app change it. */

const lines: string[] = [];
const line = (_: Record<string, unknown>, sentence: string) => lines.push(sentence);
const log = { info: line, warn: line, error: line };
const BRANCH = 'parallel/1/2-x';

let world: World;
let repository: Repository;
let github: GitHub;
let token: (repository: Repository) => Promise<string>;
let hints: Hint[] = [];
const server = createServer();

beforeAll(async () => {
  world = await startWorld();
  repository = { installation: world.installationId, ...world.repository };
  const options = {
    apiUrl: world.apiUrl,
    appId: world.appId,
    privateKey: world.privateKey,
    log,
    withhold: (text: string) => text,
  };
  github = createGitHub(options)(repository);
  token = createGitTokens(options);
  const handle = await createWebhookApp({
    ...options,
    secret: world.webhookSecret,
    onHint: async (hint) => void hints.push(hint),
  });
  server.on('request', (request, response) => void handle(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  world.setWebhookUrl(`http://127.0.0.1:${(server.address() as AddressInfo).port}${WEBHOOK_PATH}`);
});
afterAll(async () => {
  await world.close();
  server.closeAllConnections();
  server.close();
});

test('the repository, a plan with its items, and who labelled what', async () => {
  const maintainer = world.as('maintainer');
  const plan = await maintainer.createIssue({ title: 'Plan', body: 'Goal' });
  const item = await maintainer.createIssue({ title: 'Item', body: 'Scope' });
  const other = await maintainer.createIssue({ title: 'Other' });
  await world.as('triage').label(item.number, 'parallel');
  await maintainer.label(plan.number, 'parallel');
  await maintainer.unlabel(plan.number, 'parallel');
  await maintainer.addSubIssue(plan.number, item.number);
  await maintainer.blockedBy(item.number, other.number);

  expect(await github.repository(repository)).toEqual({ defaultBranch: 'main', private: false });
  expect(await github.issue(repository, item.number)).toMatchObject({
    title: 'Item',
    body: 'Scope',
    open: true,
    labels: ['parallel'],
    author: 'octo-maintainer',
    isPull: false,
  });
  expect(await github.issue(repository, 999)).toBeUndefined();
  expect(await github.parent(repository, item.number)).toBe(plan.number);
  expect(await github.parent(repository, plan.number)).toBeUndefined();
  expect(await github.subIssues(repository, plan.number)).toEqual([item.number]);
  expect(await github.blockedBy(repository, item.number)).toEqual([other.number]);
  expect(await github.labelledBy(repository, item.number, 'parallel')).toBe('octo-triage');
  expect(await github.labelledBy(repository, plan.number, 'parallel')).toBeUndefined();
  expect(await github.labelled(repository, 'parallel')).toEqual([item.number]);
});

test.each([
  ['octo-maintainer', 'admin'],
  ['octo-writer', 'write'],
  ['octo-triage', 'triage'],
  ['octo-reader', 'read'],
  ['nobody-of-that-name', 'none'],
])('%s may %s', async (login, permission) => {
  expect(await github.permission(repository, login)).toBe(permission);
});

test('our comment: written, found behind a hundred others, edited, reacted to, gone', async () => {
  const maintainer = world.as('maintainer');
  const { number } = await maintainer.createIssue({ title: 'Talk' });
  await maintainer.comment(number, 'look: <!-- marker -->');
  for (let turn = 0; turn < 100; turn += 1) await maintainer.comment(number, `Comment ${turn}`);
  expect(await github.findComment(repository, number, '<!-- marker -->')).toBeUndefined();
  const id = await github.comment(repository, number, 'One <!-- marker -->');
  expect(await github.findComment(repository, number, '<!-- marker -->')).toEqual({ id, body: 'One <!-- marker -->' });
  expect(await github.editComment(repository, id, 'Two')).toBe('edited');
  await github.react(repository, id, 'eyes');
  await github.react(repository, id, 'eyes');
  expect(await maintainer.reactions(id)).toMatchObject([{ content: 'eyes' }]);
  await maintainer.deleteComment(id);
  expect(await github.editComment(repository, id, 'Three')).toBe('gone');
  await github.react(repository, id, '+1');
});

test('a pull request: opened once, read, edited, checked, reviewed, closed by a person', async () => {
  const maintainer = world.as('maintainer');
  const head = await maintainer.push(BRANCH, { 'src/a.ts': 'export {};\n' }, { from: 'main' });
  const wanted = { head: BRANCH, base: 'main', title: 'Item', body: 'What changed', draft: false };
  const opened = await github.openPull(repository, wanted);
  if ('refused' in opened) throw new Error(opened.refused);
  const { pull } = opened;
  expect(await github.openPull(repository, wanted)).toEqual({ refused: expect.stringContaining('already exists') });
  expect(await github.openPull(repository, { ...wanted, head: 'parallel/1/none' })).toHaveProperty('refused');

  await github.editPull(repository, pull, { title: 'Item, again' });
  expect(await maintainer.pull(pull)).toMatchObject({ title: 'Item, again', body: 'What changed' });
  const seen = {
    number: pull,
    state: 'open',
    merged: false,
    head: { ref: BRANCH, sha: head },
    base: { ref: 'main' },
    ours: true,
  };
  expect(await github.pull(repository, pull)).toEqual(seen);
  expect(await github.pullsOf(repository, BRANCH)).toEqual([seen]);
  expect(await github.pullsOf(repository, 'parallel/1/none')).toEqual([]);
  expect(await github.issue(repository, pull)).toMatchObject({ isPull: true });

  expect(await github.checkRun(repository, head, 'forkjoin')).toBeUndefined();
  const run = { name: 'forkjoin', sha: head, conclusion: 'success', title: 'Good', summary: 'All' } as const;
  const id = await github.addCheckRun(repository, run);
  expect(await github.checkRun(repository, head, 'forkjoin')).toEqual({ id });

  await world.as('writer').review(pull, 'APPROVE');
  expect(await github.reviews(repository, pull)).toMatchObject([
    { by: 'octo-writer', commit: head, state: 'APPROVED' },
  ]);

  await world.as('writer').closePull(pull);
  expect(await github.pull(repository, pull)).toMatchObject({
    state: 'closed',
    merged: false,
    closedBy: 'octo-writer',
  });
});

test('a git token fetches and pushes the repository, and opens nothing else', async () => {
  const secret = await token(repository);
  const remote = `${world.serverUrl.replace('//', `//x-access-token:${secret}@`)}/${repository.owner}/${repository.name}.git`;
  const { stdout } = await promisify(execFile)('git', ['ls-remote', remote, 'refs/heads/main'], { timeout: 20_000 });
  expect(stdout).toMatch(/^[0-9a-f]{40}\trefs\/heads\/main/);
  const answer = await fetch(`${world.apiUrl}/repos/${repository.owner}/${repository.name}/issues/1/comments`, {
    method: 'POST',
    headers: { authorization: `token ${secret}` },
    body: JSON.stringify({ body: 'x' }),
  });
  expect(answer.status).toBe(403);
});

test('a token that expired in between is replaced, and nothing is done twice', async () => {
  const { number } = await world.as('maintainer').createIssue({ title: 'Long day' });
  world.expireTokens();
  await github.comment(repository, number, 'Still here');
  expect(await world.as('maintainer').comments(number)).toHaveLength(1);
});

describe('when GitHub is not well', () => {
  const COMMENTS = '/repos/{owner}/{repo}/issues/{issue_number}/comments';

  test('a write that failed after it was done is not done again', async () => {
    const { number } = await world.as('maintainer').createIssue({ title: 'After' });
    world.faults.add({ method: 'POST', route: COMMENTS, kind: 'after', status: 502 });
    await expect(github.comment(repository, number, 'Once')).rejects.toThrow();
    expect(await world.as('maintainer').comments(number)).toHaveLength(1);
  });

  test('a read that was cut off is asked again', async () => {
    const { number } = await world.as('maintainer').createIssue({ title: 'Cut' });
    world.faults.add({ method: 'GET', route: '/repos/{owner}/{repo}/issues/{issue_number}', kind: 'cut', times: 2 });
    expect(await github.issue(repository, number)).toMatchObject({ title: 'Cut' });
    expect(world.faults.left).toEqual([]);
  });

  test('its wish for silence is handed on', async () => {
    const options = {
      apiUrl: world.apiUrl,
      appId: world.appId,
      privateKey: world.privateKey,
      log,
      withhold: (text: string) => text,
    };
    const other = createGitHub(options)(repository);
    world.faults.add({ method: 'GET', route: '/repos/{owner}/{repo}', kind: 'secondary', status: 403, retryAfter: 7 });
    await expect(other.repository(repository)).rejects.toMatchObject({ name: 'RateLimited', retryAfterMs: 7000 });
  });
});

test('what people do arrives as hints, what bots say does not', async () => {
  await world.idle();
  hints = [];
  const maintainer = world.as('maintainer');
  const { number } = await maintainer.createIssue({ title: 'Heard' });
  await maintainer.label(number, 'parallel');
  await maintainer.comment(number, '/parallel start');
  await github.comment(repository, number, '/parallel start');
  const head = await maintainer.push('parallel/3/4-y', { 'src/y.ts': 'export {};\n' }, { from: 'main' });
  await world.idle();
  const at = expect.stringMatching(/^\d{4}-.*Z$/);
  const id = expect.stringMatching(/^delivery-[A-Za-z0-9-]+$/);
  const told = { id, at, repository };
  expect(hints).toContainEqual({ ...told, kind: 'issue', issue: number, because: 'issue opened' });
  expect(hints).toContainEqual({
    ...told,
    kind: 'issue',
    issue: number,
    because: 'issue labeled',
    labelledBy: 'octo-maintainer',
  });
  expect(hints.filter((hint) => hint.kind === 'comment')).toMatchObject([
    { issue: number, body: '/parallel start', actor: 'octo-maintainer', author: true, isPull: false },
  ]);
  expect(hints).toContainEqual({ ...told, kind: 'push', branch: 'parallel/3/4-y', head });
});

test("every request that was sent, and every answer, is as GitHub's description says", () => {
  const ours = world.requests.filter(({ caller, method }) => /^(app|installation)$/.test(caller) && method !== 'GIT');
  expect(ours.length).toBeGreaterThan(40);
  expect(ours.filter(({ status }) => status !== 0).flatMap(validateExchange)).toEqual([]);
});
