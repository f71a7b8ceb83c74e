/**
 * A commit as one script, so that all of it happens or nothing. Keys: plan, plans, plans of the repository, claims and
 * their versions, outbox, its bodies, its counter, then one key a fact. Arguments: plan id, expected version, body,
 * claims version ('' for unchanged), claims, seconds that a fact is kept, then name and body of each effect.
 */
export const COMMIT_SCRIPT = `
local PLAN, PLANS, OF_REPOSITORY, CLAIMS, CLAIMED_AT, OUTBOX, BODIES, COUNTER, FIRST_FACT = 1, 2, 3, 4, 5, 6, 7, 8, 9

for i = FIRST_FACT, #KEYS do
  if redis.call('EXISTS', KEYS[i]) == 1 then return 'already' end
end

local id, expected, body, claimsVersion, hold, keep = unpack(ARGV, 1, 6)
local version = tonumber(redis.call('HGET', KEYS[PLAN], 'version') or '0')
if version ~= tonumber(expected) then return 'conflict' end

if claimsVersion ~= '' then
  local newest = 0
  local changes = redis.call('HGETALL', KEYS[CLAIMED_AT])
  for i = 1, #changes, 2 do
    local at = tonumber(changes[i + 1])
    if changes[i] ~= id and at > tonumber(claimsVersion) then return 'conflict' end
    if at > newest then newest = at end
  end
  redis.call('HSET', KEYS[CLAIMED_AT], id, newest + 1)
  redis.call('HSET', KEYS[CLAIMS], id, hold)
end

for i = FIRST_FACT, #KEYS do
  redis.call('SET', KEYS[i], '1', 'EX', keep)
end
redis.call('HSET', KEYS[PLAN], 'version', version + 1, 'body', body)
redis.call('SADD', KEYS[PLANS], id)
redis.call('SADD', KEYS[OF_REPOSITORY], id)
for i = 7, #ARGV, 2 do
  if redis.call('HSETNX', KEYS[BODIES], ARGV[i], ARGV[i + 1]) == 1 then
    redis.call('ZADD', KEYS[OUTBOX], redis.call('INCR', KEYS[COUNTER]), ARGV[i])
  end
end
return 'saved'
`;
