import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { identify } from '#adapters/agents/survivors.ts';
import { runAsCaller } from '#cli/integrate/as-caller.ts';
import { interruptible } from '#cli/interruptible.ts';
import { CLI, ENV, names, Person, TMP } from './person.ts';

/** A base and members that each add a file of their name. */
const withMembers = (...members: string[]): Person => {
  const person = new Person({ a: '1\n' });
  for (const member of members) person.branch(member, { [member]: `${member}\n` });
  return person;
};

/** A command that is red while any of these files stands there together. */
const redWith = (...crowds: string[][]): string =>
  crowds.map((crowd) => `! { ${crowd.map((file) => `test -e ${file}`).join(' && ')}; }`).join(' && ');

type HeldRow = { member: string; reason: string; with: string[] };

describe.each(['each', 'tip'])('under the policy %s', (policy) => {
  const members = ['m1', 'm2', 'm3', 'm4', 'm5', 'm6', 'm7', 'm8', 'm9'];
  const person = withMembers(...members);
  const verified = async (verify: string, ...more: string[]) => {
    const args = ['--base', 'main', '--into', 'i', '--policy', policy, '--verify', verify, ...more, ...members];
    const { status, answer, stderr } = await person.json(args);
    const held = answer.held.map((row: HeldRow) => [row.member, row.reason, ...row.with]);
    return { status, answer, held, stderr };
  };

  it('names culprits in the first, middle and last place, the dependents of one, and guilty crowds', async () => {
    const red = redWith(['m1'], ['m4'], ['m9'], ['m2', 'm5'], ['m2', 'm3', 'm8']);
    const { status, answer, held, stderr } = await verified(`${red} || { echo it broke; false; }`, '--after', 'm6:m4');
    expect(held).toEqual([
      ['m1', 'verify-failed'],
      ['m4', 'verify-failed'],
      ['m5', 'verify-failed', 'm2'],
      ['m6', 'dependency-held', 'm4'],
      ['m8', 'verify-failed', 'm2', 'm3'],
      ['m9', 'verify-failed'],
    ]);
    expect(names(answer.merged)).toEqual(['m2', 'm3', 'm7']);
    const passed = answer.merged.map(({ verify }: { verify: string }) => verify);
    expect(passed).toEqual(policy === 'each' ? ['passed', 'passed', 'passed'] : ['skipped', 'skipped', 'passed']);
    expect([status, answer.base.verify]).toEqual([1, 'passed']);
    expect(stderr).toMatch(/^m1: .* ended with status 1\n {2}it broke\n/);
  });

  it('blames nobody for a red base, and makes no branch', async () => {
    person.git('branch', '-D', 'i');
    const { status, answer } = await verified('false');
    expect([status, answer.base.verify, answer.merged, answer.held]).toEqual([1, 'failed', [], []]);
    expect(answer.sha).toBeNull();
    expect(() => person.head('i')).toThrow('i');
  });

  it('blames nobody for a test that is red once and green the second time', async () => {
    const flags = join(TMP, `flags-${policy}`);
    const verify = `test ! -e m2 || { mkdir ${flags} 2>/dev/null && exit 1 || true; }`;
    expect((await verified(verify)).held).toEqual([]);
    expect(existsSync(flags)).toBe(true);
  });
});

describe('the verification of forkjoin integrate', () => {
  it('never judges a tree twice, also from one run to the next, and begins where something changed', async () => {
    const person = withMembers('m1', 'm2', 'm3', 'm4');
    const home = join(TMP, 'home');
    const log = join(TMP, 'runs');
    const verify = `ls -x >> ${log}; ${redWith(['m3'])}`;
    const ask = async (...more: string[]) => {
      rmSync(log, { force: true });
      const args = ['--base', 'main', '--into', 'i', '--verify', verify, ...more, 'm1', 'm2', 'm3', 'm4'];
      const { answer } = await person.json(args, { FORKJOIN_HOME: home });
      const runs = existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : [];
      return { answer, runs: runs.map((line) => line.replace(/\s+/g, ' ')).sort() };
    };
    const first = await ask();
    expect(names(first.answer.held)).toEqual(['m3']);
    const finished = first.runs.filter((run) => run !== 'a m1 m2 m3 m4');
    // Red twice in the chain, red twice alone; all else once.
    expect(finished).toEqual(['a', 'a m1', 'a m1 m2', 'a m1 m2 m3', 'a m1 m2 m3', 'a m1 m2 m4', 'a m3', 'a m3']);
    expect(await ask()).toEqual({ answer: first.answer, runs: [] });
    const again = await ask('--again');
    expect(again.runs.filter((run) => run !== 'a m1 m2 m3 m4')).toEqual(['a m1 m2 m3', 'a m1 m2 m3', 'a m3', 'a m3']);
    // A member pushed again: what stands before it is neither merged nor verified again.
    person.branch('m2', { late: '1\n' }, 'm2');
    const pushed = await ask();
    expect(pushed.answer.merged[0]).toEqual(first.answer.merged[0]);
    expect(pushed.runs).not.toContain('a m1');
    expect(pushed.runs).toContain('a late m1 m2');
    expect(readdirSync(join(home, 'scratch'))).toEqual([]);
  });

  it('runs several prefixes at once, each in a clean worktree of its own', async () => {
    const person = withMembers('m1', 'm2');
    const meeting = join(TMP, 'meeting');
    // Each prefix waits for the other one.
    const wait = `for n in $(seq 100); do test $(ls ${meeting} | wc -l) -ge 2 && exit 0; sleep 0.05; done; exit 1`;
    const verify = `test -e m1 || exit 0; git diff --quiet HEAD && git log -1 main >/dev/null || exit 1; mkdir -p ${meeting}; touch ${meeting}/$$; ${wait}`;
    const { answer } = await person.json(['--base', 'main', '--into', 'i', '--verify', verify, 'm1', 'm2']);
    expect(names(answer.merged)).toEqual(['m1', 'm2']);
  });

  it('is not led astray by a command that hangs, prints without end, rewrites the tree or leaves daemons', async () => {
    const person = withMembers('hang', 'print', 'write');
    const lines = (first: string, last: string) => `${first}\n2\n3\n4\n5\n6\n7\n8\n${last}\n`;
    person.write({ a: lines('1', '9') });
    person.git('commit', '-qam', 'lines');
    person.branch('daemon', { daemon: '1\n', a: lines('one', '9') });
    person.branch('good', { a: lines('1', 'nine') });
    const before = person.surroundings('i');
    const sign = join(TMP, 'daemon-pid');
    const verify = `
      test ! -e hang || exec sleep 1000
      test ! -e print || exec yes
      test ! -e daemon || { (setsid sh -c 'echo $$ > ${sign}; exec sleep 1000' &) ; while ! test -s ${sign}; do sleep 0.02; done; }
      test ! -e write || { echo more >> a; rm -f write; echo x > new; git add -A; git -c user.name=e -c user.email=e commit -qm evil; git branch -f main HEAD
        git config merge.evil.driver 'touch ${sign}-evil; false'; echo '* merge=evil' > "$(git rev-parse --git-common-dir)/info/attributes"; }`;
    const args = ['--base', 'main', '--into', 'i', '--timeout', '0.06', '--verify', verify];
    // What runs for the first member is over before the later ones are merged for good.
    const { answer, stderr } = await person.json([...args, 'write', 'hang', 'print', 'daemon', 'good']);
    expect(names(answer.held)).toEqual(['hang', 'print']);
    expect(stderr).toContain('ended after 0.06 minutes');
    const printed = await runAsCaller(person.folder, 'yes', 1, new AbortController().signal);
    expect(printed).toMatchObject({ ok: false, why: 'ended after 50 MB of output' });
    expect(person.git('ls-tree', '-r', '--name-only', 'i').split('\n')).toEqual(['a', 'daemon', 'write']);
    expect(`${person.git('show', 'i:a')}\n`).toBe(lines('one', 'nine'));
    expect(existsSync(`${sign}-evil`)).toBe(false);
    expect(person.surroundings('i')).toBe(before);
    const pid = Number(readFileSync(sign, 'utf8'));
    expect(identify(pid)).toBeUndefined();
  });

  it('is red with a tree that no file system takes, and the rest goes on', async () => {
    const person = withMembers('m1', 'm2');
    const blob = person.git('rev-parse', 'main:a');
    person.git('update-index', '--add', '--cacheinfo', `100644,${blob},${'x'.repeat(300)}`);
    const commit = person.git('commit-tree', '-p', 'main', '-m', 'long', person.git('write-tree'));
    person.git('update-ref', 'refs/heads/long', commit);
    person.git('reset', '-q');
    const { answer, stderr } = await person.json([
      '--base',
      'main',
      '--into',
      'i',
      '--verify',
      'true',
      'm1',
      'long',
      'm2',
    ]);
    expect(names(answer.merged)).toEqual(['m1', 'm2']);
    expect(answer.held).toEqual([{ member: 'long', reason: 'verify-failed', with: [], files: [] }]);
    expect(stderr).toContain('File name too long');
  });

  it('is nobody’s failure when it cannot be asked', async () => {
    const person = withMembers('m1');
    const verify = `: ${'y'.repeat(200_000)}`;
    const { status, answer } = await person.json(['--base', 'main', '--into', 'i', '--verify', verify, 'm1']);
    expect([status, answer.ok]).toEqual([2, false]);
    expect(answer.error.message).toContain('cannot be run: could not be started');
    expect(() => person.head('i')).toThrow('i');
  });

  it('runs contained and without a network when asked', async () => {
    const person = withMembers('m1');
    const outside = join(person.folder, 'a');
    const verify = `test ! -e ${outside} && git show HEAD:a >/dev/null && ! (: < /dev/tcp/127.0.0.1/22) && touch here`;
    const args = ['--base', 'main', '--into', 'i', '--verify', verify, '--sandbox', 'm1'];
    const { answer } = await person.json(args);
    expect([answer.base.verify, names(answer.merged)]).toEqual(['passed', ['m1']]);
  });

  it('says that a signal ended it, whatever was going on, and leaves nothing', async () => {
    const asked = interruptible(() => {
      process.emit('SIGHUP');
      return Promise.reject(new Error('git: aborted'));
    });
    await expect(asked).rejects.toThrow('It was ended by a signal: nothing was changed.');
    const person = withMembers('m1');
    const gate = join(TMP, 'signalled');
    const args = ['--json', '--base', 'main', '--into', 'i', '--verify', `echo $$ > ${gate}; exec sleep 1000`, 'm1'];
    const child = spawn(process.execPath, [CLI, 'integrate', ...args], { cwd: person.folder, env: ENV });
    let said = '';
    child.stdout.on('data', (text) => {
      said += text;
    });
    while (!existsSync(gate) || readFileSync(gate, 'utf8') === '') await after(5);
    child.kill('SIGTERM');
    const [status] = await once(child, 'close');
    expect([status, JSON.parse(said).error.message]).toEqual([2, expect.stringContaining('ended by a signal')]);
    expect(() => person.head('i')).toThrow('i');
    expect(identify(Number(readFileSync(gate, 'utf8')))).toBeUndefined();
  });

  it('does the same again after kill -9, and leaves nothing of the killed run', async () => {
    const person = withMembers('m1', 'm2', 'm3');
    const before = person.surroundings('i');
    const gate = join(TMP, 'gate');
    const args = ['--json', '--base', 'main', '--into', 'i', '--verify'];
    const wanted = await person.json([...args.slice(1), 'true', 'm1', 'm2', 'm3']);
    const moment = async (verify: string, reached: () => boolean) => {
      person.git('update-ref', '-d', 'refs/heads/i');
      const child = spawn(process.execPath, [CLI, 'integrate', ...args, verify, 'm1', 'm2', 'm3'], {
        cwd: person.folder,
        env: ENV,
        stdio: 'ignore',
      });
      // It may be over before anybody looks again.
      const over = once(child, 'exit');
      while (!reached() && child.exitCode === null) await after(5);
      child.kill('SIGKILL');
      await over;
      const again = await person.json([...args.slice(1), verify, 'm1', 'm2', 'm3']);
      expect(again.answer).toEqual(wanted.answer);
      expect(person.surroundings('i')).toBe(before);
      expect(
        readdirSync(TMP).filter((name) => name.startsWith('forkjoin-integrate-') && !name.includes('test')),
      ).toEqual([]);
    };
    const scratch = () => readdirSync(TMP).some((name) => /^forkjoin-integrate-\d/.test(name));
    await moment('true', scratch);
    // The killed run sleeps in its verification; the next one does not.
    const sleepOnce = `test -e ${gate} || { echo $$ > ${gate}; exec sleep 1000; }`;
    await moment(sleepOnce, () => existsSync(gate) && readFileSync(gate, 'utf8') !== '');
    expect(identify(Number(readFileSync(gate, 'utf8')))).toBeUndefined();
    await moment('true', () => existsSync(join(person.folder, '.git/refs/heads/i')));
  });
});
