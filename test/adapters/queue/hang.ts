/** Starts workers on a database, prints the name of each attempt that it takes, and never ends one. */

import { startWorkers } from '#adapters/queue/workers.ts';
import { type Connection, openDatabase } from '#adapters/store/open.ts';
import { silent } from '../../services/log.ts';
import { handlers } from './jobs.ts';

const { backend } = await openDatabase(JSON.parse(process.argv[2] ?? '') as Connection, silent);
const attempt = (name: string) => {
  process.stdout.write(`${name}\n`);
  return new Promise<void>(() => undefined);
};
await startWorkers(backend, handlers({ attempt: ({ effect }) => attempt(effect.name) }), {
  attempts: 2,
  writeInterval: 0,
  log: silent,
});
