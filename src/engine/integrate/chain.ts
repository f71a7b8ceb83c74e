/**
 * One chain: members merged onto a base in order, verified, and those who are to blame held with a reason. The same for
 * a round of a plan and for `forkjoin integrate`.
 */
import type { CommandResult, Policy, Sha } from '#core/types.ts';
import { accused } from '#engine/integrate/blame.ts';
import { type Placing, placeMembers } from '#engine/integrate/links.ts';
import { type Held, isMerged, type Member, type Outcome } from '#engine/integrate/member.ts';
import { type MergeMember, mergeMembers } from '#engine/integrate/merge-member.ts';
import { opponents } from '#engine/integrate/opponents.ts';
import { firstRed, type Red } from '#engine/integrate/policies.ts';
import type { Site } from '#engine/integrate/site.ts';
import { judge, type Verdicts } from '#engine/integrate/verdicts.ts';

export type ChainRequest = {
  readonly base: { readonly commit: Sha; readonly tree: Sha };
  /** In the order in which they are merged: nobody before one that it comes after. */
  readonly members: readonly Member[];
  /** Names that stand in `after` of members and cannot be merged: held with their dependents. */
  readonly out: readonly string[];
  readonly policy: Policy;
};

/** `verified`: results of the base alone, when something is verified. A red base: nothing was merged, nobody is blamed. */
export type Chain = {
  readonly tip: { readonly commit: Sha; readonly tree: Sha };
  readonly outcomes: readonly Outcome[];
  readonly verified?: readonly CommandResult[];
};

/** Builds it. Writes objects, and nothing else. Throws `NotAsked` when the verification could not be asked. */
export const buildChain = async (site: Site, request: ChainRequest): Promise<Chain> => {
  const { base } = request;
  const verdicts = site.verifier === undefined ? undefined : judge(site, site.verifier);
  const first = await verdicts?.twice(base);
  if (first?.ok === false) return { tip: base, outcomes: [], verified: first.results };
  const building: Building = { site, request, verdicts, merge: mergeMembers(site, base.commit) };
  const outcomes = await built(building);
  const last = outcomes.findLast(isMerged);
  return {
    tip: last === undefined ? base : { commit: last.commit, tree: last.tree },
    outcomes: await withResults(building, outcomes),
    ...(first === undefined ? {} : { verified: first.results }),
  };
};

type Building = {
  readonly site: Site;
  readonly request: ChainRequest;
  readonly verdicts: Verdicts | undefined;
  readonly merge: MergeMember;
};

/** Merges and verifies until nobody red is left; what stands before a culprit is not done again. */
const built = async (building: Building): Promise<readonly Outcome[]> => {
  const { site, request, verdicts, merge } = building;
  const outcomes: Outcome[] = [];
  for (let rest = request.members; rest.length > 0; ) {
    const tip = outcomes.findLast(isMerged)?.commit ?? request.base.commit;
    const out = new Set([...request.out, ...outcomes.flatMap((one) => (isMerged(one) ? [] : [one.member.name]))]);
    const placings = await placeMembers(merge, request.members, { tip, members: rest, out });
    const links = placings.filter((placing) => 'commit' in placing);
    const red =
      verdicts === undefined ? undefined : await firstRed(request.policy, verdicts, links, site.verifier?.slots ?? 1);
    const culprit = red === undefined ? undefined : links[red.at];
    const end = culprit === undefined ? placings.length : placings.indexOf(culprit);
    for (const placing of placings.slice(0, end)) outcomes.push(await settled(building, outcomes, placing));
    if (red !== undefined && culprit !== undefined)
      outcomes.push(held(site, culprit.member, await blamed(building, outcomes, culprit.member, red)));
    rest = rest.slice(end + 1);
  }
  return outcomes;
};

const settled = async (building: Building, before: readonly Outcome[], placing: Placing): Promise<Outcome> => {
  const { site, request, merge } = building;
  if ('commit' in placing) {
    site.tell({ kind: 'merged', member: placing.member });
    return placing;
  }
  const { member } = placing;
  if ('missing' in placing) return held(site, member, { reason: 'dependency-held', with: placing.missing });
  const { files, why } = placing;
  const whom = await opponents(site, merge, standing(request, before), { member, files });
  return held(site, member, { reason: 'conflict', ...whom, files, ...(why === undefined ? {} : { why }) });
};

const blamed = async (
  { request, verdicts, merge }: Building,
  before: readonly Outcome[],
  culprit: Member,
  red: Red,
): Promise<Held> => {
  const { results } = red.verdict;
  const others = verdicts === undefined ? [] : await accused(merge, verdicts, standing(request, before), culprit);
  return { reason: 'verify-failed', with: others, results };
};

const standing = (request: ChainRequest, before: readonly Outcome[]) => ({
  base: request.base.commit,
  links: before.filter(isMerged),
  all: request.members,
});

const held = (site: Site, member: Member, why: Held): Outcome => {
  site.tell({ kind: 'held', member, held: why });
  return { member, held: why };
};

/** Adds what the verification said: of every merge, or under `tip` of the last one, which stands for all. */
const withResults = async (
  { request, verdicts }: Building,
  outcomes: readonly Outcome[],
): Promise<readonly Outcome[]> => {
  if (verdicts === undefined) return outcomes;
  const last = outcomes.findLast(isMerged);
  return Promise.all(
    outcomes.map(async (one): Promise<Outcome> => {
      if (!isMerged(one) || (request.policy === 'tip' && one !== last)) return one;
      return { ...one, verification: (await verdicts.once(one)).results };
    }),
  );
};
