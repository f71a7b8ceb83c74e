import type { Inline } from './markdown/inline.ts';

/** The verbs of a contract line (spec 2.4) and what they say. */
export const CONTRACT_VERBS = {
  provides: 'provides',
  produces: 'provides',
  exports: 'provides',
  consumes: 'consumes',
  uses: 'consumes',
  assumes: 'consumes',
  imports: 'consumes',
  calls: 'consumes',
} as const;

/** These begin ordinary sentences too: a contract line only when a code span follows directly. */
const ORDINARY: ReadonlySet<string> = new Set(['uses', 'assumes', 'imports', 'calls']);

const VERB =
  /^[\s*_~]*(provides|produces|exports|consumes|uses|assumes|imports|calls)(?![\p{L}\p{N}_-])[*_~]*\s*:?[*_~]*\s*[*_~]*(existing(?![\p{L}\p{N}_-])[*_~]*\s*:?[*_~\s]*)?/iu;

export type ContractVerb = { readonly says: 'provides' | 'consumes'; readonly existing: boolean };

/** The verb that a line begins with, if it is a contract line. */
export const contractVerb = (line: readonly Inline[]): ContractVerb | undefined => {
  const [first, second] = line;
  if (first?.kind !== 'text') return undefined;
  const match = VERB.exec(first.text);
  const word = match?.[1]?.toLowerCase();
  if (match === null || word === undefined) return undefined;
  const directly = match[0].length === first.text.length && second?.kind === 'code';
  if (ORDINARY.has(word) && !directly) return undefined;
  const says = CONTRACT_VERBS[word as keyof typeof CONTRACT_VERBS];
  return { says, existing: says === 'consumes' && match[2] !== undefined };
};
