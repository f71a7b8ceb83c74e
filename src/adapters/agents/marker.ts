import { randomUUID } from 'node:crypto';
import { isGone, ownOwner } from './owner.ts';
import { killMarked } from './survivors.ts';

/** A marker for one start, which also says by which worker. */
export function newMarker(): string {
  return `${ownOwner()}.${randomUUID()}`;
}

/** Kills what workers without a sandbox left when they were killed themselves. */
export async function killAbandoned(): Promise<void> {
  await killMarked(undefined, (marker) => isGone(marker.split('.')[0] ?? ''));
}
