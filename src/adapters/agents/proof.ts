import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { runContained } from './contained.ts';
import { type Ended, runProcess } from './process.ts';
import { openAir } from './sandbox.ts';
import { identify } from './survivors.ts';
import type { Workshop } from './workshop.ts';

const PROBE = fileURLToPath(new URL('./probe.mjs', import.meta.url));
const BOUNDS = { wall: 30_000, silence: 30_000, output: 1_000_000 };

/** What each escape is, in the words of the refusal. */
const ESCAPES = {
  read: 'read files outside the worktree',
  write: 'write files outside the worktree',
  host: 'see other processes of this machine',
  kernel: 'change settings of the kernel',
  namespace: 'make namespaces of its own',
  network: 'reach the network of this machine',
} as const;

/** What works outside for root only, or where everybody may make namespaces. */
const NOT_EVERYWHERE: readonly string[] = ['kernel', 'namespace'];

const Found = z.object({
  read: z.boolean(),
  write: z.boolean(),
  host: z.boolean(),
  kernel: z.boolean(),
  namespace: z.boolean(),
  network: z.boolean(),
});
type Found = z.infer<typeof Found>;

/**
 * Proves the sandbox by real attempts to escape, each of which must succeed outside it (or the attempt proves nothing) and
 * fail inside. Answers a sentence when it is not proven: then nothing may run (safety.md, promise 12).
 */
export async function proveContainment(workshop: Workshop): Promise<string | undefined> {
  await mkdir(join(workshop.home, 'sandbox'), { recursive: true });
  const folder = await mkdtemp(join(workshop.home, 'sandbox', 'proof-'));
  const [outside, worktree] = [join(folder, 'outside'), join(folder, 'worktree')];
  await Promise.all([mkdir(outside), mkdir(worktree)]);
  await writeFile(join(outside, 'file'), 'found');
  const listener = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  try {
    const address = listener.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const own = identify(process.pid);
    const argv = [
      ...[workshop.node.program, PROBE, join(outside, 'file'), outside],
      ...[String(port), String(process.pid), own?.startedAt ?? ''],
    ];
    const signal = new AbortController().signal;
    const control = found(
      await runProcess(openAir().prepare({ argv, folder: worktree, environment: {}, mounts: [] }), '', BOUNDS, {
        signal,
      }),
    );
    const job = {
      argv,
      worktree,
      folder: outside,
      input: '',
      environment: {},
      path: [],
      readOnly: [],
      routes: [],
      egress: [],
    };
    const inside = found(
      await runContained(workshop, { ...job, mounts: [{ kind: 'read', path: PROBE }] }, BOUNDS, { signal }),
    );
    return verdict(control, inside, workshop.sandbox.kind === 'container' ? () => IMAGE : mend);
  } finally {
    listener.close();
    await rm(folder, { recursive: true, force: true });
  }
}

function found(ended: Ended): Found | { readonly failed: string } {
  const line = ended.tail.split('\n').at(-1) ?? '';
  if (ended.ending.kind === 'exit' && ended.ending.status === 0) return Found.parse(JSON.parse(line));
  return { failed: ended.ending.kind === 'unstarted' ? ended.ending.why : ended.errors || ended.ending.kind };
}

function verdict(
  control: ReturnType<typeof found>,
  inside: ReturnType<typeof found>,
  help: (failure: string) => string,
): string | undefined {
  if ('failed' in control)
    return `The sandbox could not be proven: its test does not run outside it either (${control.failed}).`;
  if ('failed' in inside) return `The sandbox does not start on this machine: ${inside.failed}. ${help(inside.failed)}`;
  const names = ['read', 'write', 'host', 'kernel', 'namespace', 'network'] as const;
  const vacuous = names.filter((name) => !NOT_EVERYWHERE.includes(name) && !control[name]);
  if (vacuous.length > 0)
    return `The sandbox could not be proven: outside it, the test could not ${vacuous.map((name) => ESCAPES[name]).join(', ')}.`;
  const escaped = names.filter((name) => inside[name]);
  if (escaped.length > 0)
    return `The sandbox does not hold: inside it, a program could ${escaped.map((name) => ESCAPES[name]).join(', ')}. Nothing may run here.`;
  return undefined;
}

const IMAGE =
  'The image must have bash, git, glibc and libstdc++ (docs/sandbox.md, "Containers"); name another as `container.image` in forkjoin.yml.';

/** What usually helps, by what bubblewrap says. */
function mend(failure: string): string {
  if (/mount proc|max_user_namespaces|Read-only file system/i.test(failure)) {
    return 'In a container, /proc must not be masked: start it with `--security-opt systempaths=unconfined --security-opt seccomp=unconfined`.';
  }
  if (/namespace|Operation not permitted|ENOSPC|No space left|uid map/i.test(failure)) {
    return (
      'The kernel must allow user namespaces: `sysctl -w kernel.unprivileged_userns_clone=1` (Debian), ' +
      '`sysctl -w kernel.apparmor_restrict_unprivileged_userns=0` (Ubuntu), or, in Docker, `--security-opt seccomp=unconfined`.'
    );
  }
  return 'Run `forkjoin doctor` on this machine, or set `sandbox: none` in forkjoin.yml if agents may reach everything that this account can.';
}
