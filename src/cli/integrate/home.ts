import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { killAbandoned } from '#adapters/agents/marker.ts';
import { isGone, ownOwner } from '#adapters/agents/owner.ts';

/** Folder for the time of one run, absolute; and where results are kept for the next one, when a home is named. */
export type Places = { readonly scratch: string; readonly results: string | undefined };

const SCRATCH = /^forkjoin-integrate-(\d+-\d+-\d+)-[0-9a-f-]{36}$/;

/** Gives a folder that goes away again, and takes away what runs that were killed left there. */
export const inPlaces = async <Result>(use: (places: Places) => Promise<Result>): Promise<Result> => {
  const named = process.env['FORKJOIN_HOME'];
  const home = named === undefined || named === '' ? undefined : resolve(named);
  const parent = home === undefined ? tmpdir() : join(home, 'scratch');
  await mkdir(parent, { recursive: true });
  await sweep(parent);
  const scratch = join(parent, `forkjoin-integrate-${ownOwner()}-${randomUUID()}`);
  await mkdir(scratch, { mode: 0o700 });
  try {
    return await use({ scratch, results: home === undefined ? undefined : join(home, 'results') });
  } finally {
    await rm(scratch, { recursive: true, force: true, maxRetries: 3 });
  }
};

/** What a killed run left: its folder, and what its verification started. */
const sweep = async (parent: string): Promise<void> => {
  const left = (await readdir(parent).catch(() => [])).filter((name) => {
    const owner = SCRATCH.exec(name)?.[1];
    return owner !== undefined && isGone(owner);
  });
  if (left.length === 0) return;
  await killAbandoned();
  for (const name of left) await rm(join(parent, name), { recursive: true, force: true, maxRetries: 3 });
};
