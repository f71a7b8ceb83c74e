import nock from 'nock';
import { beforeEach, describe, expect, test } from 'vitest';
import { createGitHub } from '#adapters/github/api.ts';
import { ORIGIN, PATH, scriptedGitHub } from './github.ts';
import { REPOSITORY } from './repository.ts';

const world = scriptedGitHub();
const github = () => createGitHub(world.options)(REPOSITORY);
const get = (path: string) =>
  nock(ORIGIN, { reqheaders: { authorization: 'token ghs_one', 'x-github-api-version': '2022-11-28' } }).get(path);

const issue = (number: number, more: object = {}) => ({
  number,
  title: `Issue ${number}`,
  body: 'Text',
  state: 'open',
  labels: [{ name: 'parallel' }, 'plain'],
  user: { login: 'grace' },
  ...more,
});
const related = (number: number, name = 'ada/engine') => ({
  number,
  repository_url: `${ORIGIN}/api/repos/${name}`,
});
const HEAD = 'a'.repeat(40);
const pull = (number: number, more: object = {}) => ({
  number,
  state: 'open',
  merged_at: null,
  head: { ref: 'parallel/1/2-x', sha: HEAD, repo: { id: 99 } },
  base: { ref: 'main' },
  user: { login: 'forkjoin[bot]' },
  ...more,
});

test('a bot may nothing, and nobody has to be asked', async () => {
  expect(await github().permission(REPOSITORY, 'dependabot[bot]')).toBe('none');
});

describe('what is read', () => {
  beforeEach(() => {
    world.token();
  });

  describe('a repository', () => {
    test('tells its default branch and whether it is private', async () => {
      get(PATH).reply(200, { id: 99, default_branch: 'trunk', private: true });
      expect(await github().repository(REPOSITORY)).toEqual({ defaultBranch: 'trunk', private: true });
    });

    test('is not there when another one has taken its name', async () => {
      get(PATH).reply(200, { id: 100, default_branch: 'main', private: false });
      expect(await github().repository(REPOSITORY)).toBeUndefined();
    });

    test('is not there when GitHub says 404', async () => {
      get(PATH).reply(404, { message: 'Not Found' });
      expect(await github().repository(REPOSITORY)).toBeUndefined();
    });
  });

  describe('an issue', () => {
    test('is read with its labels and its author', async () => {
      get(`${PATH}/issues/3`).reply(200, issue(3));
      expect(await github().issue(REPOSITORY, 3)).toEqual({
        number: 3,
        title: 'Issue 3',
        body: 'Text',
        open: true,
        labels: ['parallel', 'plain'],
        author: 'grace',
        isPull: false,
      });
    });

    test('without a body has an empty one, and half a surrogate pair is replaced', async () => {
      get(`${PATH}/issues/3`).reply(200, issue(3, { body: null, title: 'x\ud83d', state: 'closed', pull_request: {} }));
      expect(await github().issue(REPOSITORY, 3)).toMatchObject({
        body: '',
        title: 'x\ufffd',
        open: false,
        isPull: true,
      });
    });

    test.each([404, 410])('is not there when GitHub says %i', async (status) => {
      get(`${PATH}/issues/3`).reply(status, { message: 'Gone' });
      expect(await github().issue(REPOSITORY, 3)).toBeUndefined();
    });

    test('whose answer lacks what is documented is an error that says so', async () => {
      get(`${PATH}/issues/3`).reply(200, { number: 3 });
      await expect(github().issue(REPOSITORY, 3)).rejects.toThrow(/answer about issue #3 is not understood/);
    });
  });

  describe('relations between issues', () => {
    test('the parent is its number', async () => {
      get(`${PATH}/issues/3/parent`).reply(200, related(1));
      expect(await github().parent(REPOSITORY, 3)).toBe(1);
    });

    test('a parent in another repository is none', async () => {
      get(`${PATH}/issues/3/parent`).reply(200, related(1, 'ada/other'));
      expect(await github().parent(REPOSITORY, 3)).toBeUndefined();
    });

    test('no parent is none', async () => {
      get(`${PATH}/issues/3/parent`).reply(404, { message: 'Not Found' });
      expect(await github().parent(REPOSITORY, 3)).toBeUndefined();
    });

    test('sub-issues come in order, over all pages, without those of other repositories', async () => {
      get(`${PATH}/issues/1/sub_issues?per_page=100&page=1`).reply(
        200,
        [related(4), related(2), related(9, 'ada/other')],
        { link: `<${ORIGIN}/next>; rel="next"` },
      );
      get(`${PATH}/issues/1/sub_issues?per_page=100&page=2`).reply(200, [related(3, 'Ada/Engine')]);
      expect(await github().subIssues(REPOSITORY, 1)).toEqual([4, 2, 3]);
    });

    test('sub-issues and dependencies are unknown where the API lacks them', async () => {
      get(`${PATH}/issues/1/sub_issues?per_page=100&page=1`).reply(404, {});
      get(`${PATH}/issues/1/dependencies/blocked_by?per_page=100&page=1`).reply(404, {});
      const port = github();
      expect(await port.subIssues(REPOSITORY, 1)).toBeUndefined();
      expect(await port.blockedBy(REPOSITORY, 1)).toBeUndefined();
    });

    test('what blocks an issue is listed', async () => {
      get(`${PATH}/issues/3/dependencies/blocked_by?per_page=100&page=1`).reply(200, [related(1), related(2)]);
      expect(await github().blockedBy(REPOSITORY, 3)).toEqual([1, 2]);
    });

    test('what blocks an issue is never guessed: a refusal throws', async () => {
      get(`${PATH}/issues/3/dependencies/blocked_by?per_page=100&page=1`).reply(403, { message: 'No' });
      await expect(github().blockedBy(REPOSITORY, 3)).rejects.toThrow();
    });
  });

  describe('labels', () => {
    const event = (name: string, login: string, label = 'parallel') => ({
      event: name,
      actor: { login },
      label: { name: label },
    });
    const events = (entries: object[]) => get(`${PATH}/issues/3/events?per_page=100&page=1`).reply(200, entries);

    test('the one who applied the label last counts', async () => {
      events([
        event('labeled', 'a'),
        event('unlabeled', 'b'),
        event('labeled', 'c', 'Parallel'),
        event('labeled', 'd', 'bug'),
      ]);
      expect(await github().labelledBy(REPOSITORY, 3, 'parallel')).toBe('c');
    });

    test('a label that was taken off again was applied by nobody', async () => {
      events([event('labeled', 'a'), event('unlabeled', 'b'), { event: 'closed', actor: null }]);
      expect(await github().labelledBy(REPOSITORY, 3, 'parallel')).toBeUndefined();
    });

    test('open issues with a label are listed without pull requests, over all pages', async () => {
      const list = `${PATH}/issues?labels=parallel&state=open&per_page=100`;
      get(`${list}&page=1`).reply(
        200,
        Array.from({ length: 100 }, (_, index) => issue(index + 1)),
      );
      get(`${list}&page=2`).reply(200, [issue(101, { pull_request: {} }), issue(102)]);
      const found = await github().labelled(REPOSITORY, 'parallel');
      expect(found).toHaveLength(101);
      expect(found.at(-1)).toBe(102);
    });
  });

  describe('permission', () => {
    const asked = () => get(`${PATH}/collaborators/grace/permission`);

    test.each([
      [{ permission: 'write', role_name: 'maintain' }, 'maintain'],
      [{ permission: 'read', role_name: 'triage' }, 'triage'],
      [{ permission: 'write', role_name: 'release-captain' }, 'write'],
      [{ permission: 'admin' }, 'admin'],
      [{ permission: 'surprising' }, 'none'],
    ])('%j amounts to %s', async (answer, permission) => {
      asked().reply(200, answer);
      expect(await github().permission(REPOSITORY, 'grace')).toBe(permission);
    });

    test.each([404, 403, 401])('an error %i is a no', async (status) => {
      if (status === 401) world.token();
      asked()
        .times(status === 401 ? 2 : 1)
        .reply(status, { message: 'Nope' });
      expect(await github().permission(REPOSITORY, 'grace')).toBe('none');
      expect(world.state.lines.join()).toContain('none');
    });

    test('a GitHub that keeps failing is a no', async () => {
      asked().times(4).reply(500);
      expect(await github().permission(REPOSITORY, 'grace')).toBe('none');
    });
  });

  describe('pull requests', () => {
    test('an open one of ours is known by its author', async () => {
      world.self();
      get(`${PATH}/pulls/8`).reply(200, pull(8));
      expect(await github().pull(REPOSITORY, 8)).toEqual({
        number: 8,
        state: 'open',
        merged: false,
        head: { ref: 'parallel/1/2-x', sha: HEAD },
        base: { ref: 'main' },
        ours: true,
      });
    });

    test('who closed one without merging stands on its issue', async () => {
      world.self();
      get(`${PATH}/pulls/8`).reply(200, pull(8, { state: 'closed', user: { login: 'forkjoin' } }));
      get(`${PATH}/issues/8`).reply(200, issue(8, { closed_by: { login: 'grace' } }));
      expect(await github().pull(REPOSITORY, 8)).toMatchObject({ merged: false, ours: false, closedBy: 'grace' });
    });

    test('a merged one names who merged it', async () => {
      world.self();
      get(`${PATH}/pulls/8`).reply(
        200,
        pull(8, { state: 'closed', merged_at: '2026-01-01T00:00:00Z', merged_by: { login: 'ada' } }),
      );
      expect(await github().pull(REPOSITORY, 8)).toMatchObject({ state: 'closed', merged: true, closedBy: 'ada' });
    });

    test('those of a branch are listed newest first, without forks and without what was not asked for', async () => {
      world.self();
      get(`${PATH}/pulls`)
        .query({ head: 'ada:parallel/1/2-x', state: 'all', sort: 'created', direction: 'desc', per_page: 100, page: 1 })
        .reply(200, [
          pull(9),
          pull(8, { state: 'closed', user: null }),
          pull(7, { head: { ref: 'parallel/1/2-x', sha: HEAD, repo: { id: 1234 } } }),
          pull(6, { head: { ref: 'other', sha: HEAD, repo: { id: 99 } } }),
        ]);
      const found = await github().pullsOf(REPOSITORY, 'parallel/1/2-x');
      expect(found.map(({ number, ours }) => [number, ours])).toEqual([
        [9, true],
        [8, false],
      ]);
    });

    test('reviews count with author, commit and time; pending ones do not', async () => {
      get(`${PATH}/pulls/8/reviews?per_page=100&page=1`).reply(200, [
        { user: { login: 'ada' }, commit_id: HEAD, state: 'APPROVED', submitted_at: '2026-01-01T10:00:00Z' },
        { user: { login: 'ada' }, commit_id: HEAD, state: 'PENDING' },
        { user: null, commit_id: HEAD, state: 'APPROVED', submitted_at: '2026-01-01T10:00:00Z' },
      ]);
      expect(await github().reviews(REPOSITORY, 8)).toEqual([
        { by: 'ada', commit: HEAD, state: 'APPROVED', submittedAt: '2026-01-01T10:00:00.000Z' },
      ]);
    });

    test('remarks are the words of reviews and of comments on lines, with the commit that they are about', async () => {
      get(`${PATH}/pulls/8/reviews?per_page=100&page=1`).reply(200, [
        { user: { login: 'ada' }, commit_id: HEAD, state: 'APPROVED', body: ' ', submitted_at: '2026-01-01T10:00:00Z' },
        {
          user: { login: 'ada' },
          commit_id: HEAD,
          state: 'COMMENTED',
          body: 'Hm.',
          submitted_at: '2026-01-01T10:00:00Z',
        },
        { user: { login: 'ada' }, commit_id: HEAD, state: 'PENDING', body: 'Not yet said.' },
      ]);
      const line = { body: 'Why?', path: 'src/a.ts', original_commit_id: HEAD };
      get(`${PATH}/pulls/8/comments?per_page=100&page=1`).reply(200, [
        { ...line, user: { login: 'grace' }, line: null, original_line: 4 },
        { ...line, user: null, line: 4 },
      ]);
      expect(await github().remarks(REPOSITORY, 8)).toEqual([
        { by: 'ada', commit: HEAD, body: 'Hm.' },
        { by: 'grace', commit: HEAD, body: 'Why?', path: 'src/a.ts', line: 4 },
      ]);
    });

    test('comments of the whole repository tell who wrote them, where, and whether they were edited', async () => {
      const since = '2026-01-01T00:00:00.000Z';
      const made = { created_at: '2026-01-01T10:00:00Z', updated_at: '2026-01-01T10:00:00Z', body: '/parallel start' };
      const at = (number: number, kind: string) => ({
        issue_url: `${ORIGIN}${PATH}/issues/${number}`,
        html_url: `https://github.test/ada/engine/${kind}/${number}#issuecomment-1`,
      });
      get(
        `${PATH}/issues/comments?since=${encodeURIComponent(since)}&sort=updated&direction=asc&per_page=100&page=1`,
      ).reply(200, [
        { id: 1, ...made, ...at(3, 'issues'), user: { login: 'ada', type: 'User' } },
        {
          id: 2,
          ...made,
          ...at(8, 'pull'),
          user: { login: 'x[bot]', type: 'Bot' },
          updated_at: '2026-01-01T10:00:01Z',
        },
        {
          id: 3,
          ...made,
          ...at(3, 'issues'),
          user: { login: 'ada', type: 'User' },
          performed_via_github_app: { id: 7 },
        },
      ]);
      const found = await github().comments(REPOSITORY, since);
      expect(
        found.map(({ id, issue: on, isPull, by, byHand, edited }) => [id, on, isPull, by, byHand, edited]),
      ).toEqual([
        [1, 3, false, 'ada', true, false],
        [2, 8, true, 'x[bot]', false, true],
        [3, 3, false, 'ada', false, false],
      ]);
      expect(found[1]?.changed).toBe('2026-01-01T10:00:01.000Z');
    });

    test('the check run is found only when it is our own', async () => {
      world.self();
      get(`${PATH}/commits/${HEAD}/check-runs?check_name=forkjoin&per_page=100`).reply(200, {
        total_count: 2,
        check_runs: [
          { id: 1, app: { id: 15368 } },
          { id: 2, app: { id: 5 } },
        ],
      });
      expect(await github().checkRun(REPOSITORY, HEAD, 'forkjoin')).toEqual({ id: 2 });
    });
  });

  describe('our comment', () => {
    const comments = (page: number, entries: object[], more = false) =>
      get(`${PATH}/issues/3/comments?per_page=100&page=${page}`).reply(
        200,
        entries,
        more ? { link: `<${ORIGIN}/n>; rel="next"` } : {},
      );

    test('is found on a later page, by the app that wrote it', async () => {
      world.self();
      comments(1, [{ id: 1, body: 'hello', user: { login: 'grace' } }], true);
      comments(2, [{ id: 2, body: 'x <!-- m -->', user: { login: 'x' }, performed_via_github_app: { id: 5 } }]);
      expect(await github().findComment(REPOSITORY, 3, '<!-- m -->')).toEqual({ id: 2, body: 'x <!-- m -->' });
    });

    test('is never one that somebody else wrote with our marker', async () => {
      world.self();
      comments(1, [
        { id: 1, body: '<!-- m -->', user: { login: 'forkjoin' } },
        { id: 2, body: '<!-- m -->', user: { login: 'x[bot]' }, performed_via_github_app: { id: 6 } },
        { id: 3, body: '<!-- m -->', user: null },
      ]);
      expect(await github().findComment(REPOSITORY, 3, '<!-- m -->')).toBeUndefined();
    });

    test('is the oldest of two, and one by our login counts too', async () => {
      world.self();
      comments(1, [
        { id: 1, body: null, user: { login: 'forkjoin[bot]' } },
        { id: 2, body: '<!-- m --> a', user: { login: 'forkjoin[bot]' } },
        { id: 3, body: '<!-- m --> b', user: { login: 'forkjoin[bot]' } },
      ]);
      expect(await github().findComment(REPOSITORY, 3, '<!-- m -->')).toMatchObject({ id: 2 });
    });
  });
});
