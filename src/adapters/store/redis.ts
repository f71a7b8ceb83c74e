import { Redis } from 'ioredis';
import { inTime } from '#adapters/store/in-time.ts';
import type { Database } from '#adapters/store/open.ts';
import { checkRedis } from '#adapters/store/redis-check.ts';
import { redisStore } from '#adapters/store/redis-store.ts';
import { DatabaseRefused } from '#adapters/store/refused.ts';
import type { Log } from '#engine/ports.ts';

/** How long the first connection may take, milliseconds: services that start together find each other. */
const PATIENCE = 10_000;

/** Opens Redis (6.2 or newer) and refuses one that may forget. */
export const openRedis = async (url: string, log: Log): Promise<Database> => {
  const redis = new Redis(url, {
    lazyConnect: true,
    // A restart of Redis is waited for; after three seconds a command fails, and the job that asked is tried again.
    retryStrategy: (tries) => Math.min(tries * 200, 2000),
    maxRetriesPerRequest: 5,
  });
  const where = `${redis.options.host}:${redis.options.port}`;
  let last: Error | undefined;
  redis.on('error', (error: Error) => {
    if (last?.message !== error.message)
      log.warn({ redis: where, error: error.message }, 'Redis does not answer; trying again');
    last = error;
  });
  redis.on('ready', () => {
    last = undefined;
  });
  try {
    await ready(redis);
    await checkRedis(redis, where, log);
  } catch (cause) {
    redis.disconnect();
    if (cause instanceof DatabaseRefused) throw cause;
    const why = last?.message ?? (cause instanceof Error ? cause.message : String(cause));
    throw new DatabaseRefused(`Redis at ${where} (REDIS_URL) cannot be used: ${why}`, { cause });
  }
  const store = redisStore(redis);
  return { kind: 'redis', store, backend: { kind: 'redis', url }, close: () => store.close() };
};

/** Waits for the first answer; `connect` alone gives up at the first refusal. */
const ready = async (redis: Redis): Promise<void> => {
  redis.connect().catch(() => undefined);
  const deadline = performance.now() + PATIENCE;
  for (;;) {
    try {
      await inTime(redis.ping(), PATIENCE, `no answer within ${PATIENCE / 1000} s`);
      return;
    } catch (error) {
      const away = error instanceof Error && error.name === 'MaxRetriesPerRequestError';
      if (!away || performance.now() > deadline) throw error;
    }
  }
};
