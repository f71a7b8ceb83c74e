import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { type Ability, bubblewrapArguments } from '#adapters/agents/bubblewrap.ts';
import { ceilingsOf } from '#adapters/agents/ceilings.ts';
import { hiddenMounts } from '#adapters/agents/hidden.ts';
import { limitOptions } from '#adapters/agents/host-limits.ts';
import type { Mount } from '#adapters/agents/mounts.ts';
import { nodeInstallation } from '#adapters/agents/node-installation.ts';
import { finish, world } from './world.ts';

const closing: (() => unknown)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

function scratch(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'forkjoin-profile-')));
  closing.push(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const ABILITY: Ability = {
  program: 'bwrap',
  disableUserns: true,
  size: true,
  scratch: 1_000_000,
  limiter: [],
  filtered: false,
};

/** The places of a command line in order, as `option path`. */
function places(mounts: readonly Mount[]): string[] {
  const words = bubblewrapArguments({ argv: ['true'], folder: '/w/t', environment: {}, mounts }, ABILITY);
  return words.flatMap((word, at) => {
    if (word === '--tmpfs' || word === '--remount-ro') return [`${word} ${words[at + 1]}`];
    return /^--(ro-)?bind$|^--symlink$/.test(word) ? [`${word} ${words[at + 2]}`] : [];
  });
}

describe('the profile', () => {
  test('lays places out parents first, so that what is shown inside a hidden folder is seen and the rest is not', () => {
    const shown = places([
      { kind: 'read', path: '/w/t/contract.ts' },
      { kind: 'read', path: '/data' },
      { kind: 'hide', path: '/data/home' },
      { kind: 'read', path: '/data/home/tools' },
    ]);
    expect(shown.filter((place) => / \/(data|w)/.test(place))).toEqual([
      '--ro-bind /data',
      '--tmpfs /data/home',
      '--bind /w/t',
      '--ro-bind /w/t/contract.ts',
      '--ro-bind /data/home/tools',
      '--remount-ro /data/home',
    ]);
    expect(shown.at(-1)).toBe('--remount-ro /');
  });

  test('makes no link where a folder that is shown has it already, as with a Node in /usr/local', () => {
    const link: Mount = { kind: 'link', path: '/usr/local/bin/npm', to: '../lib/x' };
    expect(places([{ kind: 'read', path: '/usr' }, link])).not.toContain('--symlink /usr/local/bin/npm');
    expect(places([link])).toContain('--symlink /usr/local/bin/npm');
  });

  test('mounts nothing again that a shown folder holds, unless something hides it, is its place, or can be written', () => {
    const shown = places([
      { kind: 'read', path: '/usr' },
      { kind: 'read', path: '/usr/bin/bash' },
      { kind: 'hide', path: '/usr/app' },
      { kind: 'read', path: '/usr/app/tool' },
      { kind: 'read', path: '/usr/lib/x', from: '/elsewhere' },
      { kind: 'read', path: '/w/t/contract.ts' },
      { kind: 'read', path: '/data/a' },
      { kind: 'read', path: '/data/a' },
    ]);
    expect(shown.filter((place) => place.startsWith('--ro-bind') && !place.includes('/proc/'))).toEqual([
      '--ro-bind /usr',
      '--ro-bind /data/a',
      '--ro-bind /usr/app/tool',
      '--ro-bind /usr/lib/x',
      '--ro-bind /w/t/contract.ts',
    ]);
  });

  test('shows of a Node its binary, npm and corepack, never the folder around it', () => {
    const prefix = scratch();
    for (const folder of ['bin', 'lib/node_modules/npm/bin', 'lib/node_modules/private', 'share/keyrings'])
      mkdirSync(join(prefix, folder), { recursive: true });
    writeFileSync(join(prefix, 'bin/node'), '');
    writeFileSync(join(prefix, 'bin/my-script'), '');
    symlinkSync('../lib/node_modules/npm/bin/npm-cli.js', join(prefix, 'bin/npm'));
    symlinkSync('bin/node', join(prefix, 'current'));
    const { bin, program, mounts } = nodeInstallation(join(prefix, 'current'));
    expect({ bin, program }).toEqual({ bin: join(prefix, 'bin'), program: join(prefix, 'bin/node') });
    expect(mounts).toEqual([
      { kind: 'read', path: join(prefix, 'bin/node') },
      { kind: 'read', path: join(prefix, 'lib/node_modules/npm') },
      { kind: 'link', path: join(prefix, 'bin/npm'), to: '../lib/node_modules/npm/bin/npm-cli.js' },
    ]);
  });

  test('hides the .env that the app was started with', () => {
    const folder = scratch();
    expect(hiddenMounts('/home', folder)).toHaveLength(2);
    writeFileSync(join(folder, '.env'), 'WEBHOOK_SECRET=x');
    expect(hiddenMounts('/home', folder)).toContainEqual({
      kind: 'read',
      path: join(folder, '.env'),
      from: '/dev/null',
    });
  });

  test('asks for no more than the worker itself may use', () => {
    const limits = (hard: string): string =>
      `Limit  Soft Limit  Hard Limit  Units\nMax processes             100      ${hard}        processes\n`;
    expect(limitOptions(ceilingsOf(), limits('unlimited'))).toContain('--nproc=4000');
    expect(limitOptions(ceilingsOf(), limits('500'))).toContain('--nproc=500');
    expect(limitOptions(ceilingsOf(), readFileSync('/proc/self/limits', 'utf8'))).toContain('--core=0');
  });
});

describe('inside', () => {
  const never = new AbortController().signal;

  test("the app's data stay hidden in a readable folder that holds them, and what lies beside them is seen", async () => {
    const folder = scratch();
    mkdirSync(join(folder, '.forkjoin', 'worktrees', 't'), { recursive: true });
    writeFileSync(join(folder, '.forkjoin', 'secret'), 'CANARY');
    writeFileSync(
      join(folder, 'tool.sh'),
      `ls -A ${folder} ${folder}/.forkjoin; cat ${folder}/.forkjoin/secret; touch ${folder}/.forkjoin/x ${folder}/x; echo end`,
    );
    const run = async (sandbox: 'none' | 'bubblewrap'): Promise<unknown> => {
      const made = await world({
        sandbox,
        home: join(folder, '.forkjoin'),
        agents: { script: { kind: 'command', command: ['bash', 'tool.sh'], readable: [folder] } },
      });
      closing.push(made.remove);
      const worktree = { path: join(folder, '.forkjoin', 'worktrees', 't'), name: 't', base: '' };
      return (await finish(made.agents.start(made.task({ worktree }), never))).outcome;
    };
    expect(await run('bubblewrap')).toEqual({
      kind: 'done',
      summary: `.forkjoin\ntool.sh\n${folder}/.forkjoin:\nworktrees\nend`,
    });
    expect(await run('none')).toMatchObject({ summary: expect.stringContaining('CANARY') });
  });

  test('scratch folders and files are bounded, and the root and devices cannot be written', async () => {
    const ceilings = ceilingsOf({ disk_mb: 1_000, memory_mb: 1_000, processes: 100 });
    const { agents, worktree, remove } = await world({ sandbox: 'bubblewrap', agents: {}, ceilings });
    closing.push(remove);
    const run = (command: string) => agents.command(worktree, command, { minutes: 1, network: false }, never);
    const sizes = await run("df -B1 --output=size /tmp ~ /dev/shm | tail -n +2 | tr -d ' '");
    expect(
      sizes.tail
        .split('\n')
        .map(Number)
        .every((size) => size <= 1_001_000_000),
    ).toBe(true);
    expect((await run('touch /x || touch /dev/x || touch /run/x || touch /etc/x || touch /var/x')).ok).toBe(false);
    expect((await run('truncate -s 3G big')).ok).toBe(false);
    expect((await run('truncate -s 1G small && rm small')).ok).toBe(true);
  });
});
