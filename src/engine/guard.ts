import { packagesBrought } from '#core/guard/content.ts';
import { verdict } from '#core/guard/verdict.ts';
import type { Added, Change, Item, Plan, Refusal, Sha } from '#core/types.ts';
import type { Ports } from '#engine/ports.ts';

/** What the guard says of a commit: the paths that it refuses, and packages and install scripts for people to see. */
export type Judged = { readonly refused: readonly Refusal[]; readonly added: readonly Added[] };

/** Reads what changed between two commits and judges it against what the item owns. Nothing refused has been pushed. */
export const judge = async (
  ports: Ports,
  plan: Plan,
  item: Item,
  work: {
    readonly from: Sha;
    readonly to: Sha;
    readonly changes: readonly Change[];
    readonly unstorable: readonly Refusal[];
  },
): Promise<Judged> => {
  const brought = await ports.git.brought(plan.repository, work.from, work.to);
  const refused = verdict({
    item: item.text,
    contracts: plan.text?.files ?? [],
    settings: plan.settings,
    changes: work.changes,
    unstorable: work.unstorable,
    brought,
    findSecret: ports.findSecret,
    exceptions: (item.exceptions ?? []).map(({ path }) => path),
  });
  return { refused, added: packagesBrought(brought) };
};
