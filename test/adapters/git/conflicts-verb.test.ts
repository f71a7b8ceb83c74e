import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Place, typed } from './place.ts';

let place: Place;
beforeEach(() => {
  place = new Place();
});
afterEach(() => place.remove());

const PROGRAM = `
  import { Command } from 'commander';
  import { conflictsVerb } from '#cli/conflicts.ts';
  await new Command('forkjoin').addCommand(conflictsVerb()).parseAsync(['conflicts', ...process.argv.slice(1)], { from: 'user' });`;

function run(args: string[], env: Record<string, string> = {}) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--input-type=module', '-e', PROGRAM, '--', ...args],
    {
      encoding: 'utf8',
      env: { PATH: process.env['PATH'] ?? '', ...env },
      timeout: 60_000,
    },
  );
  return { status, stdout, stderr };
}

const json = (args: string[], env?: Record<string, string>) => {
  const { status, stdout } = run(['--json', '--repo', place.person, ...args], env);
  return { status, answer: JSON.parse(stdout) };
};

function branches() {
  const base = place.commit('main', { a: '1\n', b: '1\n' });
  const one = place.commit('one', { a: '2\n' }, { from: base, push: false });
  const two = place.commit('feat/two', { a: '3\n' }, { from: base, push: false });
  const three = place.commit('three', { b: '2\n' }, { from: base, push: false });
  return { base, one, two, three };
}

test('the document has the keys of the contract, and the status is 1 for a conflict', () => {
  const { base, one, two, three } = branches();
  const { status, answer } = json(['--base', 'main', 'one', 'feat/two', 'three']);
  expect(status).toBe(1);
  expect(answer).toEqual({
    base,
    branches: [
      { name: 'one', sha: one },
      { name: 'feat/two', sha: two },
      { name: 'three', sha: three },
    ],
    pairs: [
      { a: 'one', b: 'feat/two', clean: false, files: ['a'] },
      { a: 'one', b: 'three', clean: true, files: [] },
      { a: 'feat/two', b: 'three', clean: true, files: [] },
    ],
    errors: [],
    elapsedMs: expect.any(Number),
  });
  expect(json(['--base', 'main', 'one', 'three'])).toMatchObject({ status: 0, answer: { pairs: [{ clean: true }] } });
});

test('an unknown branch is named and makes the status 2, the other pairs are answered', () => {
  const { one } = branches();
  const { status, answer } = json(['--base', 'main', '--', 'one', 'nobody', 'three', '-rf', 'a\nb', '']);
  expect(status).toBe(2);
  expect(answer.errors.map(({ branch }: { branch: string }) => branch)).toEqual(['nobody', '-rf', 'a\nb', '']);
  expect(answer.pairs).toEqual([{ a: 'one', b: 'three', clean: true, files: [] }]);
  expect(answer.branches[0]).toEqual({ name: 'one', sha: one });
});

test('a base or a repository that is none is exit 2 with one document', () => {
  branches();
  expect(json(['--base', 'nowhere', 'one'])).toEqual({
    status: 2,
    answer: {
      ok: false,
      error: { message: expect.stringMatching(/^The base "nowhere" names no commit here: git branch/) },
    },
  });
  const { status, stdout } = run(['--json', '--repo', '/proc', '--base', 'main', 'one']);
  expect({ status, answer: JSON.parse(stdout) }).toEqual({
    status: 2,
    answer: { ok: false, error: { message: expect.stringMatching(/^"\/proc" is in no git repository: .*--repo/) } },
  });
  expect(run(['--json', '--repo', join(place.root, 'nothing'), '--base', 'main', 'one']).status).toBe(2);
});

test('a branch wins over a tag of its name', () => {
  const { one, base } = branches();
  typed(place.person, 'tag', 'one', base);
  expect(json(['--base', 'main', 'one']).answer.branches).toEqual([{ name: 'one', sha: one }]);
});

test('tags, hashes and branches of a remote are taken too, and a name given twice counts once', () => {
  const { base, one, two } = branches();
  typed(place.person, 'tag', '-a', 'v1', '-m', 'v1', one);
  const { answer } = json(['--base', base, 'v1', two, 'origin/main', 'v1']);
  expect(answer.branches).toEqual([
    { name: 'v1', sha: one },
    { name: two, sha: two },
    { name: 'origin/main', sha: base },
  ]);
});

test('a worktree, a bare repository and a folder below serve as well', () => {
  branches();
  typed(place.person, 'checkout', '-q', 'main');
  typed(place.person, 'push', '-q', 'origin', 'one', 'three');
  typed(place.person, 'worktree', 'add', '-q', join(place.root, 'linked'), 'one');
  for (const repo of [join(place.root, 'linked'), place.remote, join(place.person, '.git')]) {
    const { status, stdout } = run(['--json', '--repo', repo, '--base', 'main', 'one', 'three']);
    expect([status, JSON.parse(stdout).pairs]).toEqual([0, [{ a: 'one', b: 'three', clean: true, files: [] }]]);
  }
});

test('nothing in the repository changes; with a home answers are kept there, and a damaged cache does not matter', () => {
  const { base } = branches();
  const state = () => [
    readdirSync(place.person, { recursive: true }).length,
    typed(place.person, 'status', '--porcelain'),
    typed(place.person, 'for-each-ref'),
  ];
  const before = state();
  const home = join(place.root, 'cache');
  const first = json(['--base', 'main', 'one', 'feat/two'], { FORKJOIN_HOME: home });
  const file = join(home, 'forecasts', `${base}.json`);
  expect(existsSync(file)).toBe(true);
  const untimed = ({ answer }: { answer: object }) => ({ ...answer, elapsedMs: 0 });
  expect(untimed(json(['--base', 'main', 'one', 'feat/two'], { FORKJOIN_HOME: home }))).toEqual(untimed(first));
  // The kept answer is really used.
  writeFileSync(file, readFileSync(file, 'utf8').replace('["a"]', '["kept"]'));
  expect(json(['--base', 'main', 'feat/two', 'one'], { FORKJOIN_HOME: home }).answer.pairs[0].files).toEqual(['kept']);
  writeFileSync(file, '{"format":1,"outcomes":');
  expect(untimed(json(['--base', 'main', 'one', 'feat/two'], { FORKJOIN_HOME: home }))).toEqual(untimed(first));
  expect(state()).toEqual(before);
});

test('people read the conflicts, then the totals', () => {
  branches();
  const { status, stdout } = run(['--repo', place.person, '--base', 'main', 'one', 'feat/two', 'three']);
  expect(status).toBe(1);
  expect(stdout).toMatch(/^✗ one × feat\/two: a\n3 branches, 3 pairs: 1 conflict \(\d+\.\d\d s\)\n$/);
});
