import type { Hunk, Segment } from './segments.ts';

const OPEN = /^import[ \t]*\([ \t]*\r?\n$/;
const CLOSE = /^\)[ \t]*\r?\n$/;
const ALONE = /^import[ \t]+((?:[\w.]+[ \t]+)?(?:"[^"\\]+"|`[^`]+`)[ \t]*\r?\n)$/;

/**
 * Go: where an import on a line of its own, or none, became a block on both sides, the brackets are settled and the hunk is
 * what stands between them. Other hunks stay as they are.
 */
export const settleBrackets = (segments: readonly Segment[]): readonly Segment[] => {
  const result: Segment[] = [];
  for (const segment of segments.flatMap((one) => ('settled' in one ? [one] : (opened(one) ?? [one])))) {
    const last = result.at(-1);
    if (last !== undefined && 'settled' in last && 'settled' in segment)
      result.splice(-1, 1, { settled: [...last.settled, ...segment.settled] });
    else result.push(segment);
  }
  return result;
};

const opened = ({ ours, base, theirs }: Hunk): readonly Segment[] | undefined => {
  const [mine, other] = [between(ours), between(theirs)];
  const before = alone(base);
  const [open, close] = [ours[0], ours.at(-1)];
  if (mine === undefined || other === undefined || before === undefined) return undefined;
  if (open === undefined || close === undefined) return undefined;
  // What a side took away at the same time would come back: elsewhere it was known as a statement.
  const kept = (side: readonly string[]) => before.every((spec) => side.some((line) => line.trim() === spec.trim()));
  if (!kept(mine) || !kept(other)) return undefined;
  return [{ settled: [open] }, { ours: mine, base: before, theirs: other }, { settled: [close] }];
};

/** The lines of one block that is all there is. */
const between = (lines: readonly string[]): readonly string[] | undefined => {
  const inner = lines.slice(1, -1);
  const whole = lines.length > 1 && OPEN.test(lines[0] ?? '') && CLOSE.test(lines.at(-1) ?? '');
  return whole && !inner.some((line) => line.startsWith(')')) ? inner : undefined;
};

/** Imports on lines of their own, as they would stand in a block. */
const alone = (lines: readonly string[]): readonly string[] | undefined => {
  const specs = lines.map((line) => ALONE.exec(line)?.[1]);
  return specs.every((spec) => spec !== undefined) ? specs.map((spec) => `\t${spec}`) : undefined;
};
