import { ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:os';
import { performance } from 'node:perf_hooks';
import { Readable, type Writable } from 'node:stream';
import { setTimeout as after } from 'node:timers/promises';
import type { Ceilings } from './ceilings.ts';
import type { ControlGroup } from './control-group.ts';
import { descriptors, REPORTS } from './descriptors.ts';
import { lineSplitter } from './lines.ts';
import { crowdInSession, crowdOf, those, treeBelow } from './process-tree.ts';
import { identify, kill, killMarked, MARKER, marked, type ProcessIdentity, untilGone } from './survivors.ts';
import { outputTail } from './tail.ts';
import { type Excess, type Watched, watchUsage } from './usage.ts';

/**
 * A program ready to start. `namespaced`: argv is a bubblewrap that reports on descriptor 3. `scratch`: temporary folders
 * of bounded size, as the program sees them.
 */
export type Launch = {
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly namespaced: boolean;
  /** File of the filter of system calls that argv finds on descriptor 4. */
  readonly filter?: string;
  readonly scratch: readonly string[];
  /**
   * When argv only asks somebody else to run the program: the status by which it says that it could not, what ends the
   * program, and its first process as soon as that is known.
   */
  readonly beside?: { readonly failed: number; init(): number | undefined; end(): Promise<Excess | undefined> };
  /** The control group that the program enters; removed when nothing of it is left. */
  readonly group?: ControlGroup;
  /** Value of the marker variable by which the processes of this launch are known; unique. */
  readonly marker: string;
};

/** Wall time and silence in milliseconds, output in bytes; `takes`: what of the machine, writing to which folder. */
export type Bounds = {
  readonly wall: number;
  readonly silence: number;
  readonly output: number;
  readonly takes?: { readonly most: Ceilings; readonly folder: string; readonly also: readonly string[] };
};

/** Why a process ended; the first cause is the only one. `unstarted`: the system, or the sandbox, refused to start it. */
export type Ending =
  | { readonly kind: 'exit'; readonly status: number }
  | { readonly kind: 'timeout' | 'stalled' | 'output' | 'cancelled' }
  | Excess
  | { readonly kind: 'unstarted'; readonly why: string };

/** `tail` is the end of all output, `errors` that of standard error alone. */
export type Ended = {
  readonly ending: Ending;
  readonly tail: string;
  readonly errors: string;
  readonly seconds: number;
};

export type Watch = {
  readonly signal: AbortSignal;
  /** Each line of standard output, without its end. */
  readonly onLine?: (line: string) => void;
  /** Given once: call it when there are other signs of life than output. */
  readonly alive?: (touch: () => void) => void;
  /** Given once, for a program that is talked with: its standard input, left open. */
  readonly talk?: (input: Writable) => void;
};

/** The longest delay of a timer (2^31-1 ms); more means "now" to Node. */
const LONGEST_DELAY = 2_147_483_647;

/** Runs a program to its end, or to its limit, and returns when nothing that it started is left. Never throws. */
export async function runProcess(launch: Launch, input: string, bounds: Bounds, watch: Watch): Promise<Ended> {
  try {
    return await run(launch, input, bounds, watch);
  } finally {
    await launch.group?.remove();
  }
}

async function run(launch: Launch, input: string, bounds: Bounds, watch: Watch): Promise<Ended> {
  if (watch.signal.aborted) return { ending: { kind: 'cancelled' }, tail: '', errors: '', seconds: 0 };
  const started = performance.now();
  const tail = outputTail();
  const errors = outputTail();
  const { promise, resolve: end } = Promise.withResolvers<Ending>();
  const child = start(launch);
  if (!(child instanceof ChildProcess)) return { ending: child, tail: '', errors: '', seconds: 0 };
  const report = sandboxReport(child);
  const closed = new Promise<void>((resolve) => {
    child.on('close', () => resolve());
  });

  const silence = setTimeout(() => end({ kind: 'stalled' }), Math.min(bounds.silence, LONGEST_DELAY));
  const wall = setTimeout(() => end({ kind: 'timeout' }), Math.min(bounds.wall, LONGEST_DELAY));
  const cancel = (): void => end({ kind: 'cancelled' });
  watch.signal.addEventListener('abort', cancel);
  const usage =
    bounds.takes === undefined ? undefined : watchUsage({ ...bounds.takes, ...within(launch, child, report) }, end);
  watch.alive?.(() => silence.refresh());

  let received = 0;
  const lines = lineSplitter((line) => watch.onLine?.(line));
  const receive = (bytes: Buffer): boolean => {
    received += bytes.length;
    if (received > bounds.output) end({ kind: 'output' });
    if (received - bytes.length > bounds.output) return false;
    silence.refresh();
    tail.push(bytes);
    return true;
  };
  child.stdout?.on('data', (bytes: Buffer) => receive(bytes) && lines.push(bytes));
  child.stderr?.on('data', (bytes: Buffer) => receive(bytes) && errors.push(bytes));
  child.on('error', (error) => end({ kind: 'unstarted', why: error.message }));
  child.on('exit', (status, signal) =>
    end({ kind: 'exit', status: status ?? 128 + (signal ? constants.signals[signal] : 0) }),
  );
  // A program may end without reading its input.
  child.stdin?.on('error', () => {});
  if (watch.talk === undefined) child.stdin?.end(input);
  else if (child.stdin !== null) watch.talk(child.stdin);

  const ending = atTheWall(await promise, launch, bounds);
  clearTimeout(silence);
  clearTimeout(wall);
  usage?.stop();
  watch.signal.removeEventListener('abort', cancel);
  const excess = await leaveNothing(child, launch, report, closed);
  lines.end();
  const refused = launch.namespaced ? !report().ran && 1 : launch.beside?.failed;
  if (ending.kind === 'exit' && ending.status === refused) {
    return { ending: { kind: 'unstarted', why: errors.text() }, tail: '', errors: errors.text(), seconds: 0 };
  }
  const first = ending.kind === 'exit' && ending.status === 137 ? (excess ?? ending) : ending;
  return { ending: first, tail: tail.text(), errors: errors.text(), seconds: (performance.now() - started) / 1000 };
}

function start(launch: Launch): ChildProcess | Extract<Ending, { kind: 'unstarted' }> {
  const [program = '', ...args] = launch.argv;
  const { namespaced, filter, cwd, environment } = launch;
  try {
    const { stdio, close } = descriptors(namespaced, filter);
    try {
      return spawn(program, args, { cwd, env: { ...environment, [MARKER]: launch.marker }, detached: true, stdio });
    } finally {
      close();
    }
  } catch (error) {
    // Node throws for what can never be started: an argument that is too long, or holds a NUL.
    return { kind: 'unstarted', why: error instanceof Error ? error.message : String(error) };
  }
}

/** What bubblewrap tells: the init process of its namespace, with which all inside ends, and whether the program ran at all. */
type SandboxReport = { readonly init: ProcessIdentity | undefined; readonly ran: boolean };

function sandboxReport(child: ChildProcess): () => SandboxReport {
  let init: ProcessIdentity | undefined;
  let text = '';
  const reports = child.stdio[REPORTS];
  if (reports instanceof Readable) {
    reports.on('data', (bytes: Buffer) => {
      text += bytes.toString();
      const pid = /"child-pid":\s*(\d+)/.exec(text)?.[1];
      if (pid !== undefined) init ??= identify(Number(pid));
    });
  }
  return () => ({ init, ran: text.includes('"exit-code"') });
}

/** A program that failed because it could start no more processes failed for that, before anybody counted them. */
function atTheWall(ending: Ending, launch: Launch, bounds: Bounds): Ending {
  const failed = ending.kind === 'exit' && ending.status !== 0;
  return failed && bounds.takes !== undefined && launch.group?.met() === true
    ? { kind: 'processes', limit: bounds.takes.most.processes }
    : ending;
}

/** Where the processes and the temporary folders of a launch are found from outside. */
function within(
  launch: Launch,
  child: ChildProcess,
  report: () => SandboxReport,
): Pick<Watched, 'crowd' | 'processes' | 'scratch'> {
  const root = (): number | undefined => report().init?.pid ?? launch.beside?.init();
  return {
    crowd: () => {
      const init = root();
      if (init !== undefined) return crowdOf(init);
      return launch.namespaced || child.pid === undefined ? undefined : crowdInSession(child.pid);
    },
    processes: () => {
      const init = root();
      if (init !== undefined) return treeBelow(init);
      return those(launch.namespaced ? [] : marked((marker) => marker === launch.marker));
    },
    scratch: () => {
      const init = root();
      return init === undefined ? [] : launch.scratch.map((path) => `/proc/${init}/root${path}`);
    },
  };
}

async function leaveNothing(
  child: ChildProcess,
  launch: Launch,
  report: () => SandboxReport,
  closed: Promise<void>,
): Promise<Excess | undefined> {
  const excess = await launch.beside?.end();
  if (launch.namespaced) {
    // With the first process of a namespace the kernel ends all of it at once; bubblewrap itself would hear of it later.
    const init = report().init;
    // By now its number could be somebody else's.
    if (init !== undefined && identify(init.pid)?.startedAt === init.startedAt) kill(init.pid);
    child.kill('SIGKILL');
  } else await killMarked(child.pid, (marker) => marker === launch.marker);
  // A process that escaped may hold the pipes open, and one that never started has none: nobody waits for long.
  if (child.pid !== undefined) await Promise.race([closed, after(2_000, undefined, { ref: false })]);
  for (const stream of child.stdio) stream?.destroy();
  const { init } = report();
  if (init !== undefined) await untilGone(init);
  return excess;
}
