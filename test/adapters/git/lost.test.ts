import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { chainRecord } from '#adapters/git/chain-record.ts';
import { chainFaults } from '#core/integrate/lost.ts';
import type { Sha } from '#core/types.ts';
import type { Git } from '#engine/ports.ts';
import { AT, type Files, Place, typed } from './place.ts';

const PLANTED = fileURLToPath(new URL('planted-git.mjs', import.meta.url));
const path = process.env['PATH'] ?? '';

let place: Place;
let git: Git;
beforeEach(() => {
  place = new Place();
  git = place.git();
});
afterEach(() => {
  process.env['PATH'] = path;
  place.remove();
});

/** Puts a git first on the PATH that loses one file in what a verb gives or takes. */
const plant = (verb: 'merge-tree' | 'commit-tree', file: string): void => {
  const real = execFileSync('sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim();
  const folder = join(place.root, 'planted');
  mkdirSync(folder);
  const quoted = [process.execPath, PLANTED, real, verb, file].map((one) => `'${one}'`).join(' ');
  writeFileSync(join(folder, 'git'), `#!/bin/sh\nexec ${quoted} "$@"\n`);
  chmodSync(join(folder, 'git'), 0o755);
  process.env['PATH'] = `${folder}:${path}`;
};

const branch = (name: string, from: Sha, files: Files, remove: string[] = []): Sha =>
  place.commit(name, files, { from, remove });

/** Merges the heads one after the other; the tip of the chain. */
const chained = async (base: Sha, heads: readonly Sha[]): Promise<Sha> => {
  let tip = base;
  for (const head of heads) {
    const outcome = await git.merge(place.repository, tip, head, 'Merge', AT);
    if (!outcome.clean) throw new Error(`conflict in ${outcome.files.join()}`);
    tip = outcome.commit;
  }
  return tip;
};

/** The same, with every tree committed by git once more, as resolvers have it. */
const committed = async (base: Sha, heads: readonly Sha[]): Promise<Sha> => {
  let tip = base;
  for (const head of heads) {
    const outcome = await git.merge(place.repository, tip, head, 'Merge', AT);
    if (!outcome.clean) throw new Error(`conflict in ${outcome.files.join()}`);
    tip = await git.commitTree(place.repository, outcome.tree, [tip, head], 'Resolved', AT);
  }
  return tip;
};

const faults = async (base: Sha, tip: Sha, heads: readonly Sha[]) =>
  chainFaults(await git.chainRecord(place.repository, base, tip, heads));

const TEN = Array.from({ length: 10 }, (_, line) => `line ${line}\n`).join('');

test('a sound chain has no fault: renames, stacked members, one pushed again, one begun before the base moved', async () => {
  const start = place.commit('main', { a: TEN, b: TEN, gone: '1\n', 'dir/x': 'x\n', 'née \\ "q"': '1\n' });
  const early = branch('early', start, { early: '1\n', 'dir/x': 'early\n' });
  const base = branch('main', start, { drift: '1\n', b: `${TEN}drift\n` });
  const renames = branch('renames', base, { 'moved/a': TEN }, ['a']);
  const edits = branch('edits', base, { a: TEN.replace('line 3', 'line three'), b: TEN.replace('line 1', 'one') });
  const stacked = branch('stacked', edits, { stacked: '1\n' }, ['née \\ "q"']);
  const again = branch('again', base, { a: TEN.replace('line 8', 'line eight'), again: { run: '#!/bin/sh\n' } });
  const deletes = branch('deletes', base, { 'a link': { link: '/nowhere' } }, ['gone']);
  await git.fetch(place.repository);
  // The one that `stacked` stands on is another commit by now.
  const heads = [renames, again, early, stacked, deletes];
  const tip = await chained(base, heads);
  expect(await faults(base, tip, heads)).toEqual([]);
  expect(await git.read(place.repository, tip, 'moved/a')).toBe(
    TEN.replace('line 3', 'line three').replace('line 8', 'line eight'),
  );
  const { tree } = await git.chainRecord(place.repository, base, tip, heads);
  expect(tree).toBe(typed(place.mirror, 'rev-parse', `${tip}^{tree}`));
});

test('a planted git that loses a file in a merge, or on the way into the commit, is found out by the name of the file', async () => {
  const base = place.commit('main', { a: TEN, b: TEN });
  const one = branch('one', base, { 'src/née "q"': '1\n', other: '1\n' });
  const two = branch('two', base, { a: TEN.replace('line 3', 'line three') });
  await git.fetch(place.repository);
  for (const verb of ['merge-tree', 'commit-tree'] as const) {
    plant(verb, 'src/née "q"');
    const tip = await (verb === 'merge-tree' ? chained : committed)(base, [one, two]);
    process.env['PATH'] = path;
    // Git alone says nothing: the merge was clean, and the file is not there.
    expect(await git.paths(place.repository, tip)).toEqual(['a', 'b', 'other']);
    expect(await faults(base, tip, [one, two])).toMatchObject([{ kind: 'path', head: one, path: 'src/née "q"' }]);
    expect(await faults(base, await chained(base, [one, two]), [one, two])).toEqual([]);
    typed(place.root, 'init', '-q', 'unused');
    execFileSync('rm', ['-r', join(place.root, 'planted')]);
  }
});

test('forkjoin integrate makes no branch of a chain in which such a git lost a file, and names it', () => {
  const base = place.commit('main', { a: TEN, b: TEN });
  branch('one', base, { 'src/lost': '1\n', other: '1\n' });
  branch('two', base, { a: TEN.replace('line 3', 'line three') });
  const refs = () => typed(place.person, 'for-each-ref');
  const before = refs();
  const integrate = () => {
    const cli = fileURLToPath(new URL('../../../src/cli.ts', import.meta.url));
    const args = ['--repo', place.person, '--base', 'main', '--into', 'integration/x', 'one', 'two'];
    const env = { PATH: process.env['PATH'] ?? '' };
    return spawnSync(process.execPath, [cli, 'integrate', '--json', ...args], {
      encoding: 'utf8',
      env,
      timeout: 60_000,
    });
  };
  plant('merge-tree', 'src/lost');
  const { status, stdout } = integrate();
  process.env['PATH'] = path;
  expect(status).toBe(2);
  const { error } = JSON.parse(stdout);
  expect(error.message).toContain('src/lost');
  expect(error.message).toContain('one');
  expect(refs()).toBe(before);
  expect(integrate().status).toBe(0);
});

test('a head that is no part of the tip, and a tip that does not stand on the base, are told', async () => {
  const base = place.commit('main', { a: '1\n' });
  const one = branch('one', base, { b: '1\n' });
  const two = branch('two', base, { c: '1\n' });
  await git.fetch(place.repository);
  const tip = await chained(base, [one]);
  expect(await faults(base, tip, [one, two])).toEqual([{ kind: 'head', head: two }]);
  expect(await faults(two, tip, [one])).toContainEqual({ kind: 'base' });
  expect(await faults(base, base, [])).toEqual([]);
  // A commit in the chain that merges nothing brings what is nobody's.
  expect(await faults(base, two, [two])).toMatchObject([{ kind: 'path', head: two, path: 'c' }]);
});

test('changes of submodules, and names that are no text, are looked at too', async () => {
  const ignored = '[submodule "sub"]\n\tpath = sub\n\turl = ./sub\n\tignore = all\n';
  const base = place.commit('main', { a: '1\n', '.gitmodules': ignored });
  typed(place.person, 'checkout', '-q', '-B', 'sub', base);
  mkdirSync(join(place.person, 'sub'));
  typed(place.person, 'update-index', '--add', '--cacheinfo', `160000,${base},sub`);
  typed(place.person, 'commit', '-q', '-m', 'sub');
  execFileSync('sh', ['-c', `printf x > "$(printf 'b\\377')"; printf x > "$(printf 'b\\376')"`], { cwd: place.person });
  typed(place.person, 'add', '.');
  typed(place.person, 'commit', '-q', '-m', 'bytes');
  const head = typed(place.person, 'rev-parse', 'HEAD');
  const empty = typed(place.person, 'commit-tree', '-p', base, '-p', head, '-m', 'x', `${base}^{tree}`);
  expect(typed(place.person, 'diff-tree', '-r', '--name-only', base, head)).not.toContain('sub');
  const folder = { gitDir: join(place.person, '.git'), ground: { home: place.root } };
  const found = chainFaults(await chainRecord(folder, base, empty, [head]));
  expect(found.map((fault) => fault.kind === 'path' && fault.path)).toEqual(['b\\376', 'b\\377', 'sub']);
});

test('heads that are younger than the merges they are part of are found in the chain', async () => {
  const base = place.commit('main', { a: '1\n' });
  await git.fetch(place.repository);
  const heads = await Promise.all(
    Array.from({ length: 9 }, (_, n) =>
      git.commitFiles(
        place.repository,
        base,
        [{ path: `f${n}`, content: '1\n' }],
        'later',
        `203${n}-01-01T00:00:00.000Z`,
      ),
    ),
  );
  expect(await faults(base, await chained(base, heads), heads)).toEqual([]);
});
