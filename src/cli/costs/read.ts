import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { openDatabase } from '#adapters/store/open.ts';
import { DatabaseRefused } from '#adapters/store/refused.ts';
import type { Spending } from '#core/types.ts';
import type { Log } from '#engine/ports.ts';
import type { Configuration } from '../../config.ts';

const QUIET: Log = { info() {}, warn() {}, error() {} };

/** The rows of the ledger, from the database; where the app holds that for itself (embedded), from the app. */
export const readLedger = async (
  { database, web }: Configuration,
  since: string | undefined,
): Promise<readonly Spending[]> => {
  if (database.kind === 'embedded' && !existsSync(join(database.folder, 'database'))) return [];
  try {
    const open = await openDatabase(database, QUIET);
    try {
      return await open.store.spendings(since);
    } finally {
      await open.close();
    }
  } catch (cause) {
    if (database.kind !== 'embedded' || !(cause instanceof DatabaseRefused)) throw cause;
    const url = `http://127.0.0.1:${web.port}/costs.json`;
    return await askApp(url, since).catch(() => {
      throw new Error(
        `${cause.message} The app that uses it was asked at ${url} (PORT), and did not answer: set PORT as it was started with.`,
        { cause },
      );
    });
  }
};

const askApp = async (url: string, since: string | undefined): Promise<readonly Spending[]> => {
  const query = since === undefined ? '' : `?since=${encodeURIComponent(since)}`;
  const answer = await fetch(`${url}${query}`, { signal: AbortSignal.timeout(30_000) });
  if (!answer.ok) throw new Error(`It answered ${answer.status}`);
  const { rows } = (await answer.json()) as { readonly rows: readonly Spending[] };
  return rows;
};
