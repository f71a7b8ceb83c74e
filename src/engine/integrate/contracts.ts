import { contractFindings } from '#core/contract/findings.ts';
import { contractQuestions } from '#core/contract/questions.ts';
import type { ContractFinding, Plan, Sha } from '#core/types.ts';
import type { Ports } from '#engine/ports.ts';

/** Modules that pass names on are followed this many times; what is still open then is not in the table. */
const ROUNDS = 10;

/** Holds every contract of the merged members against the merged tree: what is there, what is not, what differs. */
export const contractTable = async (
  { git }: Pick<Ports, 'git'>,
  plan: Plan,
  tree: Sha,
  merged: readonly number[],
): Promise<readonly ContractFinding[]> => {
  const questions = contractQuestions(plan, merged);
  if (questions.length === 0) return [];
  const paths = new Set(await git.paths(plan.repository, tree));
  const texts = new Map<string, string | undefined>();
  const mentions = new Map<string, readonly string[] | undefined>();
  for (let round = 0; round < ROUNDS; round++) {
    const { findings, needs } = contractFindings(questions, { paths, texts, mentions });
    if (needs.paths.length === 0 && needs.words.length === 0) return findings;
    const read = await git.texts(
      plan.repository,
      tree,
      needs.paths.filter((path) => paths.has(path)),
    );
    for (const path of needs.paths) texts.set(path, read.get(path));
    const found = needs.words.length === 0 ? undefined : await git.mentions(plan.repository, tree, needs.words);
    for (const word of needs.words) mentions.set(word, found?.get(word));
  }
  return contractFindings(questions, { paths, texts, mentions }).findings;
};
