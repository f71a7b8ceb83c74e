import { openDatabase } from '#adapters/store/open.ts';
import type { Log } from '#engine/ports.ts';
import type { Configuration } from '../../config.ts';
import { type Finding, failing, fine, sentenceOf } from './finding.ts';
import { within } from './within.ts';

/** Does the database answer, and may it be trusted with plans? The embedded one is only looked at: another process may use it. */
export const checkDatabase = async (database: Configuration['database'], log: Log): Promise<Finding> => {
  if (database.kind === 'embedded')
    return fine('database', `embedded, under ${database.folder}; for one process ("forkjoin serve")`);
  const [title, variable] =
    database.kind === 'redis' ? (['Redis', 'REDIS_URL'] as const) : (['PostgreSQL', 'DATABASE_URL'] as const);
  const opening = openDatabase(database, log);
  try {
    const open = await within(15, opening);
    try {
      await within(15, open.store.ping());
      return fine('database', `${title} answers and keeps what it is given`);
    } finally {
      await within(5, open.close());
    }
  } catch (cause) {
    // One that opens after all, too late, is closed all the same.
    opening.then((late) => late.close()).catch(() => undefined);
    return failing(
      'database',
      `${title} cannot be used: ${sentenceOf(cause)}`,
      `Start it, or correct ${variable}; without it the embedded database is used`,
    );
  }
};
