import type { By, CostGroup, CostSum } from '#core/spend/costs.ts';

const SUMS = ['requests', 'input', 'output', 'cached', 'US dollars'];

// biome-ignore lint/suspicious/noControlCharactersInRegex: names of models are what agents wrote.
const CONTROLS = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** Costs for a person: a line for each group, the sum of all, and what the sums do not hold. */
export const table = (
  { groups, total }: { readonly groups: readonly CostGroup[]; readonly total: CostSum },
  by: readonly By[],
): string => {
  if (groups.length === 0) return 'Nothing was spent.\n';
  const rows = [
    [...by, ...SUMS],
    ...groups.map((group) => [...by.map((column) => shown(group[column])), ...sums(group)]),
    [...by.map((_, index) => (index === 0 ? 'all' : '')), ...sums(total)],
  ];
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length))) ?? [];
  const lines = rows.map((row) =>
    row
      .map((cell, column) =>
        column < by.length ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  );
  return `${[...lines, ...notes(total)].join('\n')}\n`;
};

const shown = (value: string | number | undefined): string =>
  String(value ?? '')
    .replace(CONTROLS, '')
    .slice(0, 60);

const sums = ({ requests, tokens, dollars, unpriced }: CostSum): readonly string[] => [
  String(requests),
  String(tokens.input + tokens.cacheWrite),
  String(tokens.output),
  String(tokens.cacheRead),
  unpriced === requests ? 'no price' : `${dollars.toFixed(4)}${unpriced > 0 ? ' +' : ''}`,
];

const notes = ({ unpriced, estimated }: CostSum): readonly string[] => [
  ...(unpriced === 0
    ? []
    : [
        `${requests(unpriced)} to models without a price, in no sum of dollars; \`prices\` in forkjoin.yml gives them one.`,
      ]),
  ...(estimated === 0 ? [] : [`${requests(estimated)} broke off; what was used by then is an estimate.`]),
];

const requests = (count: number): string => `${count} ${count === 1 ? 'request' : 'requests'}`;
