import type { Instant, Item, Plan, Sha } from '#core/types.ts';
import { memberTrailers } from '#core/words/names.ts';
import { title } from '#core/words/safe.ts';
import type { Member } from '#engine/integrate/member.ts';

/**
 * An item of a plan as a member of a chain. Its merge commit says nothing of who asks: what a dependent item begins from
 * and what a round builds from the same members are the same commits.
 */
export const planMember = (
  plan: Plan,
  item: Item,
  { head, at, after }: { readonly head: Sha; readonly at: Instant; readonly after: ReadonlySet<number> },
): Member => ({
  name: `${item.issue}`,
  head,
  ...('work' in item.state && item.state.work.head === head ? { base: item.state.work.base } : {}),
  message: `Merge #${item.issue}: ${title(item.text.title)}\n\n${memberTrailers(plan.id, item.issue)}`,
  at,
  after: [...after].map(String),
});
