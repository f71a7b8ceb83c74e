import { readlinkSync } from 'node:fs';
import { identify } from './survivors.ts';

/** Which worker something belongs to: number of its PID namespace, of its process, and when that began. Digits and `-`. */
export function ownOwner(): string {
  return `${namespace()}-${process.pid}-${identify(process.pid)?.startedAt ?? '0'}`;
}

/** Is the worker gone? Only one in our own namespace can be told dead; others are left alone. */
export function isGone(owner: string): boolean {
  const [where, pid, startedAt] = owner.split('-');
  return where === namespace() && startedAt !== undefined && identify(Number(pid))?.startedAt !== startedAt;
}

function namespace(): string {
  return /\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0] ?? '0';
}
