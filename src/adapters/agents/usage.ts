import { type Ceilings, MEGABYTE, scratchSize } from './ceilings.ts';
import { freeAround, grown, isFull, nameless, sizeOf, type Used, usedAround } from './disk.ts';
import { memoryOfMachine, tasksOfMachine } from './machine.ts';
import type { Taken } from './process-tree.ts';

/** What was taken too much of, and the limit that was passed: megabytes, or processes and threads. */
export type Excess = { readonly kind: 'disk' | 'memory' | 'processes'; readonly limit: number };

export type Watched = {
  readonly most: Ceilings;
  /** The folder that is written to. */
  readonly folder: string;
  /** Other folders of the machine that it may write to; they count too. */
  readonly also?: readonly string[];
  /** Temporary folders of bounded size, where this process finds them. */
  readonly scratch: () => readonly string[];
  /** How many processes there are, threads not counted; undefined where that cannot be told at a glance. */
  readonly crowd: () => number | undefined;
  /** The processes to count; asked for only when the machine is busy enough that they could be too many. */
  readonly processes: () => Taken;
};

/** Milliseconds between two looks; a fork bomb has some hundred processes after one. */
const TICK = 100;
/** Milliseconds between two measurements of a folder that nothing hints at. */
const UNASKED = 10_000;
/** A measurement may take this part of the time at most. */
const SHARE = 20;

/**
 * Looks at what a program takes, since the limits of the kernel for processes bind neither root nor memory nor a
 * folder. Cheap while all is well: numbers of the whole machine tell that nobody in it can be over a limit.
 */
export function watchUsage(watched: Watched, exceeded: (excess: Excess) => void): { stop(): void } {
  const looks = [countEach(watched, exceeded), weighEach(watched, exceeded), scratchEach(watched, exceeded)];
  const timer = setInterval(() => {
    for (const look of looks) look();
  }, TICK);
  return { stop: () => clearInterval(timer) };
}

function countEach({ most, crowd, processes }: Watched, exceeded: (excess: Excess) => void): () => void {
  let next = 0;
  return () => {
    const crowded = tasksOfMachine() > most.processes;
    // A bomb leaves no time to look at each of its processes.
    if (crowded && (crowd() ?? 0) > most.processes) return exceeded({ kind: 'processes', limit: most.processes });
    if (performance.now() < next || (!crowded && memoryOfMachine() <= most.memory)) return;
    const from = performance.now();
    const { threads, memory } = processes();
    next = performance.now() + (performance.now() - from) * SHARE;
    if (threads > most.processes) exceeded({ kind: 'processes', limit: most.processes });
    else if (memory > most.memory) exceeded({ kind: 'memory', limit: Math.floor(most.memory / MEGABYTE) });
  };
}

function weighEach({ most, folder, also = [], processes }: Watched, exceeded: (excess: Excess) => void): () => void {
  const start = usedAround(folder);
  // Nobody may take more than half of what was left: others work on this disk, too.
  const half = freeAround(folder) / 2;
  const step = Math.min(most.disk, half) / 8;
  let last = start;
  let next = performance.now() + UNASKED;
  let measuring = false;
  const measure = async (used: Used): Promise<void> => {
    const from = performance.now();
    const lacking = grown(used, start);
    // What cannot be read, or has no name any more, still shows in what the file system lacks.
    const hidden = lacking > step ? nameless(processes().processes, folder) : 0;
    const size = ((await sizeOf([folder, ...also])) ?? lacking) + hidden;
    if (size > most.disk) exceeded({ kind: 'disk', limit: Math.floor(most.disk / MEGABYTE) });
    else if (lacking > half && size > half / 2) exceeded({ kind: 'disk', limit: Math.floor(half / MEGABYTE) });
    next = performance.now() + Math.max(UNASKED, (performance.now() - from) * SHARE);
    last = used;
    measuring = false;
  };
  return () => {
    const used = usedAround(folder);
    if (measuring || (performance.now() < next && grown(used, last) < step)) return;
    measuring = true;
    void measure(used);
  };
}

function scratchEach({ most, scratch }: Watched, exceeded: (excess: Excess) => void): () => void {
  return () => {
    if (scratch().some(isFull)) exceeded({ kind: 'disk', limit: Math.floor(scratchSize(most) / MEGABYTE) });
  };
}
