import { randomUUID } from 'node:crypto';
import { lstat, mkdir, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { sweepControlGroups } from '#adapters/agents/control-group.ts';
import { killAbandoned } from '#adapters/agents/marker.ts';
import { isGone, ownOwner } from '#adapters/agents/owner.ts';
import { forgetQuarantines } from '#adapters/git/quarantine.ts';
import { removeTree } from '#adapters/git/remove-tree.ts';
import type { Unaskable } from './options.ts';

/** Folder for the time of one run, absolute; and where results are kept for the next one, when a home is named. */
export type Places = { readonly scratch: string; readonly results: string | undefined };

/** Also a part of one, that was moved aside to be taken away. */
const SCRATCH = /^forkjoin-integrate-(\d+-\d+-\d+)-[0-9a-f-]{36}(?:\.[0-9a-f-]{36})?$/;
/** Longer than any run takes: one of a container that is gone cannot be asked after. Milliseconds. */
const ANCIENT = 7 * 24 * 3_600_000;

/** Gives a folder that goes away again, and takes away what runs that were killed left there. */
export const inPlaces = async <Result>(use: (places: Places) => Promise<Result>): Promise<Result | Unaskable> => {
  const named = process.env['FORKJOIN_HOME'];
  const home = named === undefined || named === '' ? undefined : resolve(named);
  const parent = home === undefined ? tmpdir() : join(home, 'scratch');
  const scratch = join(parent, `forkjoin-integrate-${ownOwner()}-${randomUUID()}`);
  try {
    // A folder for temporary files is the machine's to make, a home is ours.
    if (home !== undefined) await mkdir(parent, { recursive: true });
    await sweep(parent);
    await mkdir(scratch, { mode: 0o700 });
  } catch (cause) {
    return {
      unaskable: `${home === undefined ? noRoom('TMPDIR', parent) : noRoom('FORKJOIN_HOME', home)} (${said(cause)})`,
    };
  }
  try {
    return await use({ scratch, results: home === undefined ? undefined : join(home, 'results') });
  } finally {
    // The answer is the answer, whatever a container left there for root.
    await removeTree(scratch).catch((cause: unknown) => {
      process.stderr.write(
        `forkjoin: ${JSON.stringify(scratch)} could not be removed (${said(cause)}): remove it by hand.\n`,
      );
    });
  }
};

const noRoom = (variable: string, folder: string): string =>
  `Nothing can be kept in ${JSON.stringify(folder)}: set ${variable} to a folder that you may write to, with room left.`;

const said = (cause: unknown): string =>
  cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);

/** What a killed run left: its folder, and what its verification started. What is somebody else's stays. */
const sweep = async (parent: string): Promise<void> => {
  const left: string[] = [];
  for (const name of await readdir(parent)) {
    const owner = SCRATCH.exec(name)?.[1];
    const found = owner === undefined ? undefined : await lstat(join(parent, name)).catch(() => undefined);
    if (owner === undefined || found?.isDirectory() !== true || found.uid !== process.getuid?.()) continue;
    if (isGone(owner) || Date.now() - found.mtimeMs > ANCIENT) left.push(join(parent, name));
  }
  if (left.length === 0) return;
  sweepControlGroups();
  await killAbandoned();
  // What cannot be taken away is no reason not to begin.
  for (const folder of left)
    await forgetQuarantines(folder)
      .then(() => removeTree(folder))
      .catch(() => {});
};
