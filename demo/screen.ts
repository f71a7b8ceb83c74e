import type { WriteStream } from 'node:tty';
import { isBusy } from '#core/dispatch/ready.ts';
import type { Item, Plan } from '#core/types.ts';
import { itemReason, itemWords } from '#core/words/state.ts';
import { duration, secondsBetween } from '#core/words/time.ts';

/** Where progress goes: a table that updates in place on a terminal, a line a change elsewhere. */
export type Screen = {
  say(line: string): void;
  /** Shows how the plan stands now. */
  show(plan: Plan): void;
  /** Leaves the last table where it is. */
  finish(): void;
};

type Output = Pick<WriteStream, 'write'> & { readonly isTTY?: boolean; readonly columns?: number };

const SIGN: Readonly<Record<Item['state']['name'], string>> = {
  draft: '✎',
  ready: '·',
  waiting: '·',
  queued: '○',
  running: '●',
  publishing: '●',
  proposed: '✓',
  merged: '✔',
  held: '!',
  failed: '✗',
  cancelled: '✗',
  skipped: '-',
};

/** A screen on a stream; colour and redrawing only where it is a terminal that wants them. */
export const createScreen = (output: Output): Screen =>
  output.isTTY === true && process.env['TERM'] !== 'dumb' ? liveScreen(output) : plainScreen(output);

const plainScreen = (output: Output): Screen => {
  const told = new Map<string, string>();
  const tell = (key: string, words: string): void => {
    if (told.get(key) === words) return;
    told.set(key, words);
    output.write(`${words}\n`);
  };
  return {
    say: (line) => void output.write(`${line}\n`),
    show: (plan) => {
      tell('plan', `plan #${plan.issue}: ${plan.state.name}`);
      for (const item of plan.items) tell(`item ${item.issue}`, row(item, undefined, plan, Number.POSITIVE_INFINITY));
    },
    finish: () => undefined,
  };
};

const liveScreen = (output: Output): Screen => {
  let drawn = 0;
  const colour = process.env['NO_COLOR'] === undefined;
  const paint = (item: Item, line: string): string => (colour ? `\u001b[${hue(item)}m${line}\u001b[0m` : line);
  const redraw = (lines: readonly string[]): void => {
    const up = drawn > 0 ? `\u001b[${drawn}F` : '';
    output.write(`${up}\u001b[0J${lines.join('\n')}\n`);
    drawn = lines.length;
  };
  const width = (): number => (output.columns ?? 100) - 1;
  return {
    say: (line) => {
      drawn = 0;
      output.write(`${folded(line, width())}\n`);
    },
    show: (plan) => {
      const now = new Date().toISOString();
      const elapsed = 'startedAt' in plan.state ? ` · ${duration(secondsBetween(plan.state.startedAt, now))}` : '';
      redraw([
        `plan #${plan.issue} · ${plan.state.name}${elapsed}`,
        ...plan.items.map((item) => paint(item, row(item, now, plan, width()))),
      ]);
    },
    finish: () => {
      drawn = 0;
    },
  };
};

const hue = (item: Item): number => {
  if (isBusy(item) || item.state.name === 'publishing') return 36;
  if (item.state.name === 'proposed' || item.state.name === 'merged') return 32;
  return ['failed', 'cancelled', 'skipped', 'held'].includes(item.state.name) ? 31 : 2;
};

/** Characters of a row beside the title, from its sign to its time. */
const BESIDE = 44;

/** Room for titles: what the longest needs; on a narrow terminal less, so that state, pull request and time are seen. */
const titleWidth = (plan: Plan, width: number): number =>
  Math.min(Math.max(...plan.items.map((item) => item.text.title.length)), 34, Math.max(10, width - BESIDE));

/** As much as there is room for, with a sign where something is missing; nothing where a word would not fit. */
const cut = (text: string, width: number): string => {
  if (text.length <= width) return text;
  return width < 10 ? '' : `${text.slice(0, width - 1).trimEnd()}…`;
};

/** Prose breaks at words. What is indented (graphs, lists, commands to copy) stays a line. */
const folded = (text: string, width: number): string =>
  text
    .split('\n')
    .map((line) =>
      line.startsWith(' ') ? line : line.replace(new RegExp(`(.{1,${width}})(?: |$)`, 'g'), '$1\n').trimEnd(),
    )
    .join('\n');

/** One item on one line of `width` characters. */
const row = (item: Item, now: string | undefined, plan: Plan, width: number): string => {
  const titles = titleWidth(plan, width);
  const title = cut(item.text.title.replace(/\s+/g, ' '), titles).padEnd(titles);
  const pull = 'pull' in item.state && item.state.pull !== undefined ? `PR #${item.state.pull}` : '';
  const time =
    item.state.name === 'running' && now !== undefined
      ? duration(secondsBetween(item.state.startedAt, now))
      : 'work' in item.state
        ? duration(item.state.work.seconds)
        : '';
  // That problems are being looked for, and that an attempt is the first, goes without saying.
  const isPlain = item.state.name === 'draft' || (item.state.name === 'running' && item.state.attempt === 1);
  const reason = isPlain ? '' : itemReason(item.state).replaceAll('`', '');
  const facts = `  ${SIGN[item.state.name]} #${String(item.issue).padEnd(3)} ${title} ${itemWords(item.state).padEnd(19)} ${pull.padEnd(7)} ${time.padEnd(6)}`;
  return `${facts} ${cut(reason, width - facts.length - 1)}`.trimEnd();
};
