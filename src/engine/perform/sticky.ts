import type { Plan } from '#core/types.ts';
import { marker } from '#core/words/names.ts';
import type { Ports } from '#engine/ports.ts';

/** What the ledger keeps of a comment of ours. */
type Written = { readonly comment: number; readonly hash: string; readonly at: string };

/** Least time between two edits of the panel of a running plan, milliseconds (spec 6). */
const PANEL_EVERY = 10_000;

/**
 * Brings our one comment on an issue up to date: edits it, or finds it by its signed marker, or makes it. A text
 * that stands there already is not written again. `note`: which of several there, from 1. `later`: the last edit is too recent.
 */
export const sticky = async (
  ports: Ports,
  plan: Plan,
  issue: number,
  text: string,
  options: { readonly throttled: boolean; readonly effect: string; readonly note?: number },
): Promise<undefined | { readonly later: number }> => {
  const github = ports.github(plan.repository);
  const target = stickyTarget(issue, options.note);
  const sign = marker(plan.id, target, ports.sign(`${plan.id}:${target}`));
  const body = `${sign}\n${text}`;
  const hash = ports.hash(body);
  const name = `comment-${plan.repository.id}-${target}`;
  const written = (await ports.store.recall(name)) as Written | undefined;
  if (written?.hash === hash) return undefined;
  const now = ports.clock.now();
  const age = written === undefined ? Number.POSITIVE_INFINITY : Date.parse(now) - Date.parse(written.at);
  if (options.throttled && age < PANEL_EVERY)
    return waitTurn(ports, `${name}-waiting`, options.effect, PANEL_EVERY - age);
  const known = written?.comment ?? (await github.findComment(plan.repository, issue, sign))?.id;
  const edited = known !== undefined && (await github.editComment(plan.repository, known, body)) === 'edited';
  const comment = edited ? known : await github.comment(plan.repository, issue, body);
  await ports.store.record(name, { comment, hash, at: now } satisfies Written);
  return undefined;
};

/** What the marker of our comment names: the issue, and which of our comments on it where it is not the first. */
export const stickyTarget = (issue: number, note = 1): string => (note === 1 ? `${issue}` : `${issue}-${note}`);

/**
 * One effect waits for the pause to end and then writes what stands there by then; the others of the same comment have
 * nothing to add and are done.
 */
const waitTurn = async (
  ports: Ports,
  name: string,
  effect: string,
  pause: number,
): Promise<undefined | { readonly later: number }> => {
  const now = Date.parse(ports.clock.now());
  const waiting = (await ports.store.recall(name)) as { readonly effect: string; readonly until: number } | undefined;
  if (waiting !== undefined && waiting.effect !== effect && waiting.until > now) return undefined;
  await ports.store.record(name, { effect, until: now + pause });
  return { later: pause };
};
