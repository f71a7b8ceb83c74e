import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import type { Cell } from '#adapters/agents/bubblewrap.ts';
import { ceilingsOf } from '#adapters/agents/ceilings.ts';
import { openContainer } from '#adapters/agents/container.ts';
import { containerArguments, type Engine } from '#adapters/agents/container-arguments.ts';
import { runProcess } from '#adapters/agents/process.ts';
import { world } from './world.ts';

/** `node test/safety/container-run.ts` runs the escape probes in real containers, where an engine is at hand. */
const closing: (() => unknown)[] = [];
const path = process.env['PATH'];
afterEach(() => {
  process.env['PATH'] = path;
  for (const close of closing.splice(0)) close();
});

function scratch(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'forkjoin-container-')));
  closing.push(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const ENGINE: Engine = {
  runtime: 'docker',
  program: '/usr/bin/docker',
  image: 'node:24-bookworm',
  uid: 1000,
  gid: 1001,
  most: ceilingsOf({ disk_mb: 100, memory_mb: 400, processes: 50 }),
  ulimits: ['core=0:0'],
};

const CELL: Cell = {
  argv: ['claude', '-p', '--', 'a b'],
  folder: '/data/worktrees/7/item-3-1',
  environment: { HOME: '/home/agent', TEXT: 'two words' },
  mounts: [
    { kind: 'hide', path: '/data' },
    { kind: 'hide', path: '/opt/tools/secret' },
    { kind: 'read', path: '/opt/tools' },
    { kind: 'link', path: '/usr/local/bin/npm', to: '../lib/x' },
    { kind: 'read', path: '/opt/tools/secret/.env', from: '/dev/null' },
    { kind: 'write', path: '/data/mirrors/7.git/worktrees/item-3-1', from: '/tmp/run/admin' },
  ],
};

describe('the command line of a container', () => {
  test('is this one, word for word', () => {
    expect(containerArguments(CELL, ENGINE, 'forkjoin-1')).toEqual(
      `/usr/bin/docker run --interactive --name forkjoin-1 --pull never --log-driver none
--network none --hostname sandbox --user 1000:1001
--cap-drop ALL --security-opt no-new-privileges --read-only
--pids-limit 100 --memory 500000000b --memory-swap 500000000b --ulimit core=0:0 --shm-size 100000000b
--tmpfs /tmp:rw,exec,nosuid,nodev,mode=1777,size=100000000 --tmpfs /home/agent:rw,exec,nosuid,nodev,mode=1777,size=100000000
--mount type=bind,source=/opt/tools,target=/opt/tools,readonly
--tmpfs /opt/tools/secret:rw,exec,nosuid,nodev,mode=1777,size=65536
--mount type=bind,source=/dev/null,target=/opt/tools/secret/.env,readonly
--mount type=bind,source=/data/worktrees/7/item-3-1,target=/data/worktrees/7/item-3-1
--mount type=bind,source=/tmp/run/admin,target=/data/mirrors/7.git/worktrees/item-3-1
--env HOME=/home/agent --env TEXT=two_words
--init --workdir /data/worktrees/7/item-3-1 --entrypoint claude node:24-bookworm -p -- a_b`
        .split(/\s+/)
        .map((word) => word.replaceAll('_', ' ')),
    );
  });

  test('keeps the user what it is under podman without root, and asks it for no scratch place without a bound', () => {
    const words = containerArguments(CELL, { ...ENGINE, runtime: 'podman' }, 'forkjoin-1').join(' ');
    expect(words).toContain('--userns keep-id');
    expect(words).toContain('--read-only-tmpfs=false');
    expect(words).not.toContain('--init');
    expect(containerArguments(CELL, { ...ENGINE, runtime: 'podman', uid: 0 }, 'x')).not.toContain('--userns');
  });

  test('never shares anything of this machine beside the places of the cell', () => {
    const words = containerArguments(CELL, ENGINE, 'forkjoin-1');
    const dangerous =
      /^--(?:privileged|device|cap-add|pid|ipc|uts|volume|gpus|group-add|publish)\b|docker\.sock|=host$/;
    expect(words.filter((word) => dangerous.test(word))).toEqual([]);
  });

  test('a folder with a comma or a quote in its name stays one place', () => {
    const words = containerArguments({ ...CELL, folder: '/w/a,target=/etc/"x"', mounts: [] }, ENGINE, 'x');
    expect(words).toContain('type=bind,"source=/w/a,target=/etc/""x""","target=/w/a,target=/etc/""x"""');
  });
});

/** An engine that answers as told and writes down what it was asked; `run` contains nothing. */
function engine(answers: { info?: string; image?: string; ps?: string } = {}): { readonly asked: () => string } {
  const folder = scratch();
  const log = join(folder, 'asked');
  const script = `#!/bin/sh
echo "$@" >> ${log}
case "$1" in
  info) ${answers.info ?? 'exit 0'};;
  image) ${answers.image ?? 'exit 0'};;
  ps) ${answers.ps ?? 'exit 0'};;
  run) while [ "$1" != --entrypoint ]; do shift; done; program="$2"; shift 3; exec "$program" "$@";;
esac`;
  writeFileSync(join(folder, 'podman'), script);
  chmodSync(join(folder, 'podman'), 0o755);
  process.env['PATH'] = `${folder}:/usr/bin:/bin`;
  return { asked: () => (existsSync(log) ? readFileSync(log, 'utf8') : '') };
}

const PODMAN = { runtime: 'podman', image: 'sample' } as const;

describe('an engine', () => {
  const offered = async (): Promise<readonly string[]> => {
    const agents = { script: { kind: 'command', command: ['true'] } } as const;
    const made = await world({ sandbox: 'container', container: PODMAN, agents });
    closing.push(made.remove);
    return await made.agents.problems('script');
  };

  test('that is not installed is named, with what to do', async () => {
    process.env['PATH'] = '/nowhere';
    expect(await openContainer({}, scratch(), ceilingsOf())).toEqual({
      refused: expect.stringMatching(/docker or podman is not on the PATH .*sandbox: bubblewrap/),
    });
    expect(await offered()).toContainEqual(expect.stringMatching(/^podman is not on the PATH/));
  });

  test('that does not answer says so in its own words', async () => {
    engine({ info: 'echo "Cannot connect to the daemon" >&2; exit 1' });
    expect(await offered()).toEqual([expect.stringMatching(/podman does not answer: Cannot connect to the daemon/)]);
  });

  test('without the image says how to fetch it: nothing is fetched unasked', async () => {
    const { asked } = engine({ image: 'exit 1' });
    expect(await offered()).toEqual([expect.stringContaining('`podman pull sample`')]);
    expect(asked()).not.toMatch(/^(?:pull|run)/m);
  });

  test('that does not contain is found out, and nothing runs', async () => {
    engine();
    expect(await offered()).toEqual([expect.stringMatching(/does not hold: inside it, a program could read files/)]);
  });

  test('is freed of containers whose worker is gone, and of no other', async () => {
    const { asked } = engine({
      ps: `echo forkjoin-$(readlink /proc/self/ns/pid | tr -dc 0-9)-999999-1.gone; echo forkjoin-1-2-3.elsewhere; echo mine`,
    });
    await openContainer(PODMAN, scratch(), ceilingsOf());
    expect(asked()).toMatch(/^rm --force forkjoin-\d+-999999-1\.gone$/m);
    expect(asked()).not.toMatch(/^(?:rm|kill) .*(?:elsewhere|mine)$/m);
  });

  test('kills and removes the container by its name when an agent is cancelled', async () => {
    const { asked } = engine();
    const opened = await openContainer(PODMAN, scratch(), ceilingsOf());
    if ('refused' in opened) throw new Error(opened.refused);
    const folder = scratch();
    mkdirSync(join(folder, 'w'));
    const controller = new AbortController();
    const argv = ['sh', '-c', `touch ${folder}/up; exec sleep 600`];
    const launch = opened.prepare({ argv, folder: join(folder, 'w'), environment: {}, mounts: [] });
    const bounds = { wall: 60_000, silence: 60_000, output: 1e6 };
    const ended = runProcess(launch, '', bounds, { signal: controller.signal });
    while (!existsSync(join(folder, 'up'))) await after(5);
    controller.abort();
    expect((await ended).ending).toEqual({ kind: 'cancelled' });
    const name = /--name (\S+)/.exec(launch.argv.join(' '))?.[1];
    expect(asked()).toContain(`kill --signal KILL ${name}\nrm --force ${name}\n`);
  });
});
