import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { controlGroup } from '#adapters/agents/control-group.ts';
import { identify, kill } from '#adapters/agents/survivors.ts';
import { CLI, ENV, names, Person, TMP } from './person.ts';

const withMembers = (...members: string[]): Person => {
  const person = new Person({ a: '1\n' });
  for (const member of members) person.branch(member, { [`of-${member}`]: `${member}\n` });
  return person;
};

const ONTO = ['--base', 'main', '--into', 'i'];

describe('forkjoin integrate says why it cannot be asked, and what to do', () => {
  const refused = async (person: Person, args: string[], env?: Record<string, string>): Promise<string> => {
    const { status, answer } = await person.json([...args, 'm1'], env);
    expect([status, answer.ok]).toEqual([2, false]);
    return answer.error.message;
  };

  it('in a repository that is damaged, closed, somebody else’s, or where a name stands in the way', async () => {
    const person = withMembers('m1', 'folder/inner');
    expect(await refused(person, ['--base', 'main', '--into', 'folder'])).toContain('beside the branch "folder/inner"');
    expect(await refused(person, ['--base', 'main', '--into', 'm1/x'])).toContain('beside the branch "m1"');
    person.git('worktree', 'add', '-q', join(TMP, 'stale'), 'folder/inner');
    rmSync(join(TMP, 'stale'), { recursive: true });
    expect(await refused(person, ['--base', 'main', '--into', 'folder/inner'])).toContain('git worktree prune');
    const git = join(person.folder, '.git');
    person.git('branch', 'busy');
    writeFileSync(join(git, 'BISECT_START'), 'busy\n');
    expect(await refused(person, ['--base', 'main', '--into', 'busy'])).toContain('finish that or give it up');
    rmSync(join(git, 'BISECT_START'));
    if (process.getuid?.() === 0) {
      // Files of root in it would be in its owner's way.
      chownSync(git, 65_534, 65_534);
      expect(await refused(person, ONTO)).toMatch(/belongs to another user \(65534\).*safe\.directory/);
      const trusting = join(TMP, 'trusting');
      writeFileSync(trusting, `[safe]\n\tdirectory = ${person.folder}\n`);
      expect((await person.json([...ONTO, 'm1'], { GIT_CONFIG_GLOBAL: trusting })).status).toBe(0);
      chownSync(git, 0, 0);
    } else {
      chmodSync(join(git, 'objects'), 0o500);
      expect(await refused(person, ONTO)).toContain('cannot be written (objects)');
      chmodSync(join(git, 'objects'), 0o700);
    }
    const config = readFileSync(join(git, 'config'));
    writeFileSync(join(git, 'config'), '[core');
    expect(await refused(person, ONTO)).toMatch(/bad config line \d.*mend its configuration/);
    writeFileSync(join(git, 'config'), config);
    writeFileSync(join(git, 'HEAD'), 'nothing\n');
    expect(await refused(person, ONTO)).toMatch(/in no git repository.*damaged/);
  });

  it('without a place to work in, without git, and with one that is too old', async () => {
    const person = withMembers('m1');
    const file = join(TMP, 'file');
    writeFileSync(file, '');
    expect(await refused(person, ONTO, { FORKJOIN_HOME: file })).toContain('set FORKJOIN_HOME to a folder');
    expect(await refused(person, ONTO, { TMPDIR: join(TMP, 'nowhere') })).toContain('set TMPDIR to a folder');
    expect(existsSync(join(TMP, 'nowhere'))).toBe(false);
    expect(await refused(person, ONTO, { PATH: TMP })).toContain('Install git');
    // What cannot be kept for the next time is no reason to refuse.
    const odd = join(TMP, 'odd');
    mkdirSync(odd);
    writeFileSync(join(odd, 'results'), '');
    const kept = await person.json([...ONTO, '--verify', 'true', 'm1'], { FORKJOIN_HOME: odd });
    expect([kept.status, names(kept.answer.merged)]).toEqual([0, ['m1']]);
    const old = join(TMP, 'old');
    mkdirSync(old);
    const git = execFileSync('/bin/sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim();
    const script = `#!/bin/sh\ncase "$*" in *merge-tree*) echo 'usage: git merge-tree <base>' >&2; exit 129;; esac\nexec ${git} "$@"\n`;
    writeFileSync(join(old, 'git'), script, { mode: 0o755 });
    expect(await refused(person, ONTO, { PATH: `${old}:${ENV.PATH}` })).toContain('too old');
  });

  it('where a clone was cut off, or lacks what is to be checked out', async () => {
    const person = withMembers('m1');
    person.git('config', 'uploadpack.allowFilter', 'true');
    const clone = (folder: string, how: string) => {
      person.git(
        'clone',
        '-q',
        how,
        '--no-checkout',
        '--no-single-branch',
        `file://${person.folder}`,
        join(TMP, folder),
      );
      return ['--repo', join(TMP, folder), '--base', 'origin/main', '--into', 'i'];
    };
    const shallow = await person.json([...clone('shallow', '--depth=1'), 'origin/m1']);
    expect([shallow.status, shallow.answer.held[0].reason]).toEqual([1, 'conflict']);
    expect(shallow.stderr).toContain('git fetch --unshallow');
    const partial = await person.json([...clone('partial', '--filter=blob:none'), '--verify', 'true', 'origin/m1']);
    expect([partial.status, partial.answer.error.message]).toEqual([2, expect.stringContaining('git fetch --refetch')]);
  });
});

describe('a verification that runs as the caller', () => {
  it('meets nothing of what another one did to git, and none of them reaches the merges', async () => {
    const person = withMembers('m1', 'm2');
    const before = person.surroundings('i');
    const verify = `
      test -z "$(git status --porcelain)" && git log -1 m1 >/dev/null && git checkout -q -b mine && git tag built || exit 1
      git config merge.evil.driver false; git branch -qf main HEAD; git gc -q --prune=now; git fsck --no-dangling || exit 1
      test ! -e of-m1 || rm -rf "$(git rev-parse --git-common-dir)"`;
    const { status, answer, stderr } = await person.json([...ONTO, '--verify', verify, 'm1', 'm2']);
    expect([status, names(answer.merged), stderr]).toEqual([0, ['m1', 'm2'], '']);
    expect(person.surroundings('i')).toBe(before);
  });

  it('may leave folders deeper than a path can say, and no later run stumbles over them', async () => {
    const person = withMembers('m1');
    const deep = 'mkdir -p $(yes "$(printf %0200d 1)/" | head -40 | tr -d "\\n") shut/in && chmod 0 shut';
    expect((await person.json([...ONTO, '--verify', deep, 'm1'])).status).toBe(0);
    const left = () => readdirSync(TMP).filter((name) => /^forkjoin-integrate-\d/.test(name));
    expect(left()).toEqual([]);
    // What a killed run left is taken away by the next one: as if it were that of a process that is gone.
    const namespace = /\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0];
    const gone = join(TMP, `forkjoin-integrate-${namespace}-999999-1-00000000-0000-4000-8000-000000000000`);
    mkdirSync(gone);
    execFileSync('/bin/sh', ['-c', deep], { cwd: gone });
    expect((await person.json([...ONTO, 'm1'])).status).toBe(0);
    expect(left()).toEqual([]);
  });

  it('leaves no daemon, though it has its own session, no environment and another parent', async () => {
    const person = withMembers('m1');
    const sign = join(TMP, 'daemon');
    const daemon = (before: string) => {
      rmSync(sign, { force: true });
      const hidden = `env -i setsid /bin/sh -c '${before} echo $$ > ${sign}; exec sleep 1000' < /dev/null > log 2>&1 &`;
      return `(${hidden}) ; while ! test -s ${sign}; do sleep 0.02; done`;
    };
    // One that stands in the worktree is known by that, another where the caller may make a group of processes.
    const group = controlGroup('probe-of-integrate', 10, 'members');
    await group?.remove();
    for (const before of ['', ...(group === undefined ? [] : ['cd /; exec > /dev/null 2>&1;'])]) {
      expect((await person.json([...ONTO, '--verify', daemon(before), 'm1'])).status).toBe(0);
      const pid = Number(readFileSync(sign, 'utf8'));
      const survives = identify(pid) !== undefined;
      if (survives) kill(pid);
      expect([before, survives]).toEqual([before, false]);
    }
  });

  it('that writes into the repository by its path is told of', async () => {
    const person = withMembers('m1', 'm2');
    const verify = `git -C ${person.folder} branch -f m1 m2; echo > ${person.folder}/.git/hooks/post-checkout`;
    const { status, answer, stderr } = await person.json([...ONTO, '--verify', verify, 'm1']);
    expect([status, names(answer.merged)]).toEqual([0, ['m1']]);
    expect(stderr).toContain('changed while the verification ran: hooks/post-checkout, refs/heads/m1.');
  });
});

it('the forecast and the chain say the same of the same branches, whatever a repository configures', async () => {
  const text = (from: number) => Array.from({ length: 20 }, (_, n) => `${from + n}\n`).join('');
  const person = new Person({ 'd/1': text(0), 'd/2': text(50), log: text(90) });
  person.branch('moved', { 'd/1': null, 'd/2': null, 'e/1': text(0), 'e/2': text(50) });
  person.branch('added', { 'd/new': text(200) });
  person.branch('edited', { 'd/1': `more\n${text(0)}` });
  person.branch('union', { '.gitattributes': 'log merge=union\n', log: `one\n${text(90)}` });
  person.branch('other', { log: `two\n${text(90)}` });
  writeFileSync(join(person.folder, '.git/info/attributes'), '* merge=union\n');
  for (const [key, value] of Object.entries({
    'merge.renames': 'false',
    'merge.directoryRenames': 'true',
    'diff.renameLimit': '1',
    'merge.default': 'union',
    'core.ignoreCase': 'true',
    'merge.renormalize': 'true',
  }))
    person.git('config', key, value);
  const members = ['moved', 'added', 'edited', 'union', 'other'];
  const asked = ['conflicts', '--json', '--repo', person.folder, '--base', 'main', ...members];
  const { stdout } = spawnSync(process.execPath, [CLI, ...asked], { env: ENV, encoding: 'utf8' });
  const pairs: { a: string; b: string; clean: boolean; files: string[] }[] = JSON.parse(stdout).pairs;
  const inTheWay = pairs.filter(({ clean }) => !clean).map(({ a, b, files }) => [b, a, files]);
  expect(inTheWay).toEqual([['added', 'moved', ['e/new']]]);
  const { answer } = await person.json([...ONTO, ...members]);
  expect(
    answer.held.map((one: { member: string; with: string[]; files: string[] }) => [one.member, ...one.with, one.files]),
  ).toEqual(inTheWay);
});

describe('forkjoin integrate that is ended by a signal', () => {
  it('says so in one document also while it is still being loaded', async () => {
    const person = withMembers('m1');
    const gate = join(TMP, 'loading');
    // Loading stops for good where the verb's own code would come.
    const slow = `export async function load(url, context, next) {
      if (!url.endsWith('/cli/integrate/run.ts')) return next(url, context);
      (await import('node:fs')).writeFileSync(${JSON.stringify(gate)}, '');
      return new Promise(() => {});
    }`;
    const data = (code: string) => `data:text/javascript,${encodeURIComponent(code)}`;
    const register = `import { register } from 'node:module'; register(${JSON.stringify(data(slow))}); setInterval(() => {}, 1_000);`;
    for (const json of [['--json'], []]) {
      rmSync(gate, { force: true });
      const args = ['--import', data(register), CLI, 'integrate', ...json, ...ONTO, 'm1'];
      const child = spawn(process.execPath, args, { cwd: person.folder, env: ENV });
      const said = { stdout: '', stderr: '' };
      for (const stream of ['stdout', 'stderr'] as const) child[stream].on('data', (text) => (said[stream] += text));
      while (!existsSync(gate)) await after(5);
      child.kill('SIGINT');
      const [status] = await once(child, 'close');
      const message = 'It was ended by a signal: nothing was changed.';
      expect([status, said.stderr]).toEqual([2, expect.stringContaining(message)]);
      expect(said.stdout).toBe(json.length > 0 ? `${JSON.stringify({ ok: false, error: { message } })}\n` : '');
    }
  });

  it('cleans up all the same when the signal comes twice, as npx passes it on', async () => {
    const person = withMembers('m1');
    const gate = join(TMP, 'twice');
    const args = ['--json', ...ONTO, '--verify', `echo $$ > ${gate}; exec sleep 1000`, 'm1'];
    const child = spawn(process.execPath, [CLI, 'integrate', ...args], { cwd: person.folder, env: ENV });
    let said = '';
    child.stdout.on('data', (text) => {
      said += text;
    });
    while (!existsSync(gate) || readFileSync(gate, 'utf8') === '') await after(5);
    child.kill('SIGINT');
    child.kill('SIGTERM');
    child.kill('SIGINT');
    const [status] = await once(child, 'close');
    expect([status, JSON.parse(said).ok]).toEqual([2, false]);
    expect(identify(Number(readFileSync(gate, 'utf8')))).toBeUndefined();
    expect(readdirSync(TMP).filter((name) => /^forkjoin-integrate-\d/.test(name))).toEqual([]);
  });
});
