import { contractFindings, type Known } from '#core/contract/findings.ts';
import { contractQuestions } from '#core/contract/questions.ts';
import type { ContractFinding, Plan } from '#core/types.ts';

/** What a merged tree of these files says to the contracts of its members. */
export const contractsIn = (
  plan: Plan | undefined,
  merged: readonly number[],
  tree: Readonly<Record<string, string>>,
): readonly ContractFinding[] => {
  if (plan === undefined) return [];
  const questions = contractQuestions(plan, merged);
  const [texts, mentions] = [new Map<string, string | undefined>(), new Map<string, readonly string[]>()];
  const known: Known = { paths: new Set(Object.keys(tree)), texts, mentions };
  for (;;) {
    const { findings, needs } = contractFindings(questions, known);
    if (needs.paths.length === 0 && needs.words.length === 0) return findings;
    for (const path of needs.paths) texts.set(path, tree[path]);
    for (const word of needs.words)
      mentions.set(
        word,
        Object.keys(tree).filter((path) => tree[path]?.includes(word)),
      );
  }
};
