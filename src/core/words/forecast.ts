import { members } from '#core/forecast/members.ts';
import { type Opponent, opponents } from '#core/forecast/opponents.ts';
import type { Forecast, ForecastConflict, Plan } from '#core/types.ts';
import { count } from '#core/words/problems.ts';
import { code, inline } from '#core/words/safe.ts';

/** How much of the forecast is shown: members in the whole matrix, conflicts named below it. */
export type ForecastSize = { readonly members: number; readonly conflicts: number };

/** More members than this are too many for a table. */
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
  const head = `**Forecast** · ${shown.length} members, ${pairs}: ${verdict(conflicts)}`;
  const whole = { ...forecast, conflicts };
  return [
    head,
    shown.length <= AT_A_GLANCE ? matrix(shown, whole, conflicts.length > 0) : dense(shown, whole, size.members),
    lines(conflicts, provisional, size.conflicts),
    conflicts.some(({ byRule }) => byRule) ? BY_RULE : '',
    provisional.length === 0 ? '' : `${AT_WORK} still at work: what its agent had a moment ago, provisional.`,
  ]
    .filter((part) => part !== '')
    .join('\n\n');
};

const BY_RULE =
  '≈ git alone does not merge the two, the app does by rule: manifests by key, lock files made again, imports united. If that fails in the integration, the member is held there.';

const verdict = (conflicts: readonly ForecastConflict[]): string => {
  const settled = conflicts.filter(({ byRule }) => byRule).length;
  const open = conflicts.length - settled;
  const rules = settled === 0 ? '' : `, ≈ ${settled} by rule`;
  return `${open === 0 ? '✓ all merge' : `✗ **${count(open, 'conflict')}**`}${rules}`;
};

const folded = (summary: string, text: string): string =>
  `<details><summary>${summary}</summary>\n\n${text}\n\n</details>`;

/** Open when there is something to see. */
const matrix = (items: readonly number[], forecast: Forecast, open: boolean): string =>
  open ? table(items, forecast) : folded('Who merges with whom', table(items, forecast));

/** Of many members those that are in a conflict, and folded below them all, a character each. */
const dense = (items: readonly number[], forecast: Forecast, most: number): string => {
  const involved = items.filter((item) =>
    forecast.conflicts.some(({ a, b, byRule }) => byRule !== true && (a === item || b === item)),
  );
  const few = involved.length > 0 && involved.length <= AT_A_GLANCE ? table(involved, forecast) : '';
  if (items.length > most) return few;
  const width = Math.max(...items.map((item) => `${item}`.length));
  const digits = Array.from({ length: width }, (_, at) => items.map((item) => `${item}`.padStart(width)[at]));
  const mark = marks(forecast);
  const rows = [
    ...digits.map((line) => `${' '.repeat(width)}  ${line.join(' ')}`),
    ...items.map((row) => `${`${row}`.padStart(width)}  ${items.map((column) => DENSE[mark(row, column)]).join(' ')}`),
  ];
  const all = folded('Who merges with whom', `\`\`\`text\n${rows.join('\n')}\n\`\`\`\n\n${LEGEND}`);
  return [few, all].filter(Boolean).join('\n\n');
};

type Mark = '·' | '✗' | '≈' | '✓' | '?';

/** Where most cells are good, the others must be what is seen. */
const DENSE: Readonly<Record<Mark, string>> = { '·': ' ', '✗': '✗', '≈': '≈', '✓': '·', '?': '?' };
const LEGEND = '· merges · ✗ does not · ≈ by rule · ? nobody knows while one of the two does not merge with the base';

const marks = ({ conflicts }: Forecast): ((a: number, b: number) => Mark) => {
  const bad = new Map(
    conflicts.flatMap(({ a, b, byRule }) =>
      [`${a} ${b}`, `${b} ${a}`].map((pair) => [pair, byRule === true ? '≈' : '✗'] as const),
    ),
  );
  return (a, b) =>
    a === b ? '·' : (bad.get(`${a} ${b}`) ?? (bad.has(`${a} base`) || bad.has(`${b} base`) ? '?' : '✓'));
};

const table = (items: readonly number[], forecast: Forecast): string => {
  const label = (item: number): string => `#${item}${forecast.provisional.includes(item) ? ` ${AT_WORK}` : ''}`;
  const alone = new Map(
    forecast.conflicts.flatMap(({ a, b, byRule }) => (b === 'base' ? [[a, byRule === true ? '≈' : '✗'] as const] : [])),
  );
  const base = (cell: string): readonly string[] => (alone.size > 0 ? [cell] : []);
  const mark = marks(forecast);
  return [
    `| | ${[...base('base'), ...items.map(label)].join(' | ')} |`,
    `| --- |${' :-: |'.repeat(items.length + base('').length)}`,
    ...items.map((row) => {
      const cells = [...base(alone.get(row) ?? '✓'), ...items.map((column) => mark(row, column))];
      return `| **${label(row)}** | ${cells.join(' | ')} |`;
    }),
  ].join('\n');
};

const lines = (conflicts: readonly ForecastConflict[], provisional: readonly number[], most: number): string => {
  const urgent = conflicts.toSorted((one, other) => Number(one.byRule ?? false) - Number(other.byRule ?? false));
  const shown = urgent.slice(0, most).map((conflict) => {
    const { a, b, byRule } = conflict;
    const soon = provisional.includes(a) || provisional.includes(Number(b)) ? ' (provisional)' : '';
    return `- ${byRule === true ? '≈' : '✗'} #${a} × ${b === 'base' ? 'the base' : `#${b}`}${soon}: ${why(conflict)}`;
  });
  return [...shown, ...(conflicts.length > most ? [`- … and ${conflicts.length - most} more`] : [])].join('\n');
};

/** The files, with the reason where files alone do not tell it. */
const why = ({ files, more = 0, reason }: Pick<Opponent, 'files' | 'more' | 'reason'>): string => {
  const names = files.map((file) => code(file, 120));
  const all = more === 0 ? names : [...names, `${more} more`];
  const said =
    reason === undefined || (files.length > 0 && reason.endsWith('conflicts with the base'))
      ? []
      : [inline(reason, 300)];
  return [...said, ...(all.length === 0 ? [] : [all.join(', ')])].join(': ') || 'git says no more';
};

/** An earlier comment on a member's pull request, when a new one follows. */
export const conflictNoteOver =
  '**Parallel** · this forecast is over: what stands in the way now is said in a later comment below.';

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
