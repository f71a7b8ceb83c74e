import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { openRepository } from '#adapters/git/local.ts';
import { type Forecast, forecast } from './forecast.ts';
import { show } from './show.ts';

export type ConflictsOptions = { readonly json?: boolean; readonly repo?: string; readonly base: string };

/** Asks, prints, and sets the exit status. */
export const runConflicts = async (branches: readonly string[], options: ConflictsOptions): Promise<void> => {
  const answer = await inHome((home, kept) => examine(branches, options, home, kept));
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
  home: string,
  kept: boolean,
): Promise<Forecast | { readonly unreadable: string }> => {
  const folder = await openRepository(resolve(repo), home);
  if (folder === undefined) return { unreadable: `${repo} is in no git repository.` };
  return forecast(folder, base, branches, kept ? join(home, 'forecasts') : undefined);
};

/** FORKJOIN_HOME, where answers are kept; without it a folder that goes away again, so that nothing is left anywhere. */
const inHome = async <Result>(use: (home: string, kept: boolean) => Promise<Result>): Promise<Result> => {
  const named = process.env['FORKJOIN_HOME'];
  if (named !== undefined && named !== '') {
    const home = resolve(named);
    await mkdir(home, { recursive: true });
    return use(home, true);
  }
  const home = await mkdtemp(join(tmpdir(), 'forkjoin-'));
  try {
    return await use(home, false);
  } finally {
    await rm(home, { recursive: true, force: true });
  }
};
