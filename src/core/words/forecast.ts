import { members } from '#core/forecast/members.ts';
import { type Opponent, opponents } from '#core/forecast/opponents.ts';
import type { Forecast, ForecastConflict, Plan } from '#core/types.ts';
import { count } from '#core/words/problems.ts';
import { code, inline } from '#core/words/safe.ts';

/** How much of the forecast is shown: members in the matrix, conflicts named below it. */
export type ForecastSize = { readonly members: number; readonly conflicts: number };

/** A matrix of more members than this stands folded. */
const AT_A_GLANCE = 12;
const AT_WORK = '🔄';

/** The matrix of the panel: who merges with whom as things stand. Empty until two members have something to merge. */
export const forecastSection = (plan: Plan, size: ForecastSize): string => {
  const { forecast } = plan;
  const now = members(plan).heads;
  if (forecast === undefined) return '';
  const shown = Object.keys(forecast.heads)
    .map(Number)
    .filter((item) => now[item] !== undefined);
  if (shown.length < 2) return '';
  const conflicts = forecast.conflicts.filter(({ a, b }) => shown.includes(a) && (b === 'base' || shown.includes(b)));
  const provisional = shown.filter((item) => forecast.provisional.includes(item));
  const pairs = count((shown.length * (shown.length - 1)) / 2, 'pair');
  const verdict = conflicts.length === 0 ? '✓ all merge' : `✗ **${count(conflicts.length, 'conflict')}**`;
  const head = `**Forecast** · ${shown.length} members, ${pairs}: ${verdict}`;
  const matrix = matrixOf(shown, { ...forecast, conflicts }, size.members);
  const open = conflicts.length > 0 && shown.length <= AT_A_GLANCE;
  return [
    head,
    open || matrix === '' ? matrix : `<details><summary>Who merges with whom</summary>\n\n${matrix}\n\n</details>`,
    lines(conflicts, provisional, size.conflicts),
    provisional.length === 0 ? '' : `${AT_WORK} still at work: what its agent had a moment ago, provisional.`,
  ]
    .filter((part) => part !== '')
    .join('\n\n');
};

/** All members where they fit, else those that are in a conflict. */
const matrixOf = (items: readonly number[], forecast: Forecast, most: number): string => {
  const { conflicts } = forecast;
  const wanted =
    items.length <= most
      ? items
      : items.filter((item) => conflicts.some(({ a, b }) => a === item || b === item)).slice(0, most);
  if (wanted.length < 2) return '';
  const label = (item: number): string => `#${item}${forecast.provisional.includes(item) ? ` ${AT_WORK}` : ''}`;
  const onBase = conflicts.some(({ b }) => b === 'base');
  const bad = new Set(conflicts.flatMap(({ a, b }) => [`${a} ${b}`, `${b} ${a}`]));
  const alone = (item: number): boolean => bad.has(`${item} base`);
  const cell = (a: number, b: number): string =>
    a === b ? '·' : bad.has(`${a} ${b}`) ? '✗' : alone(a) || alone(b) ? '?' : '✓';
  return [
    `| | ${[...(onBase ? ['base'] : []), ...wanted.map(label)].join(' | ')} |`,
    `| --- |${' :-: |'.repeat(wanted.length + (onBase ? 1 : 0))}`,
    ...wanted.map((row) => {
      const cells = [...(onBase ? [alone(row) ? '✗' : '✓'] : []), ...wanted.map((column) => cell(row, column))];
      return `| **${label(row)}** | ${cells.join(' | ')} |`;
    }),
    ...(wanted.length < items.length ? ['', `${items.length - wanted.length} more members are not shown.`] : []),
  ].join('\n');
};

const lines = (conflicts: readonly ForecastConflict[], provisional: readonly number[], most: number): string => {
  const shown = conflicts.slice(0, most).map((conflict) => {
    const { a, b } = conflict;
    const soon = provisional.includes(a) || provisional.includes(Number(b)) ? ' (provisional)' : '';
    return `- ✗ #${a} × ${b === 'base' ? 'the base' : `#${b}`}${soon}: ${why(conflict)}`;
  });
  return [...shown, ...(conflicts.length > most ? [`- … and ${conflicts.length - most} more`] : [])].join('\n');
};

/** The files, with the reason where files alone do not tell it. */
const why = ({ files, more = 0, reason }: Pick<Opponent, 'files' | 'more' | 'reason'>): string => {
  const names = files.map((file) => code(file, 120));
  const all = more === 0 ? names : [...names, `${more} more`];
  const said = reason === undefined ? [] : [inline(reason, 300)];
  return [...said, ...(all.length === 0 ? [] : [all.join(', ')])].join(': ') || 'git says no more';
};

/** The comment on a member's pull request: with whom it will not merge, or that it merges with everybody again. */
export const conflictNoteText = (plan: Plan, item: number): string => {
  const found = opponents(plan, item);
  if (found.length === 0)
    return `**Parallel** · ✓ the conflicts that were forecast for #${item} are gone: it merges with the other members as they stand.`;
  const shown = found.slice(0, 40).map((opponent) => {
    const other = opponent.with;
    return `- ✗ ${other === 'base' ? 'the base' : `#${other.item} (pull request #${other.pull})`}: ${why(opponent)}`;
  });
  return [
    `**Parallel** · ✗ **forecast**: as they stand now, #${item} will not merge with`,
    [...shown, ...(found.length > shown.length ? [`- … and ${found.length - shown.length} more`] : [])].join('\n'),
    'The integration merges one of a pair and holds the other. Until then either can still give way: a push changes the forecast, and the panel of the plan shows it.',
  ].join('\n\n');
};
