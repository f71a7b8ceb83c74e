import { join, resolve } from 'node:path';
import { openRepository } from '#adapters/git/local.ts';
import { inPlaces } from '#cli/integrate/home.ts';
import type { Unaskable } from '#cli/integrate/options.ts';
import { tellUnaskable, unhindered } from '#cli/integrate/unhindered.ts';
import { interruptible } from '../interruptible.ts';
import { type Forecast, forecast } from './forecast.ts';
import { show } from './show.ts';

export type ConflictsOptions = { readonly json?: boolean; readonly repo?: string; readonly base: string };

/** Asks, prints, and sets the exit status. */
export const runConflicts = async (branches: readonly string[], options: ConflictsOptions): Promise<void> => {
  const answer = await unhindered(() =>
    interruptible((signal) => inPlaces(({ scratch }) => examine(branches, options, scratch, signal))),
  );
  if ('unaskable' in answer) {
    tellUnaskable('conflicts', answer, options.json === true);
    return;
  }
  process.stdout.write(options.json === true ? `${JSON.stringify(answer)}\n` : show(answer));
  process.exitCode = answer.errors.length > 0 ? 2 : answer.pairs.every(({ clean }) => clean) ? 0 : 1;
};

const examine = async (
  branches: readonly string[],
  { repo = '.', base }: ConflictsOptions,
  scratch: string,
  signal: AbortSignal,
): Promise<Forecast | Unaskable> => {
  const person = await openRepository(resolve(repo), scratch);
  if ('unreadable' in person) return { unaskable: person.unreadable };
  return forecast({ person, scratch, signal }, base, branches, cacheFolder());
};

/** Where answers are kept: below FORKJOIN_HOME, or nowhere. */
const cacheFolder = (): string | undefined => {
  const home = process.env['FORKJOIN_HOME'];
  return home === undefined || home === '' ? undefined : join(resolve(home), 'forecasts');
};
