import type { By, CostGroup } from '#core/spend/costs.ts';

const SUMS = ['requests', 'input', 'output', 'cache_read', 'cache_write', 'dollars', 'unpriced', 'estimated'];

/** Groups as comma-separated values (RFC 4180), the names of the columns first. */
export const csv = (groups: readonly CostGroup[], by: readonly By[]): string =>
  [[...by, ...SUMS], ...groups.map((group) => [...by.map((column) => group[column] ?? ''), ...sums(group)])]
    .map((row) => `${row.map(field).join(',')}\r\n`)
    .join('');

const sums = ({ requests, tokens, dollars, unpriced, estimated }: CostGroup): readonly number[] => [
  requests,
  tokens.input,
  tokens.output,
  tokens.cacheRead,
  tokens.cacheWrite,
  dollars,
  unpriced,
  estimated,
];

/** Names of models are what agents wrote: a spreadsheet must not take one for a formula. */
const field = (value: string | number): string => {
  if (typeof value === 'number') return String(value);
  const plain = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
};
