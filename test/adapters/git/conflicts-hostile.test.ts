import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Place, typed } from './place.ts';

/** Repositories that nobody wishes for: the real command line is asked about them, and must leave them as they are. */

let place: Place;
beforeEach(() => {
  place = new Place();
});
afterEach(() => place.remove());

const json = (repo: string, args: readonly string[], env: Record<string, string> = {}) => {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(import.meta.dirname, '../../../src/cli.ts'), 'conflicts', '--json', '--repo', repo, ...args],
    { encoding: 'utf8', env: { PATH: process.env['PATH'] ?? '', ...env }, timeout: 60_000, cwd: place.root },
  );
  return { status, stderr, answer: JSON.parse(stdout) };
};

/** Every file of a folder, its content, its mode, and its time but that of objects: git marks those that it meets again. */
const everything = (folder: string): string => {
  const hash = createHash('sha256');
  for (const name of readdirSync(folder, { recursive: true }).map(String).sort()) {
    const at = join(folder, name);
    const about = statSync(at, { throwIfNoEntry: false });
    const time = about?.isFile() === true && !name.includes('objects/') ? about.mtimeMs : '';
    hash.update(`${name} ${time} ${about?.mode}\n`);
    if (about?.isFile() === true) hash.update(readFileSync(at));
  }
  return hash.digest('hex');
};

const only = (name: string, from: string, files: Parameters<Place['commit']>[1], remove: string[] = []) =>
  place.commit(name, files, { from, remove, push: false });

const FIVE = '1\n2\n3\n4\n5\n';

test('branches of every bad kind are told by name, the others are answered, and nothing in the repository changes', () => {
  const start = place.commit('main', { a: FIVE, 'd/x': '1\n', lfs: pointer('1') }, { push: false });
  only('behind', start, {});
  const base = only('main', start, { drift: '1\n' });
  only('one', base, { a: FIVE.replace('1', 'one') });
  only('two', base, { a: FIVE.replace('1', 'two') });
  only('ahead', base, { a: FIVE.replace('5', 'five') });
  only('ahead', 'ahead', { more: '1\n' });
  only('ünï/"quoted\'', base, { b: '1\n' });
  only('lfs', base, { lfs: pointer('2'), '.gitattributes': 'lfs filter=lfs diff=lfs merge=lfs -text\n' });
  only('lfs-too', base, { lfs: pointer('3') });
  only('Case', base, { 'D/X': '1\n' });
  only('deleted', base, { gone: '1\n' });
  const forced = only('forced', base, { a: FIVE.replace('3', 'was') });
  const now = only('forced', base, { c: '1\n' });
  typed(place.person, 'checkout', '-q', '--orphan', 'island');
  place.commit('island', { z: '1\n' }, { push: false });
  const git = (...args: string[]) => typed(place.person, ...args);
  git('checkout', '-q', '-B', 'module', base);
  git('update-index', '--add', '--cacheinfo', `160000,${forced},sub`);
  git('commit', '-q', '-m', 'module');
  git('checkout', '-q', '-B', 'module-too', base);
  git('update-index', '--add', '--cacheinfo', `160000,${now},sub`);
  git('commit', '-q', '-m', 'module');
  git('update-ref', 'refs/heads/-rf', 'one');
  git('update-ref', '-d', 'refs/heads/deleted');
  git('checkout', '-q', '-f', 'main');
  git('gc', '-q');
  writeFileSync(join(place.person, 'untracked'), 'mine\n');
  writeFileSync(join(place.person, 'a'), 'changed, not committed\n');

  const names = [
    'one',
    'two',
    'ahead',
    'behind',
    'main',
    'ünï/"quoted\'',
    'lfs',
    'lfs-too',
    'Case',
    'forced',
    'island',
  ];
  const before = everything(place.person);
  const { status, answer } = json(place.person, [
    '--base',
    'main',
    '--',
    ...names,
    'module',
    'module-too',
    '-rf',
    'missing',
    'deleted',
    'a b',
    '--help',
    'main^{tree}',
    '',
    'x'.repeat(5_000),
  ]);
  expect(everything(place.person)).toBe(before);
  expect(status).toBe(2);
  const errors: { branch: string; message: string }[] = answer.errors;
  expect(errors.map(({ branch }) => branch)).toEqual([
    'missing',
    'deleted',
    'a b',
    '--help',
    'main^{tree}',
    '',
    'x'.repeat(5_000),
  ]);
  const good = [...names, 'module', 'module-too', '-rf'];
  expect(answer.branches.map(({ name }: { name: string }) => name)).toEqual(good);
  expect(answer.branches.find(({ name }: { name: string }) => name === 'forced').sha).toBe(now);
  expect(answer.pairs).toHaveLength((good.length * (good.length - 1)) / 2);
  type Pair = { a: string; b: string; clean: boolean; files: string[]; reason?: string };
  const told = (answer.pairs as Pair[])
    .filter(({ clean }) => !clean)
    .filter(({ a, b }) => ![a, b].includes('island') && ![a, b].includes('Case'))
    .map(({ a, b, files }) => [a, b, ...files]);
  expect(told).toEqual([
    ['one', 'two', 'a'],
    ['two', '-rf', 'a'],
    ['lfs', 'lfs-too', 'lfs'],
    ['module', 'module-too', 'sub'],
  ]);
  for (const pair of answer.pairs as Pair[]) {
    if ([pair.a, pair.b].includes('island'))
      expect(pair).toMatchObject({ clean: false, files: [], reason: 'island: the histories are unrelated' });
    else if ([pair.a, pair.b].includes('Case')) expect(pair).toMatchObject({ clean: false, files: ['D/X', 'd/x'] });
  }
});

const pointer = (of: string): string =>
  `version https://git-lfs.github.com/spec/v1\noid sha256:${of.repeat(64)}\nsize 1${of}\n`;

test('no driver, filter, hook, monitor or fetch that the repository names is started, in whatever shape it is', () => {
  const canary = join(place.root, 'canary');
  const run = `touch ${canary}; true`;
  const base = place.commit('main', {
    '.gitattributes': '* merge=evil filter=evil diff=evil\n',
    a: FIVE,
  });
  place.commit('one', { a: FIVE.replace('1', 'one') }, { from: base });
  place.commit('two', { a: FIVE.replace('1', 'two') }, { from: base });
  typed(place.root, 'clone', '-q', '--bare', place.remote, 'bare');
  typed(place.root, 'clone', '-q', '--depth=2', '--no-single-branch', `file://${place.remote}`, 'shallow');
  typed(place.root, 'clone', '-q', '--shared', place.remote, 'shared');
  typed(place.person, 'worktree', 'add', '-q', join(place.root, 'linked'), 'one');
  const shapes: [string, string][] = [
    [place.person, ''],
    [join(place.root, 'linked'), ''],
    [join(place.root, 'bare'), ''],
    [join(place.root, 'shallow'), 'origin/'],
    [join(place.root, 'shared'), 'origin/'],
  ];
  for (const [folder, prefix] of shapes) {
    const common = execFileSync('git', ['rev-parse', '--path-format=absolute', '--git-common-dir'], {
      cwd: folder,
      encoding: 'utf8',
    }).trim();
    for (const [key, value] of Object.entries({
      'merge.evil.driver': run,
      'filter.evil.clean': run,
      'filter.evil.smudge': run,
      'diff.evil.textconv': run,
      'diff.evil.command': run,
      'core.fsmonitor': run,
      'core.sshCommand': run,
      'core.hooksPath': common,
      'core.attributesFile': join(place.root, 'attributes'),
      'alias.merge-tree': `!${run}`,
    }))
      execFileSync('git', ['config', '--file', join(common, 'config'), key, value]);
    // The attack works on who merges here.
    const plain = spawnSync('git', ['merge-tree', '--write-tree', `${prefix}one`, `${prefix}two`], { cwd: folder });
    if (folder === place.person) expect([plain.status, existsSync(canary)]).toEqual([0, true]);
    rmSync(canary, { force: true });
    const before = everything(common);
    const { status, answer } = json(folder, ['--base', `${prefix}main`, `${prefix}one`, `${prefix}two`], {
      FORKJOIN_HOME: join(place.root, 'home'),
    });
    expect([folder, status, answer.pairs]).toEqual([
      folder,
      1,
      [{ a: `${prefix}one`, b: `${prefix}two`, clean: false, files: ['a'] }],
    ]);
    expect(everything(common)).toBe(before);
    expect(existsSync(canary)).toBe(false);
    rmSync(join(place.root, 'home'), { recursive: true });
  }

  // Cut off above what the branches have in common, a clone cannot know.
  typed(place.root, 'clone', '-q', '--depth=1', '--no-single-branch', `file://${place.remote}`, 'cut');
  const { answer } = json(join(place.root, 'cut'), ['--base', 'origin/main', 'origin/one', 'origin/two']);
  expect(answer.pairs[0].reason).toBe(
    'origin/one: the histories are unrelated in this shallow clone; git fetch --unshallow brings what is missing',
  );
});

test('what git cannot read is told with the branches that it is needed for, and the other pairs are answered', () => {
  const base = place.commit('main', { a: FIVE, b: FIVE });
  place.commit('one', { a: FIVE.replace('1', 'one') }, { from: base });
  place.commit('two', { a: FIVE.replace('5', 'two') }, { from: base });
  place.commit('three', { b: 'three\n' }, { from: base });
  typed(place.remote, 'config', 'uploadpack.allowFilter', 'true');
  // A partial clone has trees and no files; nothing is fetched for a forecast.
  typed(place.root, 'clone', '-q', '--filter=blob:none', '--no-checkout', `file://${place.remote}`, 'partial');
  const before = everything(join(place.root, 'partial'));
  const names = ['origin/one', 'origin/two', 'origin/three'];
  const { status, answer } = json(join(place.root, 'partial'), ['--base', 'origin/main', ...names]);
  expect(status).toBe(2);
  expect(answer.errors).toEqual([
    {
      branch: 'origin/two',
      message: expect.stringMatching(/^With origin\/one: .*unable to read.*git fetch --refetch/),
    },
  ]);
  expect(answer.pairs.map(({ a, b, clean }: { a: string; b: string; clean: boolean }) => [a, b, clean])).toEqual([
    ['origin/one', 'origin/three', true],
    ['origin/two', 'origin/three', true],
  ]);
  expect(everything(join(place.root, 'partial'))).toBe(before);
});
