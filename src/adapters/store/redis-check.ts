import type { Redis } from 'ioredis';
import { DatabaseRefused } from '#adapters/store/refused.ts';
import type { Log } from '#engine/ports.ts';

/** Refuses a Redis that may forget: plans and jobs must not be evicted, and must survive a restart. */
export const checkRedis = async (redis: Redis, where: string, log: Log): Promise<void> => {
  const policy = await setting(redis, 'maxmemory-policy');
  const append = await setting(redis, 'appendonly');
  const save = await setting(redis, 'save');
  if (policy === undefined || append === undefined) {
    log.warn(
      { redis: where },
      'Redis does not let its configuration be read (CONFIG is forbidden): see to it that maxmemory-policy is noeviction and that appendonly or save is on',
    );
    return;
  }
  const wrong = [
    policy !== 'noeviction' &&
      `maxmemory-policy is ${policy}, so jobs and plans could be evicted: set "maxmemory-policy noeviction"`,
    append !== 'yes' && !save && 'nothing is written to disk, so a restart would lose every plan: set "appendonly yes"',
  ].filter((problem) => problem !== false);
  if (wrong.length > 0) throw new DatabaseRefused(`Redis at ${where} (REDIS_URL) cannot be used. ${wrong.join('; ')}.`);
};

const setting = async (redis: Redis, name: string): Promise<string | undefined> => {
  const answer: unknown = await redis.config('GET', name).catch(() => undefined);
  return Array.isArray(answer) ? (answer[1] as string | undefined) : undefined;
};
