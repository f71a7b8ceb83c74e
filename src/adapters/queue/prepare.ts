import { type PgPool, runMigrations } from 'bullmq';
import type { QueueBackend } from '#adapters/queue/backend.ts';

const prepared = new WeakMap<PgPool, Promise<void>>();

/** Makes BullMQ's tables where there are none, once a pool. Jobs that a killed process left active are put back in their place at once. */
export const prepareBackend = async (backend: QueueBackend): Promise<void> => {
  if (backend.kind === 'redis') return;
  const running = prepared.get(backend.pool) ?? prepare(backend.pool, backend.alone);
  prepared.set(backend.pool, running);
  running.catch(() => prepared.delete(backend.pool));
  await running;
};

const prepare = async (pool: PgPool, alone: boolean): Promise<void> => {
  const client = await pool.connect();
  try {
    await runMigrations(client);
  } finally {
    client.release();
  }
  if (!alone) return;
  await pool.query(
    `UPDATE bullmq.job SET state = 'waiting', lock_token = NULL, locked_until_ms = NULL, stalled_marked = false WHERE state = 'active'`,
  );
};
