import type { CommandResult } from '#core/types.ts';

/** How npm, pnpm, yarn, cargo, go, poetry and uv say that nobody answered, or that somebody on the way refused. */
const NOBODY_ANSWERED = [
  /\bE(?:CONNREFUSED|CONNRESET|NOTFOUND|TIMEDOUT|AI_AGAIN|HOSTUNREACH|NETUNREACH|IDLETIMEOUT)\b/,
  /\b(?:ERR_SOCKET_TIMEOUT|ERR_PNPM_META_FETCH_FAIL|(?:ERR_PNPM_FETCH_|E|HTTP )50[0234])\b/,
  /\bTimeout (?:awaiting|was reached)|\bnetwork timeout at\b|\btimed out\b|\bi\/o timeout\b/i,
  /resolve host|name resolution|no such host|\bdns error/i,
  /connection (?:refused|reset)|connect to server|\bdial tcp\b|All attempts to connect|error sending request/i,
  /\bspurious network error|\bnetwork request to \S+ failed/i,
  /\bCONNECT tunnel failed|\bproxy\b.*\b403\b|\b403\b.*\bproxy\b/i,
];

/** Did a tool fail because its registry could not be reached? Then nothing is said about what it was to do. */
export const isUnreachable = ({ ok, tail }: CommandResult): boolean =>
  !ok && NOBODY_ANSWERED.some((pattern) => pattern.test(tail));
