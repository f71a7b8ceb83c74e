import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Agents } from '#engine/ports.ts';
import { finish, world } from '../adapters/agents/world.ts';
import { inside, outside, workshopOf } from './attempts.ts';
import { MORE, type Probe, SIXTEEN } from './probes.ts';
import { git, type Machine, machine } from './sandbox-world.ts';
import { openEngineSocket, startTargets, type Targets } from './targets.ts';

const NOBODY = 65_534;
const root = process.getuid?.() === 0;
/** The user who runs the worker: root and somebody else where we may choose, else whoever we are. */
const USERS = root ? [0, NOBODY] : [process.getuid?.() ?? NOBODY];

const cleaning: (() => unknown)[] = [];
afterEach(() => {
  for (const clean of cleaning.splice(0)) clean();
});

describe.each(USERS)('for a worker of user %i', (uid) => {
  const closing: (() => unknown)[] = [];
  let targets: Targets;
  /** One machine is attacked without a sandbox, the other from inside one. */
  let open: Machine;
  let closed: Machine;
  let agents: Agents;

  beforeAll(async () => {
    targets = await startTargets(uid);
    for (const at of [(open = machine(root ? uid : undefined)), (closed = machine(root ? uid : undefined))]) {
      const socket = await openEngineSocket(at.elsewhere);
      closing.push(at.remove, () => socket.close());
    }
    agents = await workshopOf(closed, { sandbox: 'bubblewrap' });
  });
  afterAll(async () => {
    for (const close of closing) close();
    await targets.stop();
  });

  /** Whether the attack works, and what it said. */
  const judged = async ({ worked }: Probe, at: Machine, attempt: { ok: boolean; tail: string }): Promise<unknown> => {
    const works = worked === undefined ? attempt.ok : await worked(at, targets);
    await targets.asked();
    return { works, tail: attempt.tail };
  };

  const denied = async (probe: Probe): Promise<void> => {
    if (probe.control?.(uid) !== false) {
      const without = await judged(probe, open, await outside(open, uid, probe.attack(open, targets)));
      expect(without).toMatchObject({ works: true });
    } else await outside(open, uid, probe.attack(open, targets));
    const within = await judged(probe, closed, await inside(closed, uid, probe.attack(closed, targets), agents));
    expect(within).toMatchObject({ works: false });
  };

  test.each(SIXTEEN)('probe $name: works without the sandbox, and not in it', denied);

  test.each(MORE)('$name is out of reach', denied);

  test('its own worktree, the git of it and the programs of the machine are within reach', async () => {
    const at = machine(root ? uid : undefined);
    cleaning.push(at.remove);
    const ended = await inside(
      at,
      uid,
      `set -e; echo new > src/new.ts; git status --short; git add -A
       git -c user.name=a -c user.email=a@b.c commit -qm mine; git log --format=%s; git diff --stat HEAD~1
       git init -q /tmp/other && git -C /tmp/other status --short; id -un; echo tmp > /tmp/file; echo home > ~/file`,
      await workshopOf(at, { sandbox: 'bubblewrap' }),
    );
    expect(ended.tail).toMatch(/^\?\? src\/new.ts\nmine\nfirst\n src\/new.ts/);
    expect(ended.ok).toBe(true);
    expect(readFileSync(join(at.worktree.path, 'src/new.ts'), 'utf8')).toBe('new\n');
    // What it did to git stayed inside.
    expect(git(at.worktree.path, 'log', '--format=%s')).toBe('first');
  });
});

test('a file contract cannot be written, removed or replaced, unlike without the sandbox', async () => {
  const attack = `echo 'export type Contract = 2;' > src/contract.ts || { rm -f src/contract.ts && echo 2 > src/contract.ts; } || sed -i s/1/2/ src/contract.ts; cat src/contract.ts`;
  const end = async (sandbox: 'none' | 'bubblewrap'): Promise<string> => {
    const at = machine();
    cleaning.push(at.remove);
    const script = { kind: 'command', command: ['bash', '-c', attack] } as const;
    const { agents, task, remove } = await world({ sandbox, home: at.home, agents: { script } });
    cleaning.push(remove);
    const readOnly = ['src/contract.ts', 'gone.ts'];
    await finish(agents.start(task({ worktree: at.worktree, readOnly }), new AbortController().signal));
    return readFileSync(join(at.worktree.path, 'src/contract.ts'), 'utf8');
  };
  expect(await end('none')).toBe('export type Contract = 2;\n');
  expect(await end('bubblewrap')).toBe('export type Contract = 1;\n');
});

test('a rewritten pointer to git opens no other repository', async () => {
  const at = machine();
  cleaning.push(at.remove);
  writeFileSync(join(at.worktree.path, '.git'), `gitdir: ${at.otherBare}/worktrees/x\n`);
  const agents = await workshopOf(at, { sandbox: 'bubblewrap' });
  expect((await inside(at, process.getuid?.() ?? 0, `cat ${at.otherBare}/HEAD`, agents)).ok).toBe(false);
});
