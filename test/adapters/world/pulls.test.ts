import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runGit } from '../../../demo/world/git/git.ts';
import { startWorld } from '../../../demo/world/start.ts';
import type { World } from '../../../demo/world/world.ts';
import { call, mint } from './app-client.ts';

const REPO = '/repos/octo-org/shop';

describe('git and pull requests of the local world', () => {
  let world: World;
  let token: string;
  beforeAll(async () => {
    world = await startWorld({
      repositories: [{ name: 'shop', files: { 'a.txt': 'a\n', 'b.txt': 'b\n' } }, { name: 'empty' }],
    });
    token = await mint(world);
  });
  afterAll(() => world.close());

  const bot = (method: string, path: string, body?: unknown) => call(world, token, method, `${REPO}${path}`, body);
  const since = (mark: number) =>
    world.deliveries.slice(mark).map(({ event, action }) => (action === null ? event : `${event}.${action}`));
  const remote = (secret: string) =>
    `${world.serverUrl.replace('//', `//x-access-token:${secret}@`)}/octo-org/shop.git`;
  const tipOf = async (branch: string) => (await world.repo().git.commit(`refs/heads/${branch}`)) ?? '';

  test('the app pushes over HTTP with its token, and the push is told by its bot', async () => {
    const { git } = world.repo();
    const commit = await git.commitFiles(await tipOf('main'), { 'c.txt': 'c\n' }, 'Add c');
    const pushed = await runGit([
      `--git-dir=${git.path}`,
      'push',
      remote(token),
      `${commit}:refs/heads/parallel/1/2-c`,
    ]);
    expect(pushed).toMatchObject({ status: 0 });
    expect(world.writes.at(-1)).toMatchObject({ method: 'PUSH', status: 200, branches: ['parallel/1/2-c'] });
    expect(world.deliveries.at(-1)).toMatchObject({
      event: 'push',
      payload: {
        ref: 'refs/heads/parallel/1/2-c',
        created: true,
        after: commit,
        commits: [{ id: commit, added: ['c.txt'] }],
        sender: { login: 'forkjoin-local[bot]' },
      },
    });
  });

  test('git without a valid token, or without the permission to write, is turned away', async () => {
    const commit = await tipOf('main');
    const push = (secret: string) =>
      runGit([`--git-dir=${world.repo().git.path}`, 'push', remote(secret), `${commit}:refs/heads/x`]);
    expect((await push('ghs_unknown')).stderr).toMatch(/Authentication failed|could not read Username/);
    expect((await push(await mint(world, { permissions: { contents: 'read' } }))).stderr).toContain('403');
    expect((await push(await mint(world, { repositories: ['empty'] }))).stderr).toContain('not found');
    await expect(world.as('reader').push('x', { 'x.txt': 'x' })).rejects.toThrow(/403/);
    expect(world.repo().heads.has('x')).toBe(false);
  });

  test('a lease that does not hold is refused by the remote, and nothing is told', async () => {
    await world.as('writer').push('leased', { 'd.txt': 'd\n' });
    const mark = world.deliveries.length;
    const stale = await tipOf('main');
    const { status } = await runGit([
      `--git-dir=${world.repo().git.path}`,
      'push',
      `--force-with-lease=refs/heads/leased:${stale}`,
      remote(token),
      `${stale}:refs/heads/leased`,
    ]);
    expect(status).not.toBe(0);
    expect(since(mark)).toEqual([]);
  });

  test('a push moves the open pull request of its branch', async () => {
    const writer = world.as('writer');
    await writer.push('moving', { 'moving.txt': '1\n' });
    const pull = await writer.openPull({ head: 'moving', title: 'Moving' });
    const mark = world.deliveries.length;
    const head = await writer.push('moving', { 'moving.txt': '1\n2\n' });
    expect(await writer.pull(pull)).toMatchObject({
      head: { sha: head },
      commits: 2,
      additions: 2,
      changed_files: 1,
      mergeable: true,
    });
    expect(since(mark)).toEqual(['push', 'pull_request.synchronize']);
    expect((await world.repo().git.commit(`refs/pull/${pull}/head`)) === head).toBe(true);
  });

  test('the files of a pull request are what its head changed, renames and all', async () => {
    const writer = world.as('writer');
    const long = Array.from({ length: 20 }, (_, index) => `line ${index}\n`).join('');
    await writer.push('files-base', { 'old name.txt': long, 'gone.txt': 'x\n', 'kept.txt': '1\n2\n' });
    await writer.push(
      'files',
      { 'old name.txt': null, 'größer/new.txt': `${long}more\n`, 'gone.txt': null, 'kept.txt': '1\n3\n' },
      { from: 'files-base' },
    );
    const pull = await writer.openPull({ head: 'files', base: 'files-base', title: 'Files' });
    const { body } = await bot('GET', `/pulls/${pull}/files`);
    const lines = (Object.values(body) as Record<string, unknown>[]).map((file) => [
      file['status'],
      file['filename'],
      file['previous_filename'],
      `+${String(file['additions'])} -${String(file['deletions'])}`,
    ]);
    expect(lines).toEqual([
      ['removed', 'gone.txt', undefined, '+0 -1'],
      ['renamed', 'größer/new.txt', 'old name.txt', '+1 -0'],
      ['modified', 'kept.txt', undefined, '+1 -1'],
    ]);
  });

  test('a second pull request for the same branches is refused, as is one without commits or branch', async () => {
    const body = { title: 'Again', head: 'moving', base: 'main' };
    const twin = await bot('POST', '/pulls', body);
    expect(twin).toMatchObject({
      status: 422,
      body: { errors: [{ message: 'A pull request already exists for octo-org:moving.' }] },
    });
    expect((await bot('POST', '/pulls', { ...body, head: 'nowhere' })).body).toMatchObject({
      errors: [{ field: 'head', code: 'invalid' }],
    });
    expect((await bot('POST', '/pulls', { ...body, base: 'nowhere' })).body).toMatchObject({
      errors: [{ field: 'base', code: 'invalid' }],
    });
    await bot('POST', '/git/refs', { ref: 'refs/heads/same', sha: await tipOf('main') });
    const nothing = await bot('POST', '/pulls', { ...body, head: 'same' });
    expect(nothing).toMatchObject({ status: 422, body: { errors: [{ message: 'No commits between main and same' }] } });
  });

  test('a pull request says when it conflicts, and cannot be merged then', async () => {
    const writer = world.as('writer');
    await writer.push('ours', { 'a.txt': 'ours\n' });
    await writer.push('theirs', { 'a.txt': 'theirs\n' });
    const pull = await writer.openPull({ head: 'ours', title: 'Ours' });
    const other = await writer.openPull({ head: 'theirs', title: 'Theirs' });
    await writer.merge(other);
    expect(await writer.pull(pull)).toMatchObject({ mergeable: false, mergeable_state: 'dirty' });
    expect((await writer.request('PUT', `/pulls/${pull}/merge`, {})).status).toBe(405);
    await writer.closePull(pull);
  });

  test('a pull request is merged when somebody pushes its head into its base, and what it closes is closed', async () => {
    const maintainer = world.as('maintainer');
    const { number } = await maintainer.createIssue({ title: 'To close' });
    const head = await maintainer.push('landing', { 'landing.txt': 'x\n' });
    const pull = await maintainer.openPull({ head: 'landing', title: 'Landing', body: `Closes #${number}` });
    const { git } = world.repo();
    const main = await tipOf('main');
    const tree = (await git.mergeTree(main, head)) ?? '';
    const merge = (await git.text(['commit-tree', tree, '-p', main, '-p', head, '-m', 'Merge by hand'])).trim();
    const mark = world.deliveries.length;
    const writer = world.as('writer');
    const pushed = await runGit([`--git-dir=${git.path}`, 'push', remote(writer.token), `${merge}:refs/heads/main`]);
    expect(pushed.status).toBe(0);
    expect(await maintainer.pull(pull)).toMatchObject({
      merged: true,
      state: 'closed',
      merged_by: { login: 'octo-writer' },
      merge_commit_sha: merge,
    });
    expect(since(mark)).toEqual(['push', 'pull_request.closed', 'issues.closed']);
    expect(await maintainer.issue(number)).toMatchObject({ state: 'closed', closed_by: { login: 'octo-writer' } });
  });

  test('a merge into another branch than the default one closes no issue', async () => {
    const maintainer = world.as('maintainer');
    const { number } = await maintainer.createIssue({ title: 'Stays open' });
    await bot('POST', '/git/refs', { ref: 'refs/heads/integration/9-x', sha: await tipOf('main') });
    await maintainer.push('member', { 'member.txt': 'x\n' });
    const pull = await maintainer.openPull({
      head: 'member',
      base: 'integration/9-x',
      title: 'Member',
      body: `Closes #${number}`,
    });
    await maintainer.merge(pull, 'squash');
    expect(await maintainer.pull(pull)).toMatchObject({ merged: true });
    expect(await maintainer.issue(number)).toMatchObject({ state: 'open' });
  });

  test('deleting a branch closes its pull request unmerged; it reopens with the branch', async () => {
    const writer = world.as('writer');
    const head = await writer.push('passing', { 'passing.txt': 'x\n' });
    const pull = await writer.openPull({ head: 'passing', title: 'Passing' });
    const mark = world.deliveries.length;
    await writer.deleteBranch('passing');
    expect(await writer.pull(pull)).toMatchObject({ state: 'closed', merged: false });
    expect(since(mark)).toEqual(['push', 'pull_request.closed']);
    expect((await writer.request('PATCH', `/pulls/${pull}`, { state: 'open' })).status).toBe(422);
    await bot('POST', '/git/refs', { ref: 'refs/heads/passing', sha: head });
    await writer.reopenPull(pull);
    expect(await writer.pull(pull)).toMatchObject({ state: 'open' });
  });

  test('reviews are told with who gave them and on which commit', async () => {
    const writer = world.as('writer');
    const head = await writer.push('reviewed', { 'reviewed.txt': 'x\n' });
    const pull = await writer.openPull({ head: 'reviewed', title: 'Reviewed' });
    expect((await writer.request('POST', `/pulls/${pull}/reviews`, { event: 'APPROVE' })).status).toBe(422);
    await world.as('maintainer').review(pull, 'APPROVE');
    const { body } = await bot('GET', `/pulls/${pull}/reviews`);
    expect(body['0']).toMatchObject({ state: 'APPROVED', commit_id: head, user: { login: 'octo-maintainer' } });
    expect(world.deliveries.at(-1)).toMatchObject({
      event: 'pull_request_review',
      action: 'submitted',
      payload: { review: { state: 'approved' } },
    });
  });

  test('check runs are the app’s, and the latest of a name counts', async () => {
    const sha = await tipOf('moving');
    expect((await world.as('maintainer').request('POST', '/check-runs', { name: 'x', head_sha: sha })).status).toBe(
      403,
    );
    for (const conclusion of ['failure', 'success'])
      await bot('POST', '/check-runs', { name: 'forkjoin', head_sha: sha, conclusion });
    const { body } = await bot('GET', `/commits/${sha}/check-runs?check_name=forkjoin`);
    expect(body).toMatchObject({
      total_count: 1,
      check_runs: [{ status: 'completed', conclusion: 'success', app: { id: world.appId } }],
    });
    expect((await bot('GET', `/commits/${sha}/check-runs?filter=all`)).body).toMatchObject({ total_count: 2 });
    expect((await bot('POST', '/check-runs', { name: 'x', head_sha: '0'.repeat(40) })).status).toBe(422);
  });

  test('the app cannot push a workflow without the permission for it; a person can', async () => {
    const { git } = world.repo();
    const commit = await git.commitFiles(await tipOf('main'), { '.github/workflows/ci.yml': 'on: push\n' }, 'Add CI');
    const { status, stderr } = await runGit([
      `--git-dir=${git.path}`,
      'push',
      remote(token),
      `${commit}:refs/heads/ci`,
    ]);
    expect(status).not.toBe(0);
    expect(stderr).toContain('refusing to allow a GitHub App to create or update workflow `.github/workflows/ci.yml`');
    expect(world.repo().heads.has('ci')).toBe(false);
    await world.as('writer').push('ci', { '.github/workflows/ci.yml': 'on: push\n' });
    expect(world.repo().heads.has('ci')).toBe(true);
  });

  test('files and folders are read at a commit, and an empty repository says that it is one', async () => {
    const { body } = await bot('GET', '/contents/b.txt?ref=main');
    expect(Buffer.from(String(body['content']), 'base64').toString()).toBe('b\n');
    const raw = { authorization: `Bearer ${token}`, accept: 'application/vnd.github.raw+json' };
    expect(await (await fetch(`${world.apiUrl}${REPO}/contents/b.txt`, { headers: raw })).text()).toBe('b\n');
    expect((await bot('GET', '/contents/nothing.txt')).status).toBe(404);
    expect((await call(world, token, 'GET', '/repos/octo-org/empty/contents/a.txt')).body).toMatchObject({
      message: 'This repository is empty.',
    });
    expect((await call(world, token, 'GET', '/repos/octo-org/empty/commits/main')).status).toBe(409);
    expect((await call(world, token, 'GET', '/repos/octo-org/empty/git/ref/heads/main')).status).toBe(404);
  });

  test('ten pushes at once are told one by one', async () => {
    const mark = world.deliveries.length;
    const writer = world.as('writer');
    await Promise.all(
      Array.from({ length: 10 }, (_, index) => writer.push(`at-once/${index}`, { [`${index}.txt`]: 'x\n' })),
    );
    const told = world.deliveries.slice(mark);
    expect(told).toHaveLength(10);
    expect(new Set(told.map(({ payload }) => payload['ref'])).size).toBe(10);
  });
});
