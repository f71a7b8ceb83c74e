import { chainFaults } from '#core/integrate/lost.ts';
import { unsoundWords } from '#core/words/unsound.ts';
import type { Chain, ChainRequest } from '#engine/integrate/chain.ts';
import { isMerged } from '#engine/integrate/member.ts';
import type { Site } from '#engine/integrate/site.ts';

/**
 * What keeps a chain from being pushed, as a sentence: read back from the repository, it does not hold what its members
 * changed, or is not what was verified. Nothing when all is well.
 */
export const unsound = async (site: Site, { base }: ChainRequest, chain: Chain): Promise<string | undefined> => {
  const merged = chain.outcomes.filter(isMerged);
  if (merged.length === 0) return undefined;
  const heads = merged.map(({ member }) => member.head);
  const record = await site.git.chainRecord(site.repository, base.commit, chain.tip.commit, heads);
  const written = new Set(merged.flatMap(({ commit, resolved }) => resolved.map(({ path }) => `${commit} ${path}`)));
  const faults = chainFaults(record, {
    tested: chain.tip.tree,
    owned: (commit, path) => written.has(`${commit} ${path}`),
  });
  if (faults.length === 0) return undefined;
  const nameOf = (head: string): string => merged.find(({ member }) => member.head === head)?.member.name ?? head;
  return unsoundWords(faults, await site.git.version(), nameOf);
};
