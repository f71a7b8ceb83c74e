/** What a chain says of its members, as the plan keeps it. */
import type { HoldReason, MemberOutcome } from '#core/types.ts';
import type { Chain, ChainRequest } from '#engine/integrate/chain.ts';
import { type Held, isMerged, type Outcome } from '#engine/integrate/member.ts';

/** Every member's fate, in order. */
export const memberOutcomes = (request: ChainRequest, chain: Chain): readonly MemberOutcome[] => {
  const tip = testedWith(request, chain);
  return chain.outcomes.map((outcome) => outcomeOf(outcome, tip));
};

/** The member whose merge was verified for all before it; undefined where each was, or nothing is. */
const testedWith = ({ policy }: ChainRequest, { outcomes, verified }: Chain): number | undefined => {
  const last = policy === 'tip' && verified !== undefined ? outcomes.findLast(isMerged) : undefined;
  return last === undefined ? undefined : Number(last.member.name);
};

const outcomeOf = (outcome: Outcome, tip: number | undefined): MemberOutcome => {
  const { name, head } = outcome.member;
  const member = { item: Number(name), head };
  if ('held' in outcome) return { ...member, held: reasonOf(outcome.held) };
  const { commit, resolved, verification = [] } = outcome;
  return {
    ...member,
    merged: commit,
    verification,
    ...(tip === undefined || tip === member.item ? {} : { testedWith: tip }),
    ...(resolved.length > 0 ? { resolved } : {}),
  };
};

/** The chain's word on a member as the plan knows it. */
export const reasonOf = (held: Held): HoldReason => {
  const numbers = held.with.map(Number).sort((a, b) => a - b);
  switch (held.reason) {
    case 'conflict': {
      const why = held.why === undefined ? {} : { why: held.why };
      return { kind: 'conflict', with: numbers, files: held.files, ...why };
    }
    case 'verify-failed':
      return { kind: 'verify-failed', with: numbers, results: held.results };
    case 'dependency-held':
      return { kind: 'dependency-held', with: numbers };
  }
};
