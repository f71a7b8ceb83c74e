import type { Redis } from 'ioredis';
import { inTime } from '#adapters/store/in-time.ts';
import { COMMIT_SCRIPT } from '#adapters/store/redis-commit.ts';
import { HOLD_SCRIPT, holdArguments, KEEP_SCRIPT, keepArguments, readHeld } from '#adapters/store/redis-holds.ts';
import { SPEND_SCRIPT, scopeName, spendArguments } from '#adapters/store/redis-spend.ts';
import type { Claim, Plan, PlanId, Spending } from '#core/types.ts';
import type { Commit, Committed, Outboxed, Store } from '#engine/ports.ts';

/** Seconds that a handled fact is remembered: 35 days. */
const FACT_SECONDS = 35 * 24 * 60 * 60;

const key = {
  plan: (plan: PlanId) => `forkjoin:plan:${plan}`,
  plans: 'forkjoin:plans',
  plansOf: (repository: number) => `forkjoin:plans:${repository}`,
  claims: (repository: number) => `forkjoin:claims:${repository}`,
  claimedAt: (repository: number) => `forkjoin:claimed-at:${repository}`,
  fact: (fact: string) => `forkjoin:fact:${fact}`,
  outbox: 'forkjoin:outbox',
  bodies: 'forkjoin:outbox-bodies',
  counter: 'forkjoin:outbox-counter',
  ledger: 'forkjoin:ledger',
  spendings: 'forkjoin:spendings',
  spendingIds: 'forkjoin:spending-ids',
  spent: 'forkjoin:spent',
  holds: 'forkjoin:holds',
};

/** Replaces a value of the ledger if it is still the one that was read ('' for none), as one script. */
const SWAP_SCRIPT = `
if (redis.call('HGET', KEYS[1], ARGV[1]) or '') ~= ARGV[2] then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
return 1
`;

/** The store on Redis. Facts expire by themselves; everything else stays. Closing it closes the connection. */
export const redisStore = (redis: Redis): Store => ({
  async load(plan) {
    const [version, body] = await redis.hmget(key.plan(plan), 'version', 'body');
    return version && body ? { plan: JSON.parse(body) as Plan, version: Number(version) } : undefined;
  },

  async commit(commit) {
    const keys = keysOf(commit);
    return (await redis.eval(COMMIT_SCRIPT, keys.length, ...keys, ...argumentsOf(commit))) as Committed;
  },

  async handled(fact) {
    return (await redis.exists(key.fact(fact))) === 1;
  },

  async plans(repository) {
    const ids = await redis.smembers(repository === undefined ? key.plans : key.plansOf(repository));
    const bodies = await Promise.all(ids.map((id) => redis.hget(key.plan(id), 'body')));
    return bodies
      .flatMap((body) => (body ? [JSON.parse(body) as Plan] : []))
      .sort((a, b) => a.repository.id - b.repository.id || a.issue - b.issue);
  },

  async claims(repository) {
    const read = await redis.multi().hgetall(key.claims(repository)).hgetall(key.claimedAt(repository)).exec();
    const [held, changed] = (read ?? []).map(([, answer]) => answer as Record<string, string>);
    const plans = Object.keys(held ?? {}).sort();
    return {
      version: Math.max(0, ...Object.values(changed ?? {}).map(Number)),
      taken: plans.flatMap((plan) => JSON.parse(held?.[plan] ?? '[]') as Claim[]),
    };
  },

  async outbox(limit) {
    const names = await redis.zrange(key.outbox, '0', String(limit - 1));
    if (names.length === 0) return [];
    const bodies = await redis.hmget(key.bodies, ...names);
    return bodies.flatMap((body) => (body ? [JSON.parse(body) as Outboxed] : []));
  },

  async relayed(names) {
    if (names.length === 0) return;
    await redis
      .multi()
      .zrem(key.outbox, ...names)
      .hdel(key.bodies, ...names)
      .exec();
  },

  async recall(name) {
    const value = await redis.hget(key.ledger, name);
    return value === null ? undefined : (JSON.parse(value) as unknown);
  },

  async record(name, value) {
    await redis.hset(key.ledger, name, JSON.stringify(value ?? null));
  },

  async swap(name, before, after) {
    const was = before === undefined ? '' : JSON.stringify(before);
    return (await redis.eval(SWAP_SCRIPT, 1, key.ledger, name, was, JSON.stringify(after ?? null))) === 1;
  },

  async hold(hold, bounds, seconds) {
    return readHeld(await redis.eval(HOLD_SCRIPT, 2, key.holds, key.spent, ...holdArguments(hold, bounds, seconds)));
  },

  async keepHolds(holds, seconds) {
    if (holds.length === 0) return;
    await redis.eval(KEEP_SCRIPT, 2, key.holds, key.spendingIds, ...keepArguments(holds, seconds));
  },

  async release(ids) {
    if (ids.length > 0) await redis.hdel(key.holds, ...ids);
  },

  async spend(rows) {
    if (rows.length === 0) return;
    const keys = [key.spendings, key.spendingIds, key.spent, key.holds];
    await redis.eval(SPEND_SCRIPT, keys.length, ...keys, ...rows.flatMap(spendArguments));
  },

  async spent(scope) {
    return Number((await redis.hget(key.spent, scopeName(scope))) ?? 0);
  },

  async spendings(since) {
    const rows = await redis.zrangebyscore(key.spendings, since === undefined ? '-inf' : Date.parse(since), '+inf');
    return rows.map((row) => JSON.parse(row) as Spending);
  },

  async ping() {
    await inTime(redis.ping(), 3000, 'Redis does not answer');
  },

  async close() {
    redis.disconnect();
  },
});

const keysOf = ({ plan, facts }: Commit): readonly string[] => [
  key.plan(plan.id),
  key.plans,
  key.plansOf(plan.repository.id),
  key.claims(plan.repository.id),
  key.claimedAt(plan.repository.id),
  key.outbox,
  key.bodies,
  key.counter,
  ...facts.map(key.fact),
];

const argumentsOf = ({ plan, expected, claims, effects }: Commit): readonly string[] => [
  plan.id,
  String(expected),
  JSON.stringify(plan),
  String(claims?.version ?? ''),
  JSON.stringify(claims?.hold ?? []),
  String(FACT_SECONDS),
  ...effects.flatMap((effect) => {
    const asked: Outboxed = { plan: plan.id, repository: plan.repository, effect };
    return [effect.name, JSON.stringify(asked)];
  }),
];
