import { readdirSync, readFileSync } from 'node:fs';
import { sharedMemory } from './shared-memory.ts';

/** What a set of processes takes: processes and threads, and bytes of memory that are theirs. */
export type Taken = { readonly processes: readonly number[]; readonly threads: number; readonly memory: number };

/** Bytes of a page, as `statm` counts. Everything that Node runs on with another size is rare and only errs to the careful side. */
const PAGE = 4_096;

type Stat = { readonly pid: number; readonly parent: number; readonly session: number; readonly threads: number };

/**
 * A process and all below it. Inside a namespace no process leaves this tree: an orphan becomes a child of its init.
 * Read from `stat` and `statm`, which the kernel shows to everybody, whatever a process does to hide.
 */
export function treeBelow(root: number): Taken {
  const all = everyProcess();
  const children = Map.groupBy(all, ({ parent }) => parent);
  const found = all.filter(({ pid }) => pid === root);
  for (const one of found) found.push(...(children.get(one.pid) ?? []));
  return taken(found);
}

/** Number of processes in the namespace that a process is the first of, as its own view of them has it; undefined when that is closed to us. */
export function crowdOf(init: number): number | undefined {
  try {
    return readdirSync(`/proc/${init}/root/proc`).filter((name) => /^\d/.test(name)).length;
  } catch {
    return undefined;
  }
}

/** Number of processes in a session: those that did not leave it are most of a crowd. */
export function crowdInSession(session: number): number {
  return everyProcess().filter((one) => one.session === session).length;
}

/** The processes of these numbers. */
export function those(pids: readonly number[]): Taken {
  return taken(pids.flatMap((pid) => stat(pid) ?? []));
}

function taken(found: readonly Stat[]): Taken {
  const processes = found.map(({ pid }) => pid);
  return {
    processes,
    threads: found.reduce((sum, { threads }) => sum + threads, 0),
    memory: processes.reduce((sum, pid) => sum + ownMemory(pid), sharedMemory(processes)),
  };
}

function everyProcess(): Stat[] {
  return readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? (stat(Number(name)) ?? []) : []));
}

function stat(pid: number): Stat | undefined {
  const text = read(`/proc/${pid}/stat`);
  // The name stands in brackets and may hold anything: fields are counted from the last one. proc(5): state is the 3rd, session the 6th.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return text === ''
    ? undefined
    : { pid, parent: Number(fields[1]), session: Number(fields[3]), threads: Number(fields[17]) };
}

/** Resident and not shared with files: proc(5), `statm`, second and third field. */
function ownMemory(pid: number): number {
  const [, resident = 0, shared = 0] = read(`/proc/${pid}/statm`).split(' ').map(Number);
  return (resident - shared) * PAGE;
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
