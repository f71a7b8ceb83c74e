import nock from 'nock';
import { beforeEach, describe, expect, test } from 'vitest';
import { createGitHub } from '#adapters/github/api.ts';
import { BODY_LIMIT, ORIGIN, PATH, scriptedGitHub } from './github.ts';
import { REPOSITORY } from './repository.ts';

const world = scriptedGitHub();
const github = () => createGitHub(world.options)(REPOSITORY);
const api = () => nock(ORIGIN, { reqheaders: { authorization: 'token ghs_one' } });
const NEW_PULL = { head: 'parallel/1/2-x', base: 'main', title: 'T', body: 'B', draft: false };

describe('what the app writes', () => {
  beforeEach(() => {
    world.token();
  });

  test('a comment is sent as it is, and its number comes back', async () => {
    api().post(`${PATH}/issues/3/comments`, { body: 'Hello' }).reply(201, { id: 41 });
    expect(await github().comment(REPOSITORY, 3, 'Hello')).toBe(41);
  });

  test('half a surrogate pair and a zero byte are replaced: GitHub refuses them', async () => {
    api().post(`${PATH}/issues/3/comments`, { body: 'a\ufffdb\ufffd' }).reply(201, { id: 41 });
    expect(await github().comment(REPOSITORY, 3, 'a\ud800b\0')).toBe(41);
  });

  test('no text leaves with a secret of the host in it: comment, edit, pull request, check run', async () => {
    const shown = '(withheld)';
    const given = 'operators-key';
    const one = github();
    api().post(`${PATH}/issues/3/comments`, { body: shown }).reply(201, { id: 41 });
    await one.comment(REPOSITORY, 3, given);
    api().patch(`${PATH}/issues/comments/41`, { body: shown }).reply(200, { id: 41 });
    await one.editComment(REPOSITORY, 41, given);
    api()
      .post(`${PATH}/pulls`, { ...NEW_PULL, title: shown, body: shown })
      .reply(201, { number: 7 });
    await one.openPull(REPOSITORY, { ...NEW_PULL, title: given, body: given });
    api().patch(`${PATH}/pulls/7`, { title: shown, body: shown }).reply(200, {});
    await one.editPull(REPOSITORY, 7, { title: given, body: given });
    const run = { name: 'forkjoin', sha: 'a'.repeat(40), conclusion: 'success' as const };
    api()
      .post(`${PATH}/check-runs`, (sent: { output: unknown }) => {
        expect(sent.output).toEqual({ title: shown, summary: shown });
        return true;
      })
      .reply(201, { id: 5 });
    await one.addCheckRun(REPOSITORY, { ...run, title: given, summary: given });
  });

  test('a comment is edited in place', async () => {
    api().patch(`${PATH}/issues/comments/41`, { body: 'Hi' }).reply(200, { id: 41 });
    expect(await github().editComment(REPOSITORY, 41, 'Hi')).toBe('edited');
  });

  test('a comment that somebody deleted is gone', async () => {
    api().patch(`${PATH}/issues/comments/41`).reply(404, { message: 'Not Found' });
    expect(await github().editComment(REPOSITORY, 41, 'Hi')).toBe('gone');
  });

  test.each([
    [201, { id: 1 }],
    [200, { id: 1 }],
    [404, { message: 'Not Found' }],
  ])('a reaction is done when GitHub says %i', async (status, answer) => {
    api().post(`${PATH}/issues/comments/41/reactions`, { content: 'eyes' }).reply(status, answer);
    await github().react(REPOSITORY, 41, 'eyes');
  });

  test('a pull request is opened', async () => {
    api()
      .post(`${PATH}/pulls`, { ...NEW_PULL })
      .reply(201, { number: 12 });
    expect(await github().openPull(REPOSITORY, NEW_PULL)).toEqual({ pull: 12 });
  });

  test("a pull request that GitHub refuses comes back with GitHub's sentences", async () => {
    api()
      .post(`${PATH}/pulls`)
      .reply(422, {
        message: 'Validation Failed',
        errors: [{ resource: 'PullRequest', code: 'custom', message: 'No commits between main and parallel/1/2-x' }],
      });
    expect(await github().openPull(REPOSITORY, NEW_PULL)).toEqual({
      refused: 'Validation Failed: No commits between main and parallel/1/2-x',
    });
  });

  test('only what changed of a pull request is sent', async () => {
    api().patch(`${PATH}/pulls/12`, { body: 'New' }).reply(200, { number: 12 });
    await github().editPull(REPOSITORY, 12, { body: 'New' });
  });

  test('a check run is added finished', async () => {
    const sha = 'b'.repeat(40);
    api()
      .post(`${PATH}/check-runs`, {
        name: 'forkjoin',
        head_sha: sha,
        status: 'completed',
        conclusion: 'failure',
        output: { title: 'Refused', summary: 'Why' },
      })
      .reply(201, { id: 77 });
    const run = { name: 'forkjoin', sha, conclusion: 'failure', title: 'Refused', summary: 'Why' } as const;
    expect(await github().addCheckRun(REPOSITORY, run)).toBe(77);
  });

  test.each([500, 502])(
    'a write that GitHub answers with %i is not sent again: it may have happened',
    async (status) => {
      api().post(`${PATH}/issues/3/comments`).reply(status);
      await expect(github().comment(REPOSITORY, 3, 'Hello')).rejects.toThrow();
      expect(world.state.waits).toEqual([]);
    },
  );

  test('a write whose answer is lost is not sent again', async () => {
    api().post(`${PATH}/pulls`).replyWithError('socket hang up');
    await expect(github().openPull(REPOSITORY, NEW_PULL)).rejects.toThrow('socket hang up');
  });
});

test('a text that GitHub would refuse for its length is refused here, before anything is sent', async () => {
  await expect(github().comment(REPOSITORY, 3, 'x'.repeat(BODY_LIMIT))).rejects.toThrow('65536 characters');
  const long = { ...NEW_PULL, title: 'x'.repeat(257) };
  await expect(github().openPull(REPOSITORY, long)).rejects.toThrow('257 characters');
});
