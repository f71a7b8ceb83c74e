import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { HOME_INSIDE } from './bubblewrap.ts';
import { type Ceilings, MEGABYTE } from './ceilings.ts';
import { containerArguments, type Engine } from './container-arguments.ts';
import { etcMounts } from './etc.ts';
import { hardLimit } from './host-limits.ts';
import { newMarker } from './marker.ts';
import { isGone } from './owner.ts';
import { findProgram } from './programs.ts';
import type { Sandbox } from './sandbox.ts';

/** What the operator says of containers. */
export type ContainerChoice = {
  readonly runtime?: 'docker' | 'podman' | undefined;
  readonly image?: string | undefined;
};

const IMAGE = 'node:24-bookworm';
const PREFIX = 'forkjoin-';

/** What the programs of container engines read of the worker's environment; nothing of it gets inside. */
const PASSED = /^(?:PATH|HOME|XDG_RUNTIME_DIR|DOCKER_\w+|CONTAINER_\w+|CONTAINERS_\w+|DBUS_SESSION_BUS_ADDRESS)$/;

/** One container an agent, of docker or podman, or a sentence on why there is none. Whether it holds is for `proof.ts` to say. */
export async function openContainer(
  choice: ContainerChoice,
  home: string,
  most: Ceilings,
): Promise<Sandbox | { readonly refused: string }> {
  const runtimes = choice.runtime === undefined ? (['docker', 'podman'] as const) : [choice.runtime];
  const runtime = runtimes.find((name) => findProgram(name) !== undefined);
  const program = runtime === undefined ? undefined : findProgram(runtime)?.file;
  if (runtime === undefined || program === undefined) {
    return {
      refused: `${runtimes.join(' or ')} is not on the PATH of this worker, so agents cannot be contained by it. Install it, or set \`sandbox: bubblewrap\` in forkjoin.yml.`,
    };
  }
  const image = choice.image ?? IMAGE;
  const run = asked(program);
  const server = await run(['version', '--format', '{{.Server.Version}}']);
  const answers = server.ok || runtime === 'podman' ? await run(['info']) : server;
  if (!answers.ok) {
    return {
      refused: `${runtime} does not answer: ${answers.said.replace(/[.?!]+$/, '')}. Start it and let this account use it (for docker: the group \`docker\`), or set \`sandbox: bubblewrap\` in forkjoin.yml.`,
    };
  }
  if (!(await run(['image', 'inspect', image])).ok) {
    return {
      refused: `The image ${image} is not on this machine: fetch it with \`${runtime} pull ${image}\`, or name another as \`container.image\` in forkjoin.yml.`,
    };
  }
  await sweep(run);
  const [uid, gid] = [process.getuid?.() ?? 0, process.getgid?.() ?? 0];
  const engine: Engine = { runtime, program, image, uid, gid, most, ulimits: ulimits() };
  const etc = (await etcMounts(home, uid, gid)).filter(({ path }) => /^\/etc\/(?:passwd|group)$/.test(path));
  return {
    kind: 'container',
    home: HOME_INSIDE,
    prepare: (cell) => {
      const marker = newMarker();
      const name = `${PREFIX}${marker}`;
      return {
        argv: containerArguments({ ...cell, mounts: [...etc, ...cell.mounts] }, engine, name),
        cwd: '/',
        environment: passedOn(),
        namespaced: false,
        scratch: ['/tmp', HOME_INSIDE],
        marker,
        beside: {
          // docker-run(1): 125 when the engine itself failed.
          failed: 125,
          init: firstProcess(run, name),
          end: async () => {
            const killed = await run(['inspect', '--format', '{{.State.OOMKilled}}', name]);
            await remove(run, name);
            return killed.said.trim() === 'true'
              ? { kind: 'memory', limit: Math.floor(most.memory / MEGABYTE) }
              : undefined;
          },
        },
      };
    },
  };
}

/** No core dumps, and of files and processes what this worker may have itself. */
function ulimits(): string[] {
  const whole = (name: string, most: number): string => {
    const limit = Math.min(most, hardLimit(name));
    return `${limit}:${limit}`;
  };
  return ['core=0:0', `nofile=${whole('Max open files', 65_536)}`, `nproc=${whole('Max processes', 32_768)}`];
}

type Run = (args: readonly string[]) => Promise<{ readonly ok: boolean; readonly said: string }>;

function asked(program: string): Run {
  return async (args) => {
    try {
      const { stdout } = await promisify(execFile)(program, args, { timeout: 20_000, env: passedOn(), cwd: '/' });
      return { ok: true, said: stdout };
    } catch (error) {
      const said = error instanceof Error && 'stderr' in error ? String(error.stderr) : String(error);
      return { ok: false, said: said.trim().split('\n').at(-1) ?? '' };
    }
  };
}

/** Number of a container's first process on this machine: asked for in the background, until it is known. */
function firstProcess(run: Run, name: string): () => number | undefined {
  let known: number | undefined;
  let next = 0;
  return () => {
    if (known === undefined && performance.now() >= next) {
      next = performance.now() + 1_000;
      void run(['inspect', '--format', '{{.State.Pid}}', name]).then(({ said }) => {
        known = Number(said) > 0 ? Number(said) : undefined;
      });
    }
    return known;
  };
}

/** Killed before it is removed: podman would first wait for it to end by itself. */
async function remove(run: Run, name: string): Promise<void> {
  await run(['kill', '--signal', 'KILL', name]);
  await run(['rm', '--force', name]);
}

/** Removes the containers that workers left which were killed themselves. */
async function sweep(run: Run): Promise<void> {
  const { said } = await run(['ps', '--all', '--filter', `name=^${PREFIX}`, '--format', '{{.Names}}']);
  const names = said.split('\n').filter((name) => name.startsWith(PREFIX));
  const left = names.filter((name) => isGone(name.slice(PREFIX.length).split('.')[0] ?? ''));
  await Promise.all(left.map((name) => remove(run, name)));
}

function passedOn(): Record<string, string> {
  const passed = Object.entries(process.env).filter(([name]) => PASSED.test(name));
  return Object.fromEntries(passed.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
}
