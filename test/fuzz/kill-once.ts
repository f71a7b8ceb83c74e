/** One integration that is killed, and the one after it: what differs from an undisturbed one is told in words. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, readlinkSync, rmSync, watch, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import type { Chance } from './chance.ts';
import { gateOf, type KillWorld, openKillWorld, standing } from './kill-world.ts';

/** An undisturbed run: what it says and leaves, and how long it takes with nothing known before, and with all. */
export type Undisturbed = {
  readonly world: KillWorld;
  readonly said: string;
  readonly stands: Readonly<Record<string, readonly string[]>>;
  readonly milliseconds: { readonly cold: number; readonly warm: number };
};

export type Kill = {
  /** What dies: all there is, the program alone, or one git that it started. */
  readonly victim: (typeof VICTIMS)[number];
  /** At a share of the whole time, when the first object reaches the repository, or while the branch is locked. */
  readonly moment:
    | { readonly at: 'time'; readonly share: number }
    | { readonly at: 'landing'; readonly later: number }
    | { readonly at: 'locked' };
  readonly cold: boolean;
  readonly into: (typeof BEFORE)[number];
};

const VICTIMS = ['whole', 'program', 'git'] as const;
/** What the branch is before: none, of other members, the same as a packed reference. */
const BEFORE = ['none', 'older', 'older packed'] as const;

export const undisturbed = async (): Promise<Undisturbed> => {
  const world = openKillWorld();
  const timed = async (): Promise<{ said: string; took: number }> => {
    const start = performance.now();
    const said = await finished(world);
    return { said, took: performance.now() - start };
  };
  const cold = await timed();
  const stands = standing(world);
  await prepare(world, 'none', false);
  const warm = await timed();
  if (warm.said !== cold.said) throw new Error(`not the same twice: ${cold.said} and ${warm.said}`);
  if (!/"resolved":\[\{/.test(cold.said)) throw new Error(`nothing was settled by rule: ${cold.said}`);
  return { world, said: cold.said, stands, milliseconds: { cold: cold.took, warm: warm.took } };
};

export const drawKill = (chance: Chance): Kill => ({
  victim: chance.one(VICTIMS),
  moment: chance.one([
    { at: 'time', share: chance.below(1_000) / 1_000 },
    { at: 'time', share: chance.below(1_000) / 1_000 },
    { at: 'time', share: 0.8 + chance.below(1_000) / 4_000 },
    { at: 'landing', later: chance.below(15) },
    { at: 'locked' },
  ] as const),
  cold: chance.once(3),
  into: chance.one(BEFORE),
});

/** Kills a run, runs again, and tells what is not as it must be. `hit`: something died; `locks`: files of locks that it left. */
export const killOnce = async (
  { world, said, stands, milliseconds }: Undisturbed,
  kill: Kill,
): Promise<{ readonly hit: boolean; readonly locks: readonly string[]; readonly wrong: readonly string[] }> => {
  await prepare(world, kill.into, kill.cold);
  const hit = await killed(world, kill, milliseconds[kill.cold ? 'cold' : 'warm']);
  const { locks = [] } = standing(world);
  const again = await finished(world);
  const now = standing(world);
  const wrong = Object.keys(stands).flatMap((name) => difference(name, now[name] ?? [], stands[name] ?? []));
  if (again !== said) wrong.push(`said ${again}`);
  const left = await processes(world);
  if (left.length > 0) wrong.push(`processes: ${left.map(({ words }) => words).join('; ')}`);
  return { hit, locks, wrong };
};

const difference = (name: string, now: readonly string[], before: readonly string[]): readonly string[] => [
  ...now.filter((line) => !before.includes(line)).map((line) => `${name}: ${line} is new`),
  ...before.filter((line) => !now.includes(line)).map((line) => `${name}: ${line} is missing`),
];

const prepare = async ({ git, into, older, home }: KillWorld, before: Kill['into'], cold: boolean): Promise<void> => {
  git('update-ref', '-d', `refs/heads/${into}`);
  if (before !== 'none') git('update-ref', `refs/heads/${into}`, older);
  if (before === 'older packed') git('pack-refs', '--all');
  // What the last run wrote is written again.
  git('prune', '--expire=now');
  if (cold) rmSync(join(home, 'results'), { recursive: true, force: true });
};

/** What a run to the end prints, with its status. */
const finished = async (world: KillWorld): Promise<string> => {
  const child = started(world);
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const [status, signal] = await once(child, 'close');
  return `${status ?? signal} ${text}`;
};

const started = (
  { repository, environment, command }: KillWorld,
  more: Readonly<Record<string, string>> = environment,
): ChildProcess => spawn(process.execPath, command, { cwd: repository, env: more, stdio: ['ignore', 'pipe', 'pipe'] });

const killed = async (world: KillWorld, { victim, moment }: Kill, milliseconds: number): Promise<boolean> => {
  const gate = moment.at === 'locked' ? gateOf(world) : undefined;
  const child = started(world, gate?.environment);
  child.stdout?.resume();
  child.stderr?.resume();
  const over = once(child, 'exit');
  const gone = () => child.exitCode !== null || child.signalCode !== null;
  if (moment.at === 'time') await after(moment.share * milliseconds);
  else if (moment.at === 'locked') while (!gone() && gate !== undefined && !existsSync(gate.reached)) await after(2);
  else {
    await changed(join(world.repository, '.git/objects'), over);
    await after(moment.later);
  }
  const hit = !gone();
  if (victim === 'whole') {
    child.kill('SIGKILL');
    for (let left = await processes(world, 0); left.length > 0; left = await processes(world, 0))
      for (const { pid } of left) end(pid);
  } else if (victim === 'program') child.kill('SIGKILL');
  else if (gate !== undefined && hit) end(Number(readFileSync(gate.reached, 'utf8')));
  else await endOneGit(world, gone);
  if (gate !== undefined) writeFileSync(gate.open, '');
  await over;
  return hit;
};

/** Kills the next git that is seen. */
const endOneGit = async (world: KillWorld, gone: () => boolean): Promise<void> => {
  while (!gone()) {
    const git = processesNow(world).find(({ words }) => /^(?:\S*\/)?git /.test(words));
    if (git !== undefined) return end(git.pid);
    await after(1);
  }
};

/** Waits for the first change in a folder, or for `instead`. */
const changed = async (folder: string, instead: Promise<unknown>): Promise<void> => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const watcher = watch(folder, () => resolve());
  await Promise.race([promise, instead]);
  watcher.close();
};

const end = (pid: number): void => {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Gone by itself.
  }
};

type Seen = { readonly pid: number; readonly words: string };

/** Processes of the world; those that are about to end are given some milliseconds. */
const processes = async (world: KillWorld, patience = 10_000): Promise<readonly Seen[]> => {
  const until = performance.now() + patience;
  for (;;) {
    const seen = processesNow(world);
    if (seen.length === 0 || performance.now() >= until) return seen;
    await after(20);
  }
};

/** By folder, argument or environment: a daemon has only its environment. */
const processesNow = ({ folder }: KillWorld): readonly Seen[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((name) => {
      const read = (file: string): string => {
        try {
          return file === 'cwd' ? readlinkSync(`/proc/${name}/cwd`) : readFileSync(`/proc/${name}/${file}`, 'latin1');
        } catch {
          return '';
        }
      };
      const words = read('cmdline').replaceAll('\0', ' ');
      // A process that has ended and that nobody asked about has neither.
      if (words === '') return [];
      return [words, read('cwd'), read('environ')].some((text) => text.includes(folder))
        ? [{ pid: Number(name), words }]
        : [];
    });
