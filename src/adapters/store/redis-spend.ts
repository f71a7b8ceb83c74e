import type { Spending } from '#core/types.ts';
import type { SpendingScope } from '#engine/ports.ts';

/**
 * Appends rows to the cost ledger as one script, so that sums never differ from rows, and frees what was set aside for
 * them. Keys: rows by time, their ids, sums by scope, holds by id. Arguments of each row: id, time, body, dollars, scopes
 * as JSON.
 */
export const SPEND_SCRIPT = `
for i = 1, #ARGV, 5 do
  local id, at, body, dollars, scopes = unpack(ARGV, i, i + 4)
  redis.call('HDEL', KEYS[4], id)
  if redis.call('SADD', KEYS[2], id) == 1 then
    redis.call('ZADD', KEYS[1], at, body)
    for _, scope in ipairs(cjson.decode(scopes)) do
      redis.call('HINCRBYFLOAT', KEYS[3], scope, dollars)
    end
  end
end
`;

/** The words of `SPEND_SCRIPT` for a row. */
export const spendArguments = (row: Spending): readonly string[] => [
  row.id,
  String(Date.parse(row.at)),
  JSON.stringify(row),
  // Redis reads no exponents of JavaScript's kind with more digits than it can hold; fifteen decimals are exact enough.
  (row.dollars ?? 0).toFixed(15),
  JSON.stringify([
    scopeName({ plan: row.plan, item: row.item, attempt: row.attempt }),
    scopeName({ plan: row.plan, item: row.item }),
    scopeName({ plan: row.plan }),
    scopeName({ day: row.at.slice(0, 10) }),
  ]),
];

/** The field under which the sum of a scope stands. */
export const scopeName = (scope: SpendingScope): string =>
  'day' in scope
    ? `day:${scope.day}`
    : ['plan', scope.plan, scope.item, scope.attempt].filter((part) => part !== undefined).join(':');
