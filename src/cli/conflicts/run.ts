import { join, resolve } from 'node:path';
import { openRepository } from '#adapters/git/local.ts';
import { inPlaces } from '#cli/integrate/home.ts';
import { interruptible } from '../interruptible.ts';
import { type Forecast, forecast } from './forecast.ts';
import { show } from './show.ts';

export type ConflictsOptions = { readonly json?: boolean; readonly repo?: string; readonly base: string };

/** Asks, prints, and sets the exit status. */
export const runConflicts = async (branches: readonly string[], options: ConflictsOptions): Promise<void> => {
  const answer = await interruptible((signal) =>
    inPlaces(({ scratch }) => examine(branches, options, scratch, signal)),
  );
  if ('unreadable' in answer) {
    if (options.json === true)
      process.stdout.write(`${JSON.stringify({ ok: false, error: { message: answer.unreadable } })}\n`);
    else process.stderr.write(`forkjoin conflicts: ${answer.unreadable}\n`);
    process.exitCode = 2;
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
): Promise<Forecast | { readonly unreadable: string }> => {
  const person = await openRepository(resolve(repo), scratch);
  if (person === undefined) return { unreadable: `${repo} is in no git repository.` };
  return forecast({ person, scratch, signal }, base, branches, cacheFolder());
};

/** Where answers are kept: below FORKJOIN_HOME, or nowhere. */
const cacheFolder = (): string | undefined => {
  const home = process.env['FORKJOIN_HOME'];
  return home === undefined || home === '' ? undefined : join(resolve(home), 'forecasts');
};
