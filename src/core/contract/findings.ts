import type { Declared } from '#core/code/declared.ts';
import type { ContractFinding } from '#core/types.ts';
import { compare } from './compare.ts';
import { type Found, lookUp, type Texts } from './look-up.ts';
import type { Question } from './questions.ts';

/** What is known of the merged tree so far. */
export type Known = {
  readonly paths: ReadonlySet<string>;
  readonly texts: Texts;
  /** Paths that hold a word, by word, as far as it was asked for; `undefined` for one that nobody looked for. */
  readonly mentions: ReadonlyMap<string, readonly string[] | undefined>;
};

/** What must be read before every question is answered; then none is left. */
export type Needs = { readonly paths: readonly string[]; readonly words: readonly string[] };

type Answer = Pick<ContractFinding, 'verdict' | 'found' | 'why'>;

/** Answers as far as what is known goes, in order, and what else must be known. */
export const contractFindings = (
  questions: readonly Question[],
  known: Known,
): { readonly findings: readonly ContractFinding[]; readonly needs: Needs } => {
  const answers = questions.map((question) => answer(question, known));
  const needs = answers.flatMap((one) => ('needs' in one ? [one.needs] : []));
  return {
    findings: questions.flatMap((question, at) => {
      const one = answers[at];
      const { about: _asked, ...said } = question;
      return one === undefined || 'needs' in one ? [] : [{ ...said, ...one }];
    }),
    needs: {
      paths: [...new Set(needs.flatMap(({ paths }) => paths))],
      words: [...new Set(needs.flatMap(({ words }) => words))],
    },
  };
};

const answer = (question: Question, known: Known): Answer | { readonly needs: Needs } => {
  const { about, promised } = question;
  switch (about.kind) {
    case 'path':
      return hasPath(known.paths, about.path) ? { verdict: 'found' } : { verdict: 'missing', why: 'it is not there' };
    case 'file':
      return fileContract(about.path, about.content, known);
    case 'words':
      return spoken(about, question, known);
    case 'symbol':
      return symbol(about, promised, known);
  }
};

const hasPath = (paths: ReadonlySet<string>, path: string): boolean => {
  if (paths.has(path)) return true;
  const folder = `${path.replace(/\/+$/, '')}/`;
  for (const one of paths) if (one.startsWith(folder)) return true;
  return false;
};

/** A file contract is committed as it is written, and nobody may have changed it since. */
const fileContract = (path: string, content: string, { texts }: Known): Answer | { readonly needs: Needs } => {
  if (!texts.has(path)) return { needs: { paths: [path], words: [] } };
  const text = texts.get(path);
  if (text === undefined) return { verdict: 'missing', why: 'the file is not there' };
  return text.trimEnd() === content.trimEnd()
    ? { verdict: 'found', why: 'as it was agreed' }
    : { verdict: 'differs', why: 'the file is not as it was agreed' };
};

type Words = Extract<Question['about'], { readonly kind: 'words' }>;

const NOT_LOOKED_FOR: Answer = { verdict: 'unchecked', why: 'there are too many texts to look for' };

const spoken = (
  { words, part, own }: Words,
  { item, verb }: Pick<Question, 'item' | 'verb'>,
  { mentions }: Known,
): Answer | { readonly needs: Needs } => {
  if (words.length === 0) return { verdict: 'unchecked', why: 'it is too short to be looked for' };
  const open = [...words, ...(part === undefined ? [] : [part])].filter((word) => !mentions.has(word));
  if (open.length > 0) return { needs: { paths: [], words: open } };
  const places = words.flatMap((word) => mentions.get(word) ?? []);
  const mine = new Set(own);
  // What the item itself says of it proves nothing about another, and the other way round.
  const proof = places.find((path) => own.length === 0 || mine.has(path) === (verb === 'provides'));
  if (proof !== undefined) return { verdict: 'found', why: `by its text in ${proof}` };
  const [near] =
    part === undefined
      ? []
      : (mentions.get(part) ?? []).filter((path) => own.length === 0 || mine.has(path) === (verb === 'provides'));
  if (near !== undefined)
    return {
      verdict: 'unchecked',
      why: `only ${part ?? ''} stands in ${near}: its beginning may be put in front elsewhere`,
    };
  if (words.some((word) => mentions.get(word) === undefined)) return NOT_LOOKED_FOR;
  const [other] = places;
  if (other === undefined) return { verdict: 'missing', why: 'its text stands in no file' };
  return verb === 'provides'
    ? { verdict: 'unchecked', why: `its text stands in ${other}, but in nothing that #${item} changed` }
    : { verdict: 'missing', why: `its text stands in ${other} alone, where it is consumed` };
};

type Symbol = Extract<Question['about'], { readonly kind: 'symbol' }>;

const symbol = (
  { places, name, sure }: Symbol,
  promised: string | undefined,
  known: Known,
): Answer | { readonly needs: Needs } => {
  const looked = places.map((path) => lookUp(known.texts, path, name));
  const there = looked.find((one) => one.kind === 'found') ?? looked.find((one) => one.kind === 'named');
  if (there !== undefined) return judged(there, promised, name, sure && places[0] === there.at);
  const needs = looked.flatMap((one) => (one.kind === 'needs' ? one.paths : []));
  if (needs.length > 0) return { needs: { paths: needs, words: [] } };
  const [first] = looked;
  const unchecked = looked.find((one) => one.kind === 'unchecked');
  if (sure && first?.kind === 'missing') return { verdict: 'missing', why: first.why };
  if (unchecked?.kind === 'unchecked') return { verdict: 'unchecked', why: unchecked.why };
  // It names no path: somebody may have it who changed nothing.
  const word = name.split('.').at(-1) ?? name;
  if (!known.mentions.has(word)) return { needs: { paths: [], words: [word] } };
  const mentioned = known.mentions.get(word);
  if (mentioned === undefined) return NOT_LOOKED_FOR;
  const [at] = mentioned;
  return at === undefined
    ? { verdict: 'missing', why: 'its name stands in no file' }
    : { verdict: 'unchecked', why: `its name stands in ${at}; the contract names no path` };
};

const judged = (
  there: Extract<Found, { readonly kind: 'found' | 'named' }>,
  promised: string | undefined,
  name: string,
  told: boolean,
): Answer => {
  const elsewhere = told ? {} : { why: `in ${there.at}` };
  if (there.kind === 'named') return { verdict: 'found', why: `by its name in ${there.at}` };
  if (promised === undefined) return { verdict: 'found', ...elsewhere };
  const agreement = compare(promised, name, there.declared);
  if (agreement === 'same') return { verdict: 'found', ...elsewhere };
  const found = there.declared.map((one: Declared) => one.text).join('; ');
  return agreement === 'differs'
    ? { verdict: 'differs', found, ...elsewhere }
    : { verdict: 'unchecked', found, why: 'what is written there does not say whether it is the same' };
};
