import { scopeName } from '#adapters/store/redis-spend.ts';
import type { Bound, Held, Hold } from '#engine/ports.ts';

/**
 * Sets dollars aside as one script. Keys: holds by id, sums of the ledger by scope. Arguments: id, dollars, seconds,
 * scopes as JSON, then for each bound its scope, 'all' when every hold counts for it, and its limit ('' for none).
 * Answers 1 or 0, then for each bound what is spent and what others hold. Time is that of Redis: clocks of workers differ.
 */
export const HOLD_SCRIPT = `
local id, dollars, seconds, scopes = unpack(ARGV, 1, 4)
local now = tonumber(redis.call('TIME')[1])
local FIRST, WIDTH = 5, 3

local others, whole = {}, 0
local all = redis.call('HGETALL', KEYS[1])
for i = 1, #all, 2 do
  local hold = cjson.decode(all[i + 1])
  if hold.ends < now then
    redis.call('HDEL', KEYS[1], all[i])
  elseif all[i] ~= id then
    whole = whole + hold.dollars
    for _, scope in ipairs(hold.scopes) do
      others[scope] = (others[scope] or 0) + hold.dollars
    end
  end
end

local answer = { 1 }
for i = FIRST, #ARGV, WIDTH do
  local scope, counts, limit = unpack(ARGV, i, i + 2)
  local spent = tonumber(redis.call('HGET', KEYS[2], scope) or '0')
  local held = counts == 'all' and whole or others[scope] or 0
  if limit ~= '' and spent + held + tonumber(dollars) > tonumber(limit) + 1e-9 then answer[1] = 0 end
  table.insert(answer, string.format('%.17g', spent))
  table.insert(answer, string.format('%.17g', held))
end
if answer[1] == 1 then
  local hold = { dollars = tonumber(dollars), ends = now + seconds, scopes = cjson.decode(scopes) }
  redis.call('HSET', KEYS[1], id, cjson.encode(hold))
end
return answer
`;

/** Keeps holds for longer, but for those whose row is written. Keys: holds by id, ids of rows. Arguments: seconds, then id, dollars and scopes of each. */
export const KEEP_SCRIPT = `
local ends = tonumber(redis.call('TIME')[1]) + ARGV[1]
for i = 2, #ARGV, 3 do
  local id, dollars, scopes = unpack(ARGV, i, i + 2)
  if redis.call('SISMEMBER', KEYS[2], id) == 0 then
    local hold = { dollars = tonumber(dollars), ends = ends, scopes = cjson.decode(scopes) }
    redis.call('HSET', KEYS[1], id, cjson.encode(hold))
  end
end
`;

/** The words of `HOLD_SCRIPT`. */
export const holdArguments = (hold: Hold, bounds: readonly Bound[], seconds: number): readonly string[] => {
  const [id, dollars, scopes] = wordsOf(hold);
  return [
    ...[id, dollars, String(seconds), scopes],
    ...bounds.flatMap(({ scope, dollars: limit }) => [
      scopeName(scope),
      'day' in scope ? 'all' : '',
      limit === undefined ? '' : limit.toFixed(15),
    ]),
  ];
};

/** The words of `KEEP_SCRIPT`. */
export const keepArguments = (holds: readonly Hold[], seconds: number): readonly string[] => [
  String(seconds),
  ...holds.flatMap(wordsOf),
];

/** The answer of `HOLD_SCRIPT`. */
export const readHeld = (answer: unknown): Held => {
  const [held, ...sums] = answer as readonly [number, ...string[]];
  const pairs = Array.from({ length: sums.length / 2 }, (_, index) => sums.slice(2 * index, 2 * index + 2).map(Number));
  return { held: held === 1, standing: pairs.map(([spent = 0, others = 0]) => ({ spent, held: others })) };
};

const wordsOf = ({ id, plan, item, attempt, dollars }: Hold): readonly [string, string, string] => {
  const scopes = [{ plan, item, attempt }, { plan, item }, { plan }].map(scopeName);
  return [id, dollars.toFixed(15), JSON.stringify(scopes)];
};
