import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { names, Person, TMP } from './person.ts';

describe('forkjoin integrate merges what can be merged', () => {
  it('tells merged and held members with opponents and files, moves one branch and nothing else', async () => {
    const person = new Person({ a: '1\n', b: '1\n', c: '1\n' });
    const one = person.branch('one', { a: '2\n' });
    person.branch('feat/two', { a: '3\n', b: '2\n' });
    person.branch('three', { c: '2\n' });
    person.branch('four', { d: '1\n' }, 'feat/two');
    person.branch('five', { b: '5\n', e: '1\n' });
    const base = person.git('rev-parse', 'main');
    const before = person.surroundings('integration/x');
    const members = ['one', 'five', 'feat/two', 'four', 'three'];
    const args = ['--base', 'main', '--into', 'integration/x', '--after', 'four:feat/two', ...members];
    const { status, stderr, answer } = await person.json(args);
    const tip = person.head('integration/x');
    expect(answer).toEqual({
      into: 'integration/x',
      sha: tip,
      base: { sha: base },
      merged: [
        { member: 'one', sha: person.git('rev-parse', `${tip}~2`), verify: 'skipped', resolved: [] },
        { member: 'five', sha: person.git('rev-parse', `${tip}~1`), verify: 'skipped', resolved: [] },
        { member: 'three', sha: tip, verify: 'skipped', resolved: [] },
      ],
      held: [
        { member: 'feat/two', reason: 'conflict', with: ['one', 'five'], files: ['a', 'b'] },
        { member: 'four', reason: 'dependency-held', with: ['feat/two'], files: [] },
      ],
    });
    expect([status, stderr]).toEqual([1, '']);
    expect(person.git('rev-parse', `${tip}~2^2`)).toBe(one);
    expect(person.git('show', `${tip}:c`)).toBe('2');
    expect(person.surroundings('integration/x')).toBe(before);
    // Of the merges that were tried only those on the branch are left.
    expect(person.git('fsck', '--unreachable', '--no-progress')).toBe('');

    const log = () => readFileSync(join(person.folder, '.git/logs/refs/heads/integration/x'), 'utf8');
    const moved = log();
    expect((await person.json(args)).answer).toEqual(answer);
    expect(log()).toBe(moved);
    const other = person.started([...args.map((word) => (word === 'integration/x' ? 'y' : word)), '--verify', 'true']);
    expect(other.stdout).toMatch(/✗ {2}feat\/two .*conflicts with one, five.*a, b/);
    expect(other.stderr).toContain('three: passed');
    expect(person.head('y')).toBe(tip);
  });

  it('goes on from a base or a member that moved, over a branch that it made itself', async () => {
    const person = new Person({ a: '1\n' });
    person.branch('one', { b: '1\n' });
    person.branch('two', { c: '1\n' });
    const args = ['--base', 'main', '--into', 'i', 'one', 'two'];
    const first = (await person.json(args)).answer;
    person.branch('two', { d: '1\n' }, 'two');
    const second = (await person.json(args)).answer;
    expect(second.merged[0]).toEqual(first.merged[0]);
    expect(second.sha).not.toBe(first.sha);
    person.branch('main2', { z: '1\n' });
    const third = await person.json(['--base', 'main2', ...args.slice(2)]);
    expect([third.status, person.git('show', 'i:z')]).toEqual([0, '1']);
    // Somebody's own commit on top, though it looks like ours.
    person.git('checkout', '-q', 'i');
    person.git('commit', '-q', '--amend', '--no-edit', '--reset-author');
    person.git('checkout', '-q', 'main');
    const head = person.head('i');
    const refused = await person.json(args);
    expect([refused.status, refused.answer.error.message]).toEqual([2, expect.stringContaining('did not make')]);
    expect(person.head('i')).toBe(head);
  });

  it('names every member that cannot be merged for what it is, the others proceed', async () => {
    const person = new Person({ a: '1\n', 'd/1': 'x1\n', 'd/2': 'x2\n' });
    const tip = person.branch('good', { b: '1\n' });
    person.branch(`we"ird' ü`.replace(' ', '-'), { 'na me "ü"': '1\n' });
    person.git('update-ref', 'refs/heads/-dash', person.branch('dash', { e: '1\n' }));
    person.git('update-ref', 'refs/heads/same', tip);
    person.git('update-ref', 'refs/heads/empty', 'main');
    person.git('checkout', '-q', '--orphan', 'unrelated');
    person.git('commit', '-q', '-m', 'alone');
    person.git('checkout', '-q', '-f', 'main');
    person.branch('changed', { a: '2\n' });
    person.git('update-ref', 'refs/heads/old', person.branch('tmp', { a: '3\n' }));
    person.git('merge', '-q', '--ff-only', 'changed');
    person.branch('ahead', { f: '1\n' });
    person.branch('upper', { README: '1\n' });
    person.branch('lower', { readme: '1\n' });
    person.branch('place', { place: '1\n' });
    person.branch('folder', { 'place/inner': '1\n' });
    const members = [
      'missing',
      'unrelated',
      'old',
      'good',
      'same',
      'empty',
      'ahead',
      'upper',
      'lower',
      'place',
      'folder',
      `we"ird'-ü`,
    ];
    const { status, stderr, answer } = await person.json(['--base', 'main', '--into', 'i', '--', ...members, '-dash']);
    expect(status).toBe(2);
    expect(answer.errors).toEqual([{ member: 'missing', message: expect.stringContaining('names no commit here') }]);
    expect(names(answer.merged)).toEqual(['good', 'same', 'empty', 'ahead', 'upper', 'place', `we"ird'-ü`, '-dash']);
    expect(answer.held).toEqual([
      { member: 'unrelated', reason: 'conflict', with: ['main'], files: [] },
      { member: 'old', reason: 'conflict', with: ['main'], files: ['a'] },
      { member: 'lower', reason: 'conflict', with: ['upper'], files: ['README', 'readme'] },
      { member: 'folder', reason: 'conflict', with: ['place'], files: ['place'] },
    ]);
    expect(stderr).toContain('unrelated: the histories are unrelated');
    // What is contained already adds no commit.
    expect(new Set(answer.merged.slice(0, 3).map(({ sha }: { sha: string }) => sha)).size).toBe(1);
    expect(answer.merged.at(-1).sha).toBe(answer.sha);
  });

  it('leaves out members of which objects are missing or damaged, with what to do, and goes on with the others', async () => {
    const person = new Person({ a: '1\n' });
    person.branch('treeless', { 'd/b': '1\n' });
    person.branch('blobless', { c: 'gone\n' });
    person.branch('emptied', { d: 'cut off\n' });
    person.branch('good', { e: '1\n' });
    for (const name of ['treeless^{tree}', 'blobless:c']) {
      const object = person.git('rev-parse', name);
      rmSync(join(person.folder, '.git/objects', object.slice(0, 2), object.slice(2)));
    }
    const emptied = person.git('rev-parse', 'emptied:d');
    const file = join(person.folder, '.git/objects', emptied.slice(0, 2), emptied.slice(2));
    rmSync(file);
    writeFileSync(file, '');
    const nowhere = '7'.repeat(40);
    writeFileSync(join(person.folder, '.git/refs/heads/nowhere'), `${nowhere}\n`);
    const args = ['--base', 'main', '--into', 'i', 'treeless', 'blobless', 'emptied', 'nowhere', 'good'];
    for (const verify of [[], ['--verify', 'test -e a']]) {
      const { status, answer } = await person.json([...verify, ...args]);
      // A merge without a checkout needs no contents.
      const out = ['nowhere', 'treeless', ...(verify.length === 0 ? [] : ['blobless', 'emptied'])];
      expect([status, names(answer.errors), answer.held]).toEqual([2, out, []]);
      expect(answer.errors[0].message).toMatch(/^It leads to 7777.*git fsck/);
      expect(answer.errors[1].message).toContain('git fsck');
      expect(person.git('ls-tree', '--name-only', 'i').split('\n')).toEqual(
        verify.length === 0 ? ['a', 'c', 'd', 'e'] : ['a', 'e'],
      );
    }
  });

  it('lists what resolvers did to a merge', async () => {
    const manifest = (...names: string[]) =>
      `${JSON.stringify({ name: 'shop', dependencies: Object.fromEntries(names.map((name) => [name, '1.0.0'])) }, null, 2)}\n`;
    const person = new Person({ 'package.json': manifest('a') });
    person.branch('one', { 'package.json': manifest('a', 'b') });
    person.branch('two', { 'package.json': manifest('a', 'c') });
    person.branch('three', { 'package.json': manifest('d').replace('1.0.0', '2.0.0') });
    person.branch('four', { 'package.json': manifest('d').replace('1.0.0', '3.0.0') });
    // Git alone has it conflict with all of them; what is settled by rule is in nobody's way.
    const held = (await person.json(['--base', 'main', '--into', 'h', 'one', 'three', 'two', 'four'])).answer.held;
    expect(held).toEqual([{ member: 'four', reason: 'conflict', with: ['three'], files: ['package.json'] }]);
    const { status, answer } = await person.json(['--base', 'main', '--into', 'i', 'one', 'two']);
    expect([status, names(answer.merged)]).toEqual([0, ['one', 'two']]);
    expect(answer.merged[1].resolved).toEqual([
      { path: 'package.json', how: 'json-keys', words: expect.stringContaining('dependencies.c') },
    ]);
    expect(JSON.parse(person.git('show', 'i:package.json')).dependencies).toEqual({
      a: '1.0.0',
      b: '1.0.0',
      c: '1.0.0',
    });
  });

  it('takes in a member that was built on two others, beside a third that changed the same manifest', async () => {
    const manifest = (...names: string[]) =>
      `${JSON.stringify({ name: 'shop', dependencies: Object.fromEntries(names.map((name) => [name, '1.0.0'])) }, null, 2)}\n`;
    const person = new Person({ 'package.json': manifest('kept') });
    const [one, , three] = ['a', 'b', 'c'].map((name) =>
      person.branch(name, { 'package.json': manifest('kept', name) }),
    );
    // Two merges of the same heads, a person's and the chain's: git knows no common version of the manifest.
    person.branch('both', { 'package.json': manifest('kept', 'a', 'c') }, one);
    const tree = person.git('rev-parse', 'both^{tree}');
    const joined = person.git('commit-tree', '-p', one ?? '', '-p', three ?? '', '-m', 'both', tree);
    person.branch('d', { 'package.json': manifest('kept', 'a', 'c', 'd') }, joined);
    const after = ['--after', 'd:a', '--after', 'd:c'];
    const { answer } = await person.json(['--base', 'main', '--into', 'i', ...after, 'a', 'b', 'c', 'd']);
    expect(answer.held).toEqual([]);
    const { dependencies } = JSON.parse(person.git('show', 'i:package.json'));
    expect(Object.keys(dependencies)).toEqual(['kept', 'a', 'b', 'c', 'd']);
  });

  it('finds who is in the way when members go together by twos and not by threes', async () => {
    const text = (from: number) => Array.from({ length: 20 }, (_, n) => `${from + n}\n`).join('');
    const person = new Person({ 'd/1': text(0), 'd/2': text(50), x: '1\n' });
    person.branch('A', { 'd/1': null, 'e/1': text(0) });
    person.branch('B', { 'd/2': null, 'e/2': text(50) });
    person.branch('C', { 'd/new': text(100) });
    person.branch('D', { x: '2\n' });
    for (const two of [
      ['A', 'B'],
      ['A', 'C'],
      ['B', 'C'],
    ])
      expect((await person.json(['--base', 'main', '--into', 'i', ...two])).status).toBe(0);
    const { answer } = await person.json(['--base', 'main', '--into', 'i', 'A', 'D', 'B', 'C']);
    expect(names(answer.merged)).toEqual(['A', 'D', 'B']);
    expect(answer.held).toEqual([{ member: 'C', reason: 'conflict', with: ['A', 'B'], files: ['e/new'] }]);
  });

  it('reads what is committed about merging, also in a bare repository, and runs no driver that a repository names', async () => {
    const person = new Person({ '.gitattributes': 'log merge=union\npin -merge\n*.x merge=evil filter=evil\n' });
    const canary = join(TMP, 'canary');
    for (const key of ['merge.evil.driver', 'filter.evil.clean', 'filter.evil.smudge'])
      person.git('config', key, `touch ${canary}; cat`);
    const hook = join(person.folder, '.git/hooks/reference-transaction');
    writeFileSync(hook, `#!/bin/sh\ntouch ${canary}\n`, { mode: 0o755 });
    rmSync(hook);
    person.git('-c', 'filter.evil.clean=cat', 'commit', '-q', '--allow-empty', '-m', 'more');
    const pointer = 'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 12345\n';
    person.branch('one', { log: 'one\n', pin: '1\n', 'a.x': '1\n', 'big.bin': pointer });
    person.branch('two', { log: 'two\n', 'b.x': '2\n' });
    person.branch('pinned', { pin: '2\n' });
    person.git('update-index', '--add', '--cacheinfo', `160000,${person.head('one')},sub`);
    person.git('commit', '-q', '-m', 'a submodule');
    person.git('update-ref', 'refs/heads/module', 'HEAD');
    person.git('reset', '-q', '--hard', 'HEAD~1');
    rmSync(canary, { force: true });
    // The attack works where nothing is done about it.
    person.git('checkout', '-q', '--detach', 'two');
    person.git('checkout', '-q', 'main');
    expect(existsSync(canary)).toBe(true);
    rmSync(canary);
    writeFileSync(hook, `#!/bin/sh\ntouch ${canary}\n`, { mode: 0o755 });
    const args = ['--base', 'main', '--verify', `cmp big.bin ${join(TMP, 'pointer')} || test ! -e big.bin`];
    writeFileSync(join(TMP, 'pointer'), pointer);
    const { answer } = await person.json([...args, '--into', 'i', 'one', 'two', 'pinned', 'module']);
    expect(names(answer.merged)).toEqual(['one', 'two', 'module']);
    expect(answer.held).toEqual([{ member: 'pinned', reason: 'conflict', with: ['one'], files: ['pin'] }]);
    expect(person.git('show', 'i:log').split('\n').sort()).toEqual(['one', 'two']);
    expect(person.git('ls-tree', 'i', 'sub')).toContain('160000 commit');
    rmSync(hook);
    const bare = join(person.folder, 'bare.git');
    person.git('clone', '-q', '--bare', '.', bare);
    const there = await person.json([...args, '--repo', bare, '--into', 'j', 'one', 'two', 'pinned', 'module']);
    expect(there.answer.sha).toBe(answer.sha);
    expect(existsSync(canary)).toBe(false);
  });
});

describe('forkjoin integrate moves no branch of anybody else', () => {
  it('refuses a target that is the base, a member, checked out, illegal or holds other commits', async () => {
    const person = new Person({ a: '1\n' });
    for (const name of ['one', 'theirs', 'out', 'dir/below']) person.branch(name, { [name]: '1\n' });
    person.git('symbolic-ref', 'refs/heads/alias', 'refs/heads/theirs');
    person.git('worktree', 'add', '-q', join(TMP, 'linked'), 'out');
    const before = person.surroundings('');
    const refused = async (args: string[]) => {
      const { status, answer } = await person.json(args);
      expect([args, status, answer.ok]).toEqual([args, 2, false]);
      return answer.error.message;
    };
    const into = (name: string) => refused(['--base', 'one', '--into', name, 'theirs', 'dir/below']);
    expect(await into('one')).toContain('is the base');
    expect(await refused(['--base', 'heads/one', '--into', 'one', 'theirs'])).toContain('is the base');
    expect(await into('theirs')).toContain('is a member');
    person.git('update-ref', 'refs/remotes/origin/main', 'main');
    expect(await refused(['--base', 'origin/main', '--into', 'main', 'one'])).toContain('is the base');
    person.git('update-ref', '-d', 'refs/remotes/origin/main');
    const bare = ['--repo', join(person.folder, 'bare.git'), '--into', 'main', 'one', '--base'];
    person.git('clone', '-q', '--bare', '.', 'bare.git');
    for (const base of ['HEAD', '@', person.head('main'), 'main~0'])
      expect(await refused([...bare, base])).toContain('the base');
    expect(person.git('--git-dir', 'bare.git', 'rev-parse', 'main')).toBe(person.head('main'));
    rmSync(join(person.folder, 'bare.git'), { recursive: true });
    expect(await into('main')).toContain('checked out');
    expect(await into('out')).toContain(join(TMP, 'linked'));
    expect(await into('alias')).toContain('another name');
    expect(await into('dir')).toContain('cannot be made');
    for (const name of ['a..b', '-x', 'a b', 'x.lock', '@', '', 'HEAD', 'refs/heads/x'])
      expect(await into(name)).toContain('no name for a branch');
    expect(await refused(['--base', 'main', '--into', 'out', 'one'])).toContain('checked out');
    expect(await refused(['--base', 'main', '--into', 'i', 'one', 'one'])).toContain('twice');
    expect(await refused(['--base', 'nowhere', '--into', 'i', 'one'])).toContain('"nowhere"');
    for (const after of ['one:nobody', 'one', 'one:one', ':', 'one:theirs:one'])
      expect(await refused(['--base', 'main', '--into', 'i', '--after', after, 'one', 'theirs'])).toContain(after);
    const circle = ['--after', 'one:theirs', '--after', 'theirs:one'];
    expect(await refused(['--base', 'main', '--into', 'i', ...circle, 'one', 'theirs'])).toContain('circle');
    expect(await refused(['--repo', TMP, '--base', 'main', '--into', 'i', 'one'])).toContain('no git repository');
    person.git('worktree', 'remove', '--force', join(TMP, 'linked'));
    person.git('checkout', '-q', 'main');
    person.git('update-ref', 'refs/heads/out', 'out');
    expect(person.surroundings('')).toBe(before);
  });
});
