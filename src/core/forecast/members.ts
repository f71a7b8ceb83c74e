import type { Plan, Sha } from '#core/types.ts';
import { workOf } from './member.ts';

/** Heads of members, by item, and the items whose head is a checkpoint of an agent that is still at work. */
export type Members = { readonly heads: Readonly<Record<number, Sha>>; readonly provisional: readonly number[] };

/** Everybody who stands for the forecast now: what is built, and what running agents have so far. */
export const members = (plan: Plan): Members => {
  const heads: Record<number, Sha> = {};
  const provisional: number[] = [];
  if (plan.alone || !('base' in plan.state) || plan.state.base === 'preparing') return { heads, provisional };
  for (const item of plan.items) {
    const { issue, state } = item;
    // Without an integration branch a merged member is a part of the base.
    if (state.name === 'merged' && plan.settings.strategy !== 'integration') continue;
    if (state.name === 'running' && state.checkpoint !== undefined) {
      heads[issue] = state.checkpoint;
      provisional.push(issue);
      continue;
    }
    const head = workOf(item)?.head;
    if (head !== undefined) heads[issue] = head;
  }
  return { heads, provisional };
};

/** The same items with the same heads? */
export const sameMembers = (a: Members, b: Members): boolean =>
  signatureOf(a) === signatureOf(b) && a.provisional.join() === b.provisional.join();

const signatureOf = ({ heads }: Members): string =>
  Object.entries(heads)
    .map(([item, head]) => `${item} ${head}`)
    .join();

/** Those whose work is done: their heads are on the remote. */
export const firm = ({ heads, provisional }: Members): Members => ({
  heads: Object.fromEntries(Object.entries(heads).filter(([item]) => !provisional.includes(Number(item)))),
  provisional: [],
});
