import type { Permission } from '#core/types.ts';

/** Spec 4: `admin`, `maintain` or `write` may start, change and stop runs. */
export const mayRun = (permission: Permission): boolean =>
  permission === 'admin' || permission === 'maintain' || permission === 'write';

/** Spec 4: asking (`check`, `status`, `help`) needs `triage` or authorship. */
export const mayAsk = (permission: Permission, author: boolean): boolean =>
  mayRun(permission) || permission === 'triage' || author;
