import type { Failure, Fix, HoldReason, ItemState } from '#core/types.ts';

/** What an agent that waits, is queued or runs was asked to go on with; undefined for an attempt of its own. */
export const fixOf = (state: ItemState): Fix | undefined =>
  state.name === 'waiting' || state.name === 'queued' || state.name === 'running' ? state.fix : undefined;

/** The member as it stood before the fix, which brought nothing: what somebody asked to be fixed goes in only when a person says so. */
export const unfixed = (fix: Fix, failure: Failure): ItemState =>
  held(fix, { kind: 'fix-failed', failure, ...(fix.why === undefined ? {} : { before: fix.why }) });

/** What a person said of the member holds for its next head too: a fix lets nothing in. */
export const stillHeld = (fix: Fix | undefined): { readonly hold?: HoldReason } =>
  fix?.why?.kind === 'person' || fix?.why?.kind === 'retargeted' ? { hold: fix.why } : {};

/** A fix that a person took back: the member stays out until a person lets it in. */
export const withdrawnFix = (fix: Fix, by: string): ItemState => held(fix, fix.why ?? { kind: 'person', by });

const held = ({ work, pull }: Fix, why: HoldReason): ItemState => ({
  name: 'held',
  work,
  why,
  ...(pull === undefined ? {} : { pull }),
});
