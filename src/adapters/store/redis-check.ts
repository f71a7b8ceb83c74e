import type { Redis } from 'ioredis';
import { DatabaseRefused } from '#adapters/store/refused.ts';
import type { Log } from '#engine/ports.ts';

/** Refuses a Redis that may forget: plans and jobs must not be evicted, and must survive a restart. */
export const checkRedis = async (redis: Redis, where: string, log: Log): Promise<void> => {
  const policy = (await setting(redis, 'maxmemory-policy')) ?? (await policyByInfo(redis));
  const append = await setting(redis, 'appendonly');
  const save = await setting(redis, 'save');
  const mayEvict = policy !== undefined && policy !== 'noeviction';
  const mayForget = append === 'no' && save === '';
  const wrong = [
    mayEvict && `maxmemory-policy is ${policy}, so plans and jobs could be evicted: set "maxmemory-policy noeviction".`,
    mayForget && 'Nothing is written to disk, so a restart would lose every plan: set "appendonly yes".',
  ].filter((problem) => problem !== false);
  if (wrong.length > 0) throw new DatabaseRefused(`Redis at ${where} (REDIS_URL) cannot be used. ${wrong.join(' ')}`);
  if (append === undefined) {
    log.warn(
      { redis: where },
      'Redis does not let its configuration be read (CONFIG is forbidden): see to it that maxmemory-policy is noeviction and that appendonly or save is on',
    );
  }
};

/** A setting as CONFIG tells it; undefined where that command is forbidden or renamed, as hosted Redis often has it. */
const setting = async (redis: Redis, name: string): Promise<string | undefined> => {
  try {
    const answer: unknown = await redis.config('GET', name);
    return Array.isArray(answer) && typeof answer[1] === 'string' ? answer[1] : undefined;
  } catch (error) {
    if (error instanceof Error && /unknown command|NOPERM/i.test(error.message)) return undefined;
    throw error;
  }
};

const policyByInfo = async (redis: Redis): Promise<string | undefined> =>
  /^maxmemory_policy:(\S+)/m.exec(await redis.info('memory'))?.[1];
