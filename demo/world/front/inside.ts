import type { Emulated } from '../emulated.ts';
import type { Faults } from '../faults.ts';
import type { Hub } from '../hub.ts';
import type { RequestLog } from '../log.ts';

/** What the front needs; the hub comes when the emulated GitHub is up, which needs the front's port first. */
export type Inside = {
  readonly hub: Hub;
  readonly emulated: Emulated;
  readonly faults: Faults;
  readonly log: RequestLog;
};
