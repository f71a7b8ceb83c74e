/** What follows from what is known of a head. */
import type { Sha } from '#core/types.ts';
import { canMeet } from './can-meet.ts';
import type { KnownHead } from './forecast-memory.ts';
import { isAttributes } from './tree-names.ts';

/** Does it go with the base, and can it be read? */
export function isMergeable({ onBase: one, names }: KnownHead): boolean {
  return one.clean && names.broken === undefined;
}

/** The head on its base, or a throw. */
export function commitOf({ head, onBase: one }: KnownHead): Sha {
  if (!one.clean) throw new Error(`${head} does not go with its base`);
  return one.commit;
}

/** Could the two conflict? */
export function meeting(one: KnownHead, other: KnownHead): boolean {
  if (one.lineage === undefined || other.lineage === undefined) return true;
  return canMeet({ ...one.names, ...one.lineage }, { ...other.names, ...other.lineage });
}

/** Does it bring attributes that merges into it obey? */
export function hasOwnAttributes({ names }: KnownHead): boolean {
  return [...names.changed].some(isAttributes);
}
