import type { MemberOutcome, Plan, Sha } from '#core/types.ts';
import type { Ports } from '#engine/ports.ts';

/**
 * The head that the branch may have before it gets a new one: what the app pushed last, also with members of this round
 * that a person merged by hand. One that a person deleted is made again when a person asks for a round.
 */
export const replaceable = async (
  ports: Ports,
  plan: Plan,
  base: Sha,
  members: readonly MemberOutcome[],
): Promise<Sha | undefined> => {
  const { git } = ports;
  const known = plan.integration?.head ?? base;
  const found = await git.head(plan.repository, plan.branch);
  if (found === undefined) return isAsked(plan) ? undefined : known;
  const merged = new Set(members.flatMap((member) => ('merged' in member ? [member.head] : [])));
  let at = found;
  while (at !== known) {
    const [before, head, ...more] = await git.parents(plan.repository, at);
    if (before === undefined || head === undefined || more.length > 0 || !merged.delete(head)) return known;
    at = before;
  }
  return found;
};

/** Did a person ask for this round? Then nobody stood for the last one any more. */
export const isAsked = (plan: Plan): boolean =>
  plan.integration !== undefined && Object.keys(plan.integration.heads).length === 0;
