import nock from 'nock';
import { beforeEach, describe, expect, test } from 'vitest';
import { createGitHub } from '#adapters/github/api.ts';
import { readDelivery } from '#adapters/github/facts.ts';
import { ORIGIN, PATH, scriptedGitHub } from './github.ts';
import { BOT, GRACE, issues } from './payloads.ts';
import { REPOSITORY } from './repository.ts';

const world = scriptedGitHub();
const github = () => createGitHub(world.options)(REPOSITORY);
const api = () => nock(ORIGIN, { reqheaders: { authorization: 'token ghs_one' } });
const READY = { name: 'parallel:ready', color: '0969da', description: 'Ready' };

describe('labels', () => {
  beforeEach(() => {
    world.token();
  });

  test('of an issue are sent together, as its only ones', async () => {
    api()
      .put(`${PATH}/issues/3/labels`, { labels: ['parallel', 'parallel:ready'] })
      .reply(200, []);
    await github().setLabels(REPOSITORY, 3, ['parallel', 'parallel:ready']);
  });

  test("of an issue that was deleted are nobody's loss", async () => {
    api().put(`${PATH}/issues/3/labels`).reply(410, { message: 'This issue was deleted' });
    await github().setLabels(REPOSITORY, 3, []);
  });

  test('of a repository are read by name, and may be missing', async () => {
    api()
      .get(`${PATH}/labels/parallel%3Aready`)
      .reply(200, { ...READY, description: null });
    api().get(`${PATH}/labels/parallel%3Adone`).reply(404, { message: 'Not Found' });
    const hub = github();
    expect(await hub.label(REPOSITORY, 'parallel:ready')).toEqual({ ...READY, description: '' });
    expect(await hub.label(REPOSITORY, 'parallel:done')).toBeUndefined();
  });

  test.each([
    [201, READY],
    [422, { message: 'Validation Failed', errors: [{ resource: 'Label', code: 'already_exists', field: 'name' }] }],
  ])('are there when GitHub answers the making of one with %i', async (status, answer) => {
    api().post(`${PATH}/labels`, READY).reply(status, answer);
    await github().createLabel(REPOSITORY, READY);
  });

  test('get a colour and a description, and keep their name', async () => {
    api()
      .patch(`${PATH}/labels/parallel%3Aready`, { color: READY.color, description: READY.description })
      .reply(200, READY);
    await github().paintLabel(REPOSITORY, READY);
  });
});

const read = (payload: unknown) => readDelivery({ id: '1', event: 'issues', payload, at: '2026-03-01T12:00:00.000Z' });
const labelled = (name: string, sender: object) => read(issues('labeled', { label: { name }, sender }));

test('a label of the app is heard when a person put it there, and not when the app did', () => {
  expect(labelled('parallel:ready', BOT)).toBeUndefined();
  expect(read(issues('unlabeled', { label: { name: 'Parallel:Ready' }, sender: BOT }))).toBeUndefined();
  expect(labelled('parallel:ready', GRACE)).toMatchObject({ kind: 'issue', issue: 3 });
  expect(labelled('parallel', BOT)).toMatchObject({ kind: 'issue', labelledBy: 'forkjoin[bot]' });
});
