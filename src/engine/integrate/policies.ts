import { firstFailing } from '#core/integrate/bisect.ts';
import type { Policy } from '#core/types.ts';
import type { Link } from '#engine/integrate/member.ts';
import type { Verdict, Verdicts } from '#engine/integrate/verdicts.ts';

/** The first link of a chain with which the verification fails, when it passed with the one before; none: all is well. */
export type Red = { readonly at: number; readonly verdict: Verdict };

/** Verifies a chain whose beginning is green. */
export const firstRed = (
  policy: Policy,
  verdicts: Verdicts,
  links: readonly Link[],
  slots: number,
): Promise<Red | undefined> => (policy === 'each' ? afterEachMerge(verdicts, links, slots) : tipFirst(verdicts, links));

/** Every prefix, several at once before it is known whether they will count; a red is confirmed with nothing beside it. */
const afterEachMerge = async (verdicts: Verdicts, links: readonly Link[], slots: number): Promise<Red | undefined> => {
  for (let from = 0; ; ) {
    const at = await speculate(verdicts, links, from, slots);
    const link = at === undefined ? undefined : links[at];
    if (at === undefined || link === undefined) return undefined;
    const verdict = await verdicts.twice(link);
    if (!verdict.ok) return { at, verdict };
    from = at + 1;
  }
};

/** The first link from `from` on that is red in a first run; what runs behind a red one is ended, because it will not count. */
const speculate = async (
  verdicts: Verdicts,
  links: readonly Link[],
  from: number,
  slots: number,
): Promise<number | undefined> => {
  // A merge that changed nothing is judged with the one before it.
  const open = links.flatMap((link, at) => (at < from || link.tree === links[at - 1]?.tree ? [] : [{ link, at }]));
  const known = await firstKnownRed(verdicts, open);
  const under = new Map<number, AbortController>();
  let red = known ?? Number.POSITIVE_INFINITY;
  let failure: { readonly error: unknown } | undefined;
  const endAfter = (at: number): void => {
    for (const [place, control] of under) if (place > at) control.abort();
  };
  const work = async (): Promise<void> => {
    for (let next = open.shift(); next !== undefined && next.at < red; next = open.shift()) {
      const { link, at } = next;
      const control = new AbortController();
      under.set(at, control);
      try {
        if (!(await verdicts.once(link, control.signal)).ok && at < red) {
          red = at;
          endAfter(at);
        }
      } catch (error) {
        if (control.signal.aborted) continue;
        failure ??= { error };
        red = -1;
        endAfter(-1);
      } finally {
        under.delete(at);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, slots) }, work));
  if (failure !== undefined) throw failure.error;
  return red === Number.POSITIVE_INFINITY ? undefined : red;
};

/** The first place that is known to be red from an earlier time: nothing behind it is worth a run. */
const firstKnownRed = async (
  verdicts: Verdicts,
  open: readonly { readonly link: Link; readonly at: number }[],
): Promise<number | undefined> => {
  for (const { link, at } of open) if ((await verdicts.known(link))?.ok === false) return at;
  return undefined;
};

/**
 * The whole first; only when that is red, halves. On the way down what was ended is not run twice; the one that is found
 * is, and if it was not red after all the search goes on behind it.
 */
const tipFirst = async (verdicts: Verdicts, links: readonly Link[]): Promise<Red | undefined> => {
  const prefix = (count: number): Link => {
    const link = links[count - 1];
    if (link === undefined) throw new Error('A chain has no link there.');
    return link;
  };
  if (links.length === 0 || (await verdicts.twice(prefix(links.length))).ok) return undefined;
  const fails = async (count: number): Promise<boolean> => !(await verdicts.soon(prefix(count))).ok;
  for (let green = 0; ; ) {
    const count = await firstFailing(green, links.length, fails);
    const verdict = await verdicts.twice(prefix(count));
    if (!verdict.ok) return { at: count - 1, verdict };
    green = count;
  }
};
