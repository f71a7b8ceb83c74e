import { execFileSync, spawn } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { judgeGit } from '#cli/doctor/programs.ts';
import type { Git, Worktree } from '#engine/ports.ts';
import { AT, type Files, Place, typed, write } from '../../adapters/git/place.ts';

/** Each test first shows that the attack works on a git that is used as people use it; the numbers are rows of the threat table. */
let place: Place;
let git: Git;
beforeEach(() => {
  place = new Place();
  git = place.git();
});
afterEach(() => place.remove());

const canary = () => join(place.root, 'canary');
const evil = () => `touch ${canary()}`;

/** Did the attack run since this was asked last? */
function ran(): boolean {
  const answer = existsSync(canary());
  rmSync(canary(), { force: true });
  return answer;
}

/** Runs git as a careless controller would; its failure does not matter, only what it set off. */
function careless(cwd: string, ...args: string[]): string {
  try {
    return typed(cwd, ...args);
  } catch {
    return '';
  }
}

async function worktreeOf(files: Files): Promise<Worktree> {
  const base = place.commit('main', files);
  await git.fetch(place.repository);
  return git.addWorktree(place.repository, 'item-1-1', base);
}

/** Everything the controller does around an agent. */
async function wholeAttempt(worktree: Worktree): Promise<void> {
  const { tree } = await git.snapshot(place.repository, worktree);
  const commit = await git.commitTree(place.repository, tree, [worktree.base], 'work', AT);
  await git.merge(place.repository, worktree.base, commit, 'merge', AT);
  await git.push(place.repository, 'parallel/1/1-x', commit, undefined);
  await git.fetch(place.repository);
  await git.addWorktree(place.repository, 'item-1-2', commit);
  await git.removeWorktree(place.repository, worktree.name);
}

describe('row 22: a rewritten .git file', () => {
  test('row 22: leads a careless git into the agent’s configuration, and ours nowhere', async () => {
    const worktree = await worktreeOf({ 'a.txt': 'a\n' });
    const trap = join(worktree.path, 'trap.git');
    typed(worktree.path, 'init', '-q', '--bare', trap);
    appendFileSync(
      join(trap, 'config'),
      `[core]\n\tbare = false\n\tworktree = ${worktree.path}\n\tfsmonitor = "${evil()};false"\n`,
    );
    writeFileSync(join(worktree.path, '.git'), `gitdir: ${trap}\n`);
    careless(worktree.path, 'status');
    expect(ran()).toBe(true);
    await wholeAttempt(worktree);
    expect(ran()).toBe(false);
  });

  test('row 22: so does a folder put in its place', async () => {
    const worktree = await worktreeOf({ 'a.txt': 'a\n' });
    rmSync(join(worktree.path, '.git'));
    typed(worktree.path, 'init', '-q');
    appendFileSync(join(worktree.path, '.git/config'), `[core]\n\tfsmonitor = "${evil()};false"\n`);
    careless(worktree.path, 'status');
    expect(ran()).toBe(true);
    await wholeAttempt(worktree);
    expect(ran()).toBe(false);
  });
});

describe('row 23: a planted configuration of the bare clone', () => {
  test('row 23: runs for a careless git; ours puts its own back before anything else', async () => {
    const worktree = await worktreeOf({ 'a.txt': 'a\n' });
    const mine = readFileSync(join(place.mirror, 'config'), 'utf8');
    const plant = () => appendFileSync(join(place.mirror, 'config'), `[core]\n\tfsmonitor = "${evil()};false"\n`);
    plant();
    careless(worktree.path, 'status');
    expect(ran()).toBe(true);
    await wholeAttempt(worktree);
    expect(ran()).toBe(false);
    plant();
    await git.head(place.repository, 'main');
    expect(readFileSync(join(place.mirror, 'config'), 'utf8')).toBe(mine);
  });

  test('row 23: a worktree configuration, too', async () => {
    const worktree = await worktreeOf({ 'a.txt': 'a\n' });
    writeFileSync(
      join(place.mirror, 'worktrees/item-1-1/config.worktree'),
      `[core]\n\tbare = false\n\tfsmonitor = "${evil()};false"\n`,
    );
    appendFileSync(join(place.mirror, 'config'), '[extensions]\n\tworktreeConfig = true\n');
    careless(worktree.path, 'status');
    expect(ran()).toBe(true);
    await wholeAttempt(worktree);
    expect(ran()).toBe(false);
  });
});

test('row 24: filters, text conversions and merge drivers run for a careless git, and not for ours', async () => {
  const worktree = await worktreeOf({ 'a.txt': 'a\n', '.gitattributes': '*.txt filter=evil diff=evil merge=evil\n' });
  const config = `[filter "evil"]\n\tclean = ${evil()};cat\n\tsmudge = ${evil()};cat\n[merge "evil"]\n\tdriver = ${evil()}\n[diff "evil"]\n\ttextconv = ${evil()};cat\n`;
  appendFileSync(join(place.mirror, 'config'), config);
  write(worktree.path, { 'a.txt': 'changed\n' });
  rmSync(join(place.mirror, 'info/attributes'));
  careless(worktree.path, 'add', '-A');
  expect(ran()).toBe(true);
  await wholeAttempt(worktree);
  expect(ran()).toBe(false);
});

test('row 25: hooks run for a careless git even with --no-verify, and not for ours', async () => {
  const worktree = await worktreeOf({ 'a.txt': 'a\n' });
  for (const hook of [
    'reference-transaction',
    'post-checkout',
    'pre-push',
    'post-index-change',
    'post-rewrite',
    'pre-commit',
    'commit-msg',
  ]) {
    write(place.mirror, { [`hooks/${hook}`]: { run: `#!/bin/sh\n${evil()}\n` } });
  }
  careless(worktree.path, 'commit', '--no-verify', '--allow-empty', '-m', 'x');
  expect(ran()).toBe(true);
  write(worktree.path, { 'b.txt': 'b\n' });
  await wholeAttempt(worktree);
  expect(ran()).toBe(false);
});

test('row 26: a repository inside the worktree runs its monitor for a careless git; ours tells it as a submodule', async () => {
  const inner = (folder: string) => {
    mkdirSync(folder, { recursive: true });
    typed(folder, 'init', '-q');
    write(folder, { x: 'x\n' });
    typed(folder, 'add', '-A');
    typed(folder, 'commit', '-qm', 'inner');
    appendFileSync(join(folder, '.git/config'), `[core]\n\tfsmonitor = "${evil()};false"\n`);
    write(folder, { x: 'changed\n' });
  };
  place.commit('main', { 'a.txt': 'a\n' });
  inner(join(place.person, 'known'));
  rmSync(canary(), { force: true });
  const base = place.commit('main', {});
  expect(typed(place.person, 'ls-tree', base)).toContain('160000 commit');
  ran();
  await git.fetch(place.repository);
  const worktree = await git.addWorktree(place.repository, 'item-1-1', base);
  inner(join(worktree.path, 'known'));
  inner(join(worktree.path, 'new'));
  ran();
  careless(worktree.path, 'status');
  expect(ran()).toBe(true);
  const { changes } = await git.snapshot(place.repository, worktree);
  expect(changes).toEqual([{ path: 'new', kind: 'added', oldMode: '000000', newMode: '160000', size: 0 }]);
  await wholeAttempt(worktree);
  expect(ran()).toBe(false);
});

test('row 27: a link out of the worktree is read by who opens files, and told as a link by ours', async () => {
  const secret = join(place.root, 'secret');
  writeFileSync(secret, 'TOPSECRET');
  const worktree = await worktreeOf({ 'a.txt': 'a\n' });
  write(worktree.path, { lnk: { link: secret }, folder: { link: place.root } });
  expect(readFileSync(join(worktree.path, 'lnk'), 'utf8')).toBe('TOPSECRET');
  const { tree, changes } = await git.snapshot(place.repository, worktree);
  expect(changes.map(({ path, newMode }) => `${newMode} ${path}`)).toEqual(['120000 folder', '120000 lnk']);
  const commit = await git.commitTree(place.repository, tree, [worktree.base], 'x', AT);
  expect(await git.read(place.repository, commit, 'lnk')).toBeUndefined();
  expect(await git.read(place.repository, commit, 'folder/secret')).toBeUndefined();
});

test('row 27: a file that turns into a link while it is read shows what the link leads to a careless git, and not to ours', async () => {
  const [secret, begin] = [join(place.root, 'secret'), 'TOPSECRET-0123456789'];
  writeFileSync(secret, `${begin} and more`);
  const worktree = await worktreeOf({ 'a.txt': 'a\n' });
  const names = Array.from({ length: 20 }, (_, n) => n);
  for (const n of names) write(worktree.path, { [`f${n}`]: 'x'.repeat(begin.length), [`.l${n}`]: { link: secret } });
  // Git reads as much as the file had when it was looked at.
  const taken = execFileSync('git', ['hash-object', '--stdin'], { input: begin, encoding: 'utf8' }).trim();
  const object = join(place.mirror, 'objects', taken.slice(0, 2), taken.slice(2));
  // renameat2(2) with RENAME_EXCHANGE: each name is always there.
  const exchange = { x64: 316, arm64: 276 }[process.arch as 'x64' | 'arm64'];
  const swap = `while (1) { for (0..19) { ($f, $l) = ("f$_", ".l$_"); syscall(${exchange}, -100, $f, -100, $l, 2) } }`;
  const swapping = spawn('perl', ['-e', swap], { cwd: worktree.path, stdio: 'ignore' });
  try {
    const all = names.map((n) => `f${n}`);
    let looks = 0;
    do {
      looks += 1;
      careless(worktree.path, 'update-index', '--add', '--', ...all);
    } while (looks < 500 && !existsSync(object));
    expect(careless(place.mirror, 'cat-file', '-p', taken)).toBe(begin);
    rmSync(object, { force: true });
    for (let look = 0; look < Math.min(10, 3 * looks); look++) await git.snapshot(place.repository, worktree);
    expect(existsSync(object)).toBe(false);
  } finally {
    swapping.kill('SIGKILL');
  }
});

test('row 28: borrowed object folders show another repository’s secrets to a careless git, and not to ours', async () => {
  await worktreeOf({ 'a.txt': 'a\n' });
  const other = join(place.root, 'other');
  typed(place.root, 'init', '-q', other);
  write(other, { private: 'TOPSECRET\n' });
  typed(other, 'add', '-A');
  typed(other, 'commit', '-qm', 'private');
  const commit = typed(other, 'rev-parse', 'HEAD');
  write(place.mirror, { 'objects/info/alternates': `${join(other, '.git/objects')}\n` });
  expect(careless(place.mirror, 'show', `${commit}:private`)).toBe('TOPSECRET');
  await expect(git.read(place.repository, commit, 'private')).rejects.toThrow();
  await expect(git.push(place.repository, 'parallel/1/1-x', commit, undefined)).rejects.toThrow();
});

describe('rows 29 and 30: what a push touches', () => {
  test('row 29: one ref, under our prefixes; everything else is refused before git starts', async () => {
    const worktree = await worktreeOf({ 'a.txt': 'a\n' });
    typed(place.person, 'push', '-q', 'origin', 'main:release');
    expect(typed(place.remote, 'for-each-ref', '--format=%(refname:short)')).toBe('main\nrelease');
    const log = join(place.root, 'log');
    write(place.remote, { 'hooks/post-receive': { run: `#!/bin/sh\ncat >> ${log}\n` } });
    const { base } = worktree;
    const others = [
      'main',
      'release',
      'refs/heads/main',
      '../main',
      'parallel/../main',
      'parallel/1:main',
      'parallel/',
      'parallel',
      '+parallel/1',
      'xparallel/1',
      'parallel/1/-x',
      'parallel/1 main',
      'parallel/1\nmain',
      'parallel/x.lock',
      'parallel/@{0}',
      'parallel/*',
    ];
    for (const branch of others) {
      await expect(git.push(place.repository, branch, base, undefined)).rejects.toThrow('not a branch of ours');
      await expect(git.deleteBranch(place.repository, branch, base)).rejects.toThrow('not a branch of ours');
    }
    await git.push(place.repository, 'parallel/1/1-x', base, undefined);
    expect(readFileSync(log, 'utf8')).toBe(`${'0'.repeat(40)} ${base} refs/heads/parallel/1/1-x\n`);
  });

  test('row 30: a push from a mirror clone deletes a colleague’s branch; ours does not, whatever was planted', async () => {
    place.commit('main', { 'a.txt': 'a\n' });
    const mirrored = join(place.root, 'mirrored.git');
    typed(place.root, 'clone', '-q', '--mirror', place.remote, mirrored);
    typed(place.person, 'push', '-q', 'origin', 'main:colleague');
    typed(mirrored, 'push', '-q');
    expect(typed(place.remote, 'branch', '--list', 'colleague')).toBe('');
    typed(place.person, 'push', '-q', 'origin', 'main:colleague');
    await git.fetch(place.repository);
    const head = (await git.head(place.repository, 'main')) ?? '';
    appendFileSync(
      join(place.mirror, 'config'),
      `[remote "${place.remote}"]\n\tmirror = true\n[remote "origin"]\n\tmirror = true\n`,
    );
    await git.push(place.repository, 'parallel/1/1-x', head, undefined);
    expect(typed(place.remote, 'for-each-ref', '--format=%(refname:short)')).toBe('colleague\nmain\nparallel/1/1-x');
  });
});

describe('row 31: arguments that are options', () => {
  test('row 31: run a command for a careless git, and are refused or harmless for ours', async () => {
    const worktree = await worktreeOf({ 'a.txt': 'a\n' });
    careless(place.root, 'ls-remote', `--upload-pack=${evil()};`, place.remote);
    expect(ran()).toBe(true);
    const hostile = [
      `--upload-pack=${evil()};`,
      `--exec=${evil()}`,
      '--output=/tmp/x',
      `-c core.pager=${evil()}`,
      `$(${evil()})`,
      `;${evil()};`,
      '--help',
      '-',
      '',
      '\0',
      `ext::sh -c ${evil()}`,
    ];
    const attempt = (run: () => Promise<unknown>) => run().catch(() => undefined);
    for (const text of hostile) {
      await attempt(() => place.git({ remote: async () => ({ url: text }) }).fetch(place.repository));
      await attempt(() => git.head(place.repository, text));
      await attempt(() => git.branches(place.repository, text));
      await attempt(() => git.paths(place.repository, text));
      await attempt(() => git.read(place.repository, worktree.base, text));
      await attempt(() => git.message(place.repository, text));
      await attempt(() => git.isAncestor(place.repository, text, worktree.base));
      await attempt(() => git.changes(place.repository, worktree.base, text));
      await attempt(() => git.commitFiles(place.repository, worktree.base, [{ path: text, content: text }], text, AT));
      await attempt(() => git.commitTree(place.repository, text, [text], text, text));
      await attempt(() => git.merge(place.repository, worktree.base, text, text, AT));
      await attempt(() => git.addWorktree(place.repository, text, worktree.base));
      await attempt(() => git.addWorktree(place.repository, 'item-9-9', text));
      await attempt(() => git.removeWorktree(place.repository, text));
      await attempt(() => git.push(place.repository, text, worktree.base, text));
    }
    expect(ran()).toBe(false);
    expect(existsSync(worktree.path)).toBe(true);
  });

  test('row 31: whatever a name of a worktree or a path of a contract is, nothing outside is touched', async () => {
    const { base } = await worktreeOf({ 'a.txt': 'a\n' });
    const piece = fc.constantFrom('..', '.', '/', '\\', '-', 'a', '.git', '\0', ' ', '~', 'worktrees', '%2e');
    await fc.assert(
      fc.asyncProperty(
        fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join('')),
        async (name) => {
          if (/^[A-Za-z0-9][A-Za-z0-9-]*$/.test(name)) return;
          await expect(git.removeWorktree(place.repository, name)).rejects.toThrow('not a name for a worktree');
          const files = [{ path: name, content: 'x' }];
          const made = git.commitFiles(place.repository, base, files, 'x', AT);
          const paths = await made.then((commit) => git.paths(place.repository, commit)).catch(() => ['a.txt', name]);
          expect([...paths].sort()).toEqual(['a.txt', name].sort());
        },
      ),
      { numRuns: 60, examples: [['..\\.git'], ['a/../b'], ['.git']] },
    );
    expect(existsSync(place.remote)).toBe(true);
  });
});

test('row 32: a submodule with a command as its address runs for a careless git; ours never visits submodules', async () => {
  place.commit('main', { '.gitmodules': `[submodule "x"]\n\tpath = x\n\turl = ext::touch ${canary()}\n` });
  typed(place.person, 'update-index', '--add', '--cacheinfo', `160000,${'1'.repeat(40)},x`);
  typed(place.person, 'commit', '-qm', 'submodule');
  typed(place.person, 'push', '-q', 'origin', 'main');
  const base = typed(place.person, 'rev-parse', 'HEAD');
  careless(place.person, '-c', 'protocol.ext.allow=always', 'submodule', 'update', '--init');
  expect(ran()).toBe(true);
  await git.fetch(place.repository);
  const worktree = await git.addWorktree(place.repository, 'item-1-1', base);
  expect((await git.snapshot(place.repository, worktree)).changes).toEqual([]);
  await wholeAttempt(worktree);
  expect(ran()).toBe(false);
});

test('row 32: what git speaks beside https runs commands or reads this machine for a careless git, and is refused by ours', async () => {
  place.commit('main', { 'a.txt': 'a\n' });
  const urls = [`ext::touch ${canary()}`, place.remote, `file://${place.remote}`];
  const [command = '', ...local] = urls;
  careless(place.root, '-c', 'protocol.ext.allow=always', 'ls-remote', command);
  expect(ran()).toBe(true);
  for (const url of local) expect(careless(place.root, 'ls-remote', url)).toContain('refs/heads/main');
  for (const url of urls) {
    const ours = place.git({ remote: async () => ({ url }), protocols: 'https' });
    await expect(ours.fetch(place.repository)).rejects.toThrow();
    await expect(ours.push(place.repository, 'parallel/1/1-x', 'a'.repeat(40), undefined)).rejects.toThrow();
  }
  expect(ran()).toBe(false);
});

test('row 32: a git that is too old to be safe is named by doctor, with the one to install', () => {
  expect(judgeGit('git version 2.34.1')).toMatchObject({
    severity: 'error',
    mend: expect.stringMatching(/Install git 2/),
  });
  expect(judgeGit('git version 2.39.5')).toMatchObject({
    severity: 'warning',
    mend: expect.stringMatching(/backports/),
  });
  expect(judgeGit('git version 2.52.0')).toMatchObject({ severity: 'info' });
});

test('row 37: marks in the agent’s index hide a change from a careless git, and not from ours', async () => {
  const worktree = await worktreeOf({ 'a.txt': 'a\n', 'b.txt': 'b\n', 'c/d.txt': 'd\n' });
  typed(worktree.path, 'update-index', '--skip-worktree', 'a.txt');
  typed(worktree.path, 'update-index', '--assume-unchanged', 'b.txt');
  write(worktree.path, { 'a.txt': 'green\n', 'b.txt': 'green\n', 'hidden.txt': 'x\n' });
  write(place.mirror, { 'info/exclude': 'hidden.txt\n' });
  expect(careless(worktree.path, 'status', '--porcelain')).toBe('');
  const { changes } = await git.snapshot(place.repository, worktree);
  expect(changes.map(({ path }) => path)).toEqual(['a.txt', 'b.txt', 'hidden.txt']);
});

test('rows 12 and 24: nothing of the machine’s or the user’s configuration and environment reaches ours', async () => {
  const worktree = await worktreeOf({ 'a.txt': 'a\n' });
  const home = join(place.root, 'planted-home');
  write(home, { '.gitconfig': `[core]\n\tfsmonitor = "${evil()};false"\n\tattributesFile = x\n` });
  execFileSync('git', ['status'], {
    cwd: worktree.path,
    env: { PATH: process.env['PATH'] ?? '', HOME: home },
    stdio: 'ignore',
  });
  expect(ran()).toBe(true);
  const planted = {
    HOME: home,
    XDG_CONFIG_HOME: home,
    GIT_CONFIG_GLOBAL: join(home, '.gitconfig'),
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: 'core.fsmonitor',
    GIT_CONFIG_VALUE_0: evil(),
    GIT_DIR: place.root,
    GIT_INDEX_FILE: '/nonexistent/index',
    GIT_SSH_COMMAND: evil(),
    GIT_EXEC_PATH: home,
  };
  const before = { ...process.env };
  Object.assign(process.env, planted);
  try {
    await wholeAttempt(worktree);
  } finally {
    for (const key of Object.keys(planted)) delete process.env[key];
    Object.assign(process.env, before);
  }
  expect(ran()).toBe(false);
});
