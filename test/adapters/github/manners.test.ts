import { createVerify } from 'node:crypto';
import nock from 'nock';
import { describe, expect, test } from 'vitest';
import { createGitHub } from '#adapters/github/api.ts';
import { createAppClient, createGitTokens } from '#adapters/github/tokens.ts';
import { ORIGIN, PATH, scriptedGitHub } from './github.ts';
import { KEYS } from './keys.ts';
import { REPOSITORY } from './repository.ts';

const world = scriptedGitHub();
const github = () => createGitHub(world.options)(REPOSITORY);
const REPOSITORY_ANSWER = { id: 99, default_branch: 'main', private: false };
const MINUTE = 60_000;

describe('reads', () => {
  test.each([500, 502, 503])('are asked again after %i, with growing pauses, and the log says so', async (status) => {
    world.token();
    nock(ORIGIN).get(PATH).times(3).reply(status).get(PATH).reply(200, REPOSITORY_ANSWER);
    expect(await github().repository(REPOSITORY)).toBeDefined();
    expect(world.state.waits).toEqual([250, 750, 2250]);
    expect(world.state.lines.join('\n')).toContain('asking again');
  });

  test('are asked again when nobody answers', async () => {
    world.token();
    nock(ORIGIN).get(PATH).replyWithError('ECONNRESET').get(PATH).reply(200, REPOSITORY_ANSWER);
    expect(await github().repository(REPOSITORY)).toBeDefined();
  });

  test('of what GitHub is about to take away are done, and the log says so', async () => {
    world.token();
    nock(ORIGIN)
      .get(PATH)
      .reply(200, REPOSITORY_ANSWER, { deprecation: 'true', sunset: 'Fri, 01 Jan 2027 00:00:00 GMT' });
    expect(await github().repository(REPOSITORY)).toBeDefined();
    expect(world.state.lines.join()).toContain('deprecated');
  });

  test('give up after three more tries', async () => {
    world.token();
    nock(ORIGIN).get(PATH).times(4).reply(500);
    await expect(github().repository(REPOSITORY)).rejects.toThrow();
  });
});

describe('what did not change', () => {
  const issue = (title: string) => ({ number: 3, title, body: '', state: 'open', labels: [], user: { login: 'ada' } });

  test('is asked about with its etag, and read from memory only when GitHub says so', async () => {
    world.token();
    const port = github();
    const asked = () => nock(ORIGIN).get(`${PATH}/issues/3`);
    const askedWith = (etag: string) => nock(ORIGIN, { reqheaders: { 'if-none-match': etag } }).get(`${PATH}/issues/3`);
    asked().reply(200, issue('One'), { etag: '"1"' });
    expect(await port.issue(REPOSITORY, 3)).toMatchObject({ title: 'One' });
    askedWith('"1"').reply(304);
    expect(await port.issue(REPOSITORY, 3)).toMatchObject({ title: 'One' });
    askedWith('"1"').reply(200, issue('Two'), { etag: '"2"' });
    expect(await port.issue(REPOSITORY, 3)).toMatchObject({ title: 'Two' });
    askedWith('"2"').reply(404, {});
    expect(await port.issue(REPOSITORY, 3)).toBeUndefined();
  });

  test('is forgotten when there is much of it', async () => {
    world.token();
    const port = github();
    const long = 'x'.repeat(3_000_000);
    for (const number of [1, 2, 3]) {
      nock(ORIGIN)
        .get(`${PATH}/issues/${number}`)
        .reply(200, { ...issue('Long'), number, body: long }, { etag: `"${number}"` });
      await port.issue(REPOSITORY, number);
    }
    nock(ORIGIN, { badheaders: ['if-none-match'] })
      .get(`${PATH}/issues/1`)
      .reply(200, issue('Short'));
    nock(ORIGIN, { reqheaders: { 'if-none-match': '"3"' } })
      .get(`${PATH}/issues/3`)
      .reply(304);
    expect(await port.issue(REPOSITORY, 1)).toMatchObject({ title: 'Short' });
    expect(await port.issue(REPOSITORY, 3)).toMatchObject({ body: long });
  });
});

describe("GitHub's wish for silence", () => {
  const limited = (status: number, headers: Record<string, string>, message = 'Slow down') =>
    nock(ORIGIN).get(PATH).reply(status, { message }, headers);
  const asked = (port: ReturnType<typeof github>) => port.repository(REPOSITORY);
  const at = (seconds: number) => String(Date.parse('2026-03-01T12:00:00Z') / 1000 + seconds);

  test.each([
    ['retry-after', 429, { 'retry-after': '17' }, 17_000],
    ['retry-after with 403', 403, { 'retry-after': '90' }, 90_000],
    [
      "the window's end, by GitHub's own clock",
      403,
      {
        'x-ratelimit-remaining': '0',
        'x-ratelimit-reset': at(700),
        date: new Date(Number(at(600)) * 1000).toUTCString(),
      },
      101_000,
    ],
    ['a minute when nothing is said', 429, {}, MINUTE],
  ])('is heard: %s', async (_, status, headers, retryAfterMs) => {
    world.token();
    limited(status, headers);
    await expect(asked(github())).rejects.toMatchObject({ name: 'RateLimited', retryAfterMs });
  });

  test('is heard in the sentence of a 403, and is longer with each refusal in a row', async () => {
    world.token();
    const port = github();
    for (const retryAfterMs of [MINUTE, 2 * MINUTE, 4 * MINUTE]) {
      limited(403, {}, 'You have exceeded a secondary rate limit.');
      await expect(asked(port)).rejects.toMatchObject({ retryAfterMs });
      world.state.now += retryAfterMs;
    }
    nock(ORIGIN).get(PATH).reply(200, REPOSITORY_ANSWER);
    await asked(port);
    limited(429, {});
    await expect(asked(port)).rejects.toMatchObject({ retryAfterMs: MINUTE });
  });

  test('is kept: nothing is sent before it is over', async () => {
    world.token();
    const port = github();
    limited(429, { 'retry-after': '60' });
    await expect(asked(port)).rejects.toMatchObject({ retryAfterMs: MINUTE });
    world.state.now += 59_000;
    await expect(port.comment(REPOSITORY, 3, 'x')).rejects.toMatchObject({ name: 'RateLimited', retryAfterMs: 1000 });
    world.state.now += 1000;
    nock(ORIGIN).get(PATH).reply(200, REPOSITORY_ANSWER);
    expect(await asked(port)).toBeDefined();
  });

  test('is no answer about a person: the permission throws', async () => {
    world.token();
    nock(ORIGIN).get(`${PATH}/collaborators/grace/permission`).reply(429);
    await expect(github().permission(REPOSITORY, 'grace')).rejects.toMatchObject({ name: 'RateLimited' });
  });

  test('is not read into a plain 403', async () => {
    world.token();
    nock(ORIGIN).get(PATH).reply(403, { message: 'Resource not accessible by integration' });
    await expect(asked(github())).rejects.toMatchObject({ status: 403 });
  });
});

describe('routes', () => {
  const app = () => createAppClient(world.options);
  const here = { owner: 'ada', repo: 'engine' };

  test.each([
    ['approving', () => app().rest.pulls.createReview({ ...here, pull_number: 1, event: 'APPROVE' })],
    ['merging', () => app().rest.pulls.merge({ ...here, pull_number: 1 })],
    ['closing a pull request', () => app().rest.pulls.update({ ...here, pull_number: 1, state: 'closed' })],
    ['closing an issue', () => app().rest.issues.update({ ...here, issue_number: 1, state: 'closed' })],
    ['undrafting', () => app().graphql('mutation { markPullRequestReadyForReview { clientMutationId } }')],
    ['deleting a branch', () => app().rest.git.deleteRef({ ...here, ref: 'heads/main' })],
    ['deleting a comment', () => app().rest.issues.deleteComment({ ...here, comment_id: 1 })],
    ['labelling', () => app().rest.issues.addLabels({ ...here, issue_number: 1, labels: ['x'] })],
    ['a listed route spelled out', () => app().request('POST /repos/ada/engine/pulls', { title: 'x' })],
    ['deleting a repository', () => app().rest.repos.delete(here)],
  ])('%s is never sent', async (_, attempt) => {
    await expect(attempt()).rejects.toThrow('The app never sends');
  });
});

describe('redirects', () => {
  test('a renamed repository is followed to its number, for reads and writes', async () => {
    world.token();
    const port = github();
    nock(ORIGIN)
      .get(`${PATH}/issues?labels=parallel&state=open&per_page=100&page=1`)
      .reply(
        301,
        {},
        {
          location: `${ORIGIN}/api/repositories/99/issues?labels=parallel&state=open&per_page=100&page=1`,
        },
      );
    nock(ORIGIN).get('/api/repositories/99/issues?labels=parallel&state=open&per_page=100&page=1').reply(200, []);
    expect(await port.labelled(REPOSITORY, 'parallel')).toEqual([]);

    nock(ORIGIN)
      .post(`${PATH}/issues/3/comments`)
      .reply(307, {}, { location: `${ORIGIN}/api/repositories/99/issues/3/comments` });
    nock(ORIGIN, { reqheaders: { authorization: 'token ghs_one' } })
      .post('/api/repositories/99/issues/3/comments', { body: 'x' })
      .reply(201, { id: 4 });
    expect(await port.comment(REPOSITORY, 3, 'x')).toBe(4);
  });

  test.each([`${ORIGIN}/api/repositories/100/issues/9`, 'https://elsewhere.test/api/repositories/99/issues/3'])(
    'an issue that leads to %s is not there',
    async (location) => {
      world.token();
      nock(ORIGIN).get(`${PATH}/issues/3`).reply(301, {}, { location });
      expect(await github().issue(REPOSITORY, 3)).toBeUndefined();
    },
  );

  test('nothing is written into another repository', async () => {
    world.token();
    nock(ORIGIN)
      .post(`${PATH}/issues/3/comments`)
      .reply(307, {}, { location: `${ORIGIN}/api/repositories/100/issues/9/comments` });
    await expect(github().comment(REPOSITORY, 3, 'x')).rejects.toThrow('another repository');
  });
});

describe('tokens', () => {
  test('are asked for with a JWT of the app that was issued a minute ago', async () => {
    let header = '';
    const note = (value: string | null) => {
      header = String(value);
      return true;
    };
    nock(ORIGIN, { reqheaders: { authorization: note } })
      .post('/api/app/installations/7/access_tokens')
      .reply(201, { token: 'ghs_one', expires_at: '2026-03-01T13:00:00Z' });
    nock(ORIGIN).get(PATH).reply(200, REPOSITORY_ANSWER);
    await github().repository(REPOSITORY);
    const [head = '', claims = '', signature = ''] = header.replace(/^bearer /i, '').split('.');
    const now = world.state.now / 1000;
    expect(JSON.parse(Buffer.from(claims, 'base64url').toString())).toEqual({
      iat: now - 60,
      exp: now + 480,
      iss: '5',
    });
    const verify = createVerify('RSA-SHA256').update(`${head}.${claims}`);
    expect(verify.verify(KEYS.publicKey, Buffer.from(signature, 'base64url'))).toBe(true);
  });

  test('are used until five minutes before they expire', async () => {
    const port = github();
    world.token('ghs_one');
    nock(ORIGIN, { reqheaders: { authorization: 'token ghs_one' } })
      .get(PATH)
      .twice()
      .reply(200, REPOSITORY_ANSWER);
    await port.repository(REPOSITORY);
    world.state.now += 54 * MINUTE;
    await port.repository(REPOSITORY);
    world.state.now += MINUTE;
    world.token('ghs_two');
    nock(ORIGIN, { reqheaders: { authorization: 'token ghs_two' } })
      .get(PATH)
      .reply(200, REPOSITORY_ANSWER);
    await port.repository(REPOSITORY);
  });

  test('one that GitHub refuses is replaced once', async () => {
    world.token('ghs_dead');
    world.token('ghs_fresh');
    nock(ORIGIN, { reqheaders: { authorization: 'token ghs_dead' } })
      .post(`${PATH}/issues/3/comments`)
      .reply(401, {});
    nock(ORIGIN, { reqheaders: { authorization: 'token ghs_fresh' } })
      .post(`${PATH}/issues/3/comments`)
      .reply(201, { id: 4 });
    expect(await github().comment(REPOSITORY, 3, 'x')).toBe(4);
  });

  test.each([401, 403, 404])('an app that is shut out (%i) hears of it: its issues are not gone', async (status) => {
    const port = github();
    nock(ORIGIN).post('/api/app/installations/7/access_tokens').reply(status, { message: 'Not here' });
    await expect(port.issue(REPOSITORY, 3)).rejects.toThrow('no access to repository 99: Not here');
    world.token();
    nock(ORIGIN).get(PATH).reply(200, REPOSITORY_ANSWER);
    expect(await port.repository(REPOSITORY)).toBeDefined();
  });

  test('a repository that was taken from the app is not there, and nothing is written to what has its name now', async () => {
    const port = github();
    const mint = () => nock(ORIGIN).post('/api/app/installations/7/access_tokens', { repository_ids: [99] });
    mint().times(2).reply(422, { message: 'There is at least one repository that does not exist' });
    expect(await port.issue(REPOSITORY, 3)).toBeUndefined();
    await expect(port.comment(REPOSITORY, 3, 'x')).rejects.toThrow('no access to repository 99');
  });

  test('are one for each repository, but the wish for silence is for all of an installation', async () => {
    const both = createGitHub(world.options);
    const other = { ...REPOSITORY, id: 98, name: 'motor' };
    nock(ORIGIN)
      .post('/api/app/installations/7/access_tokens', { repository_ids: [98] })
      .reply(201, { token: 'ghs_other', expires_at: '2026-03-01T13:00:00Z' });
    nock(ORIGIN, { reqheaders: { authorization: 'token ghs_other' } })
      .get('/api/repos/ada/motor')
      .reply(429);
    await expect(both(other).repository(other)).rejects.toMatchObject({ name: 'RateLimited' });
    await expect(both(REPOSITORY).repository(REPOSITORY)).rejects.toMatchObject({ name: 'RateLimited' });
  });

  test('a read waits for a GitHub that cannot mint just now', async () => {
    nock(ORIGIN).post('/api/app/installations/7/access_tokens').reply(502);
    world.token();
    nock(ORIGIN).get(PATH).reply(200, REPOSITORY_ANSWER);
    expect(await github().repository(REPOSITORY)).toBeDefined();
  });

  test.each([-600, 600])('are got all the same when our clock is wrong by %i s', async (seconds) => {
    const { clock: _, ...options } = world.options;
    const date = new Date(Date.now() + seconds * 1000);
    const issued: number[] = [];
    const note = (value: string | null) => {
      const claims = JSON.parse(Buffer.from(value?.split('.')[1] ?? '', 'base64url').toString());
      return issued.push(claims.iat) > 0;
    };
    const mint = () =>
      nock(ORIGIN, { reqheaders: { authorization: note } }).post('/api/app/installations/7/access_tokens');
    const message = "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued";
    mint().reply(401, { message }, { date: date.toUTCString() });
    mint().reply(201, { token: 'ghs_one', expires_at: new Date(Date.now() + 60 * MINUTE).toISOString() });
    expect(await createGitTokens(options)(REPOSITORY)).toBe('ghs_one');
    expect(Math.abs((issued.at(-1) ?? 0) - (date.getTime() / 1000 - 60))).toBeLessThan(5);
  });

  test("git's are for one repository and its contents only, minted once for many that ask at once", async () => {
    const tokens = createGitTokens(world.options);
    nock(ORIGIN)
      .post('/api/app/installations/7/access_tokens', { repository_ids: [99], permissions: { contents: 'write' } })
      .reply(201, { token: 'ghs_git', expires_at: '2026-03-01T13:00:00Z' });
    expect(await Promise.all([tokens(REPOSITORY), tokens(REPOSITORY), tokens(REPOSITORY)])).toEqual(
      Array(3).fill('ghs_git'),
    );
    world.state.now += 54 * MINUTE;
    expect(await tokens(REPOSITORY)).toBe('ghs_git');
    world.state.now += MINUTE;
    nock(ORIGIN)
      .post('/api/app/installations/7/access_tokens', { repository_ids: [99], permissions: { contents: 'write' } })
      .reply(201, { token: 'ghs_next', expires_at: '2026-03-01T14:00:00Z' });
    expect(await tokens(REPOSITORY)).toBe('ghs_next');
  });

  test('never stand in the log', async () => {
    world.token('ghs_secret');
    nock(ORIGIN).get(PATH).times(4).reply(500);
    const error = await github()
      .repository(REPOSITORY)
      .catch((caught: unknown) => caught);
    expect(world.state.lines.length).toBeGreaterThan(0);
    expect(`${world.state.lines.join()} ${JSON.stringify(error)} ${String(error)}`).not.toContain('ghs_secret');
  });
});
