import type { Plan } from '#core/types.ts';

/** One line a node: what runs in the same wave stands together, arrows say what waits for what. For terminals. */
export const textGraph = (plan: Plan): string => {
  const title = (issue: number): string => plan.items.find((item) => item.issue === issue)?.text.title ?? '';
  const width = Math.max(0, ...plan.items.map((item) => label(item.issue, title(item.issue)).length));
  const waves = plan.report.plan.waves;
  const lines = waves.flatMap((wave, index) =>
    wave.map((issue, place) => {
      const item = plan.items.find((other) => other.issue === issue);
      const needs = item?.dependsOn.filter((other) => plan.items.some((found) => found.issue === other)) ?? [];
      const rail = wave.length === 1 ? '─' : place === 0 ? '┬' : place === wave.length - 1 ? '┴' : '┼';
      const after = needs.length === 0 ? '' : `  ◀─ ${needs.map((other) => `#${other}`).join(' ')}`;
      return `${place === 0 ? `wave ${index + 1}` : '      '} ─${rail}─ ${label(issue, title(issue)).padEnd(width)}${after}`.trimEnd();
    }),
  );
  const end = plan.alone ? `        └─▶ ${plan.defaultBranch}` : `        └─▶ ${plan.branch} ─▶ ${plan.defaultBranch}`;
  return [...lines, end].join('\n');
};

const label = (issue: number, title: string): string => {
  const line = title.replace(/\s+/g, ' ').trim();
  return `#${issue} ${line.length > 50 ? `${line.slice(0, 49)}…` : line}`;
};
