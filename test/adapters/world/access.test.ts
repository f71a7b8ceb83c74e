import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runGit } from '../../../demo/world/git/git.ts';
import { startWorld } from '../../../demo/world/start.ts';
import type { World } from '../../../demo/world/world.ts';
import { validateExchange, validateWebhook } from '../../openapi/validate.ts';
import { call, jwtOf, mint } from './app-client.ts';

const REPO = '/repos/octo-org/shop';

describe('who may do what in the local world', () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld({
      repositories: [{ name: 'shop', files: { 'a.txt': 'a\n' } }, { name: 'other' }, { name: 'secret', private: true }],
    });
    await world.as('maintainer').createIssue({ title: 'One' });
  });
  afterAll(() => world.close());

  const status = async (secret: string | undefined, method: string, path: string, body?: unknown) =>
    (await call(world, secret, method, path, body)).status;

  test('an unknown token is nobody: 401, never somebody else', async () => {
    for (const secret of ['ghp_unknown', 'ghs_unknown', 'x'])
      expect(await call(world, secret, 'GET', '/user')).toMatchObject({
        status: 401,
        body: { message: 'Bad credentials' },
      });
    expect(await status('ghp_unknown', 'GET', REPO)).toBe(401);
  });

  test('a JWT must be signed by the app, for the app, for ten minutes at most, and not from the future', async () => {
    const now = Math.floor(Date.now() / 1000);
    const foreign = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({
      type: 'pkcs1',
      format: 'pem',
    });
    expect(await status(jwtOf(world), 'GET', '/app')).toBe(200);
    expect(await status(jwtOf(world, {}, String(foreign)), 'GET', '/app/hook/deliveries')).toBe(401);
    for (const jwt of [
      jwtOf(world, {}, String(foreign)),
      jwtOf(world, { iss: '7' }),
      jwtOf(world, { exp: now - 1 }),
      jwtOf(world, { exp: now + 900 }),
      jwtOf(world, { iat: now + 120 }),
      'a.b.c',
    ])
      expect(await status(jwt, 'GET', '/app')).toBe(401);
  });

  test('the app itself reaches no repository; only its installation does', async () => {
    expect(await status(jwtOf(world), 'GET', `${REPO}/issues`)).toBe(403);
    expect(await status(await mint(world), 'GET', '/app')).toBe(401);
  });

  test('a token has the permissions it was minted with, and no more', async () => {
    const token = await mint(world, { permissions: { issues: 'read', contents: 'read' } });
    expect(await status(token, 'GET', `${REPO}/issues/1`)).toBe(200);
    const refused = await call(world, token, 'POST', `${REPO}/issues/1/comments`, { body: 'x' });
    expect(refused).toMatchObject({ status: 403, body: { message: 'Resource not accessible by integration' } });
    expect(await status(token, 'POST', `${REPO}/pulls`, { title: 'x', head: 'x', base: 'main' })).toBe(403);
    expect(await status(token, 'POST', `${REPO}/check-runs`, { name: 'x', head_sha: 'x' })).toBe(403);
    expect(await status(token, 'POST', `${REPO}/git/refs`, { ref: 'refs/heads/x', sha: 'x' })).toBe(403);
  });

  test('what the installation was not granted cannot be asked for', async () => {
    const path = `/app/installations/${world.installationId}/access_tokens`;
    expect(await status(jwtOf(world), 'POST', path, { permissions: { workflows: 'write' } })).toBe(422);
    expect(await status(jwtOf(world), 'POST', '/app/installations/7/access_tokens')).toBe(404);
  });

  test('a token for one repository does not see the others', async () => {
    const token = await mint(world, { repositories: ['shop'] });
    expect(await status(token, 'GET', REPO)).toBe(200);
    expect(await status(token, 'GET', '/repos/octo-org/other')).toBe(404);
    const { body } = await call(world, token, 'GET', '/installation/repositories');
    expect(body).toMatchObject({ total_count: 1, repositories: [{ name: 'shop' }] });
  });

  test('a token ends when it is revoked and when its hour is over', async () => {
    const token = await mint(world);
    expect(await status(token, 'DELETE', '/installation/token')).toBe(204);
    expect(await status(token, 'GET', REPO)).toBe(401);
    const later = await mint(world);
    world.expireTokens();
    expect(await status(later, 'GET', REPO)).toBe(401);
  });

  test('an app that was taken off the account hears it once and reaches nothing any more', async () => {
    const left = await startWorld();
    try {
      const token = await mint(left);
      left.uninstall();
      await left.as('maintainer').createIssue({ title: 'Unheard' });
      expect(left.deliveries.map(({ event, action }) => `${event}.${action}`)).toEqual(['installation.deleted']);
      expect(left.deliveries.flatMap(({ event, action, payload }) => validateWebhook(event, action, payload))).toEqual(
        [],
      );
      expect((await call(left, token, 'GET', REPO)).status).toBe(401);
      expect(
        (await call(left, jwtOf(left), 'POST', `/app/installations/${left.installationId}/access_tokens`)).status,
      ).toBe(404);
    } finally {
      await left.close();
    }
  });

  test('a renamed repository is found under its old name until another takes it', async () => {
    const other = await startWorld();
    try {
      const { id } = other.repository;
      const secret = await mint(other);
      await other.as('maintainer').createIssue({ title: 'Before' });
      await other.rename('shop', 'store');
      const [led, here] = await Promise.all(
        [`${REPO}/issues/1`, '/repos/octo-org/store/issues/1'].map((path) => call(other, secret, 'GET', path)),
      );
      expect(led).toMatchObject({ status: 200, body: { title: 'Before' } });
      expect(here?.body['repository_url']).toBe(`${other.apiUrl}/repos/octo-org/store`);
      const posted = await call(other, secret, 'POST', `${REPO}/issues/1/comments`, { body: 'Still here' });
      expect(posted.status).toBe(201);
      const { stdout } = await runGit(['ls-remote', `${other.serverUrl}/octo-org/shop.git`, 'refs/heads/main']);
      expect(stdout.toString()).toContain('refs/heads/main');
      expect((await call(other, jwtOf(other), 'GET', '/repos/octo-org/store/installation')).status).toBe(200);
      expect(await mint(other, { repositories: ['store'] })).toMatch(/^ghs_/);

      await other.addRepository({ name: 'shop', files: { 'new.txt': 'new\n' } });
      expect((await call(other, secret, 'GET', `${REPO}/issues/1`)).status).toBe(404);
      const { body } = await call(other, secret, 'GET', REPO);
      expect(body['id']).not.toBe(id);
      expect((await call(other, secret, 'GET', `${REPO}/contents/new.txt`)).status).toBe(200);
      expect(other.requests.filter(({ method }) => method !== 'GIT').flatMap(validateExchange)).toEqual([]);
    } finally {
      await other.close();
    }
  });

  test('people do what their role allows', async () => {
    const [reader, triage, writer, stranger] = ['reader', 'triage', 'writer', 'stranger'].map((who) => world.as(who));
    expect((await reader?.request('POST', '/issues/1/labels', { labels: ['parallel'] }))?.status).toBe(403);
    expect((await triage?.request('POST', '/issues/1/labels', { labels: ['parallel'] }))?.status).toBe(200);
    expect((await stranger?.request('POST', '/issues/1/comments', { body: 'Hello' }))?.status).toBe(201);
    expect((await stranger?.request('PATCH', '/issues/1', { title: 'Mine' }))?.status).toBe(403);
    expect((await triage?.request('PUT', '/contents/b.txt', { message: 'b', content: '' }))?.status).toBe(403);
    expect((await writer?.request('PUT', '/contents/b.txt', { message: 'b', content: '' }))?.status).toBe(201);
  });

  test('labels that a person may not set are dropped from the issue that they open', async () => {
    const { number } = await world.as('stranger').createIssue({ title: 'Mine', labels: ['parallel'] });
    expect((await world.as('maintainer').issue(number))['labels']).toEqual([]);
  });

  test('a private repository is out of sight for strangers and for nobody in particular', async () => {
    expect((await world.as('stranger', 'secret').request('GET', '')).status).toBe(404);
    expect(await status(undefined, 'GET', '/repos/octo-org/secret')).toBe(404);
    expect((await world.as('reader', 'secret').request('GET', '')).status).toBe(200);
    expect(await status(undefined, 'GET', REPO)).toBe(200);
    expect(await status(undefined, 'POST', `${REPO}/issues`, { title: 'x' })).toBe(401);
  });

  test('the role of each person can be asked for by the app', async () => {
    const token = await mint(world);
    const roles = ['maintainer', 'writer', 'triage', 'reader', 'stranger'].map(async (who) => {
      const { body } = await call(world, token, 'GET', `${REPO}/collaborators/octo-${who}/permission`);
      return [body['role_name'], body['permission']];
    });
    expect(await Promise.all(roles)).toEqual([
      ['admin', 'admin'],
      ['write', 'write'],
      ['triage', 'read'],
      ['read', 'read'],
      ['read', 'read'],
    ]);
    expect(await status(token, 'GET', `${REPO}/collaborators/nobody/permission`)).toBe(404);
    const secret = await call(world, token, 'GET', '/repos/octo-org/secret/collaborators/octo-stranger/permission');
    expect(secret.body).toMatchObject({ role_name: 'none', permission: 'none' });
  });
});
