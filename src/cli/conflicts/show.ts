import type { Forecast } from './forecast.ts';

/** The forecast for a terminal: what conflicts, then the totals. Control characters of names are not passed on. */
export const show = ({ branches, pairs, errors, elapsedMs }: Forecast): string => {
  const lines = pairs
    .filter(({ clean }) => !clean)
    .map(({ a, b, files, reason }) => `✗ ${a} × ${b}: ${[reason, files.join(', ')].filter(Boolean).join(': ')}`);
  const failed = errors.map(({ branch, message }) => `! ${branch}: ${message}`);
  const count = lines.length === 0 ? 'no conflict' : `${lines.length} ${lines.length === 1 ? 'conflict' : 'conflicts'}`;
  const total = `${branches.length} branches, ${pairs.length} ${pairs.length === 1 ? 'pair' : 'pairs'}: ${count} (${(elapsedMs / 1000).toFixed(2)} s)`;
  return [...lines, ...failed, total].map((line) => `${line.replaceAll(/\p{Cc}/gu, '�')}\n`).join('');
};
