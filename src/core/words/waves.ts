import type { Plan } from '#core/types.ts';
import { sign } from '#core/words/sign.ts';

/** Which items may run at one time, and in which order all are merged. Empty where nothing has to be ordered. */
export const waves = (plan: Plan, most: number): string => {
  const { waves: all, mergeOrder, criticalPath, parallelism } = plan.report.plan;
  if (mergeOrder.length < 2) return '';
  const rows = all.map((wave, index) => {
    const shown = wave.slice(0, most).map((issue) => `${signOf(plan, issue)} #${issue}`);
    const more = wave.length > most ? ` and ${wave.length - most} more` : '';
    return `| ${index + 1}${index === 0 ? ' (at once)' : ''} | ${shown.join(' · ')}${more} |`;
  });
  return [
    [
      '| wave | items that run side by side |',
      '| --- | --- |',
      ...rows.slice(0, most),
      ...(rows.length > most ? [`| … | ${rows.length - most} more waves |`] : []),
    ].join('\n'),
    [
      `**Merge order** ${chain(mergeOrder, ', ', most)}`,
      `**longest chain** ${chain(criticalPath, ' → ', most)}`,
      `**parallelism** ${parallelism.toFixed(1)}`,
    ].join(' · '),
  ].join('\n\n');
};

const signOf = (plan: Plan, issue: number): string => {
  const item = plan.items.find((other) => other.issue === issue);
  return item === undefined ? '' : sign(item.state);
};

const chain = (issues: readonly number[], joint: string, most: number): string =>
  [
    ...issues.slice(0, most).map((issue) => `#${issue}`),
    ...(issues.length > most ? [`… ${issues.length - most} more`] : []),
  ].join(joint);
