import { covers } from '#core/pattern/cover.ts';
import { hotFile } from '#core/pattern/hot-files.ts';
import { overlap } from '#core/pattern/overlap.ts';
import { isTooBroad, type Pattern } from '#core/pattern/pattern.ts';
import { protectedBy } from '#core/pattern/protected.ts';
import { writtenOut } from '#core/pattern/written-out.ts';
import type { FileContract, Problem } from '#core/types.ts';
import { itemProblem } from './problem.ts';
import type { OwnedScope } from './scopes.ts';
import { validPatterns } from './valid-patterns.ts';

/** What no item may own, or what is unwise, whatever the other items are. */
export type Rules = {
  readonly allowed: readonly Pattern[];
  readonly added: readonly Pattern[];
  readonly contracts: readonly { readonly file: FileContract; readonly pattern: Pattern }[];
};

/** Problems that single patterns of a scope have by themselves. */
export const patternProblems = ({ item, owned }: OwnedScope, rules: Rules): readonly Problem[] => {
  const forbidden = validPatterns(item.forbidden);
  // What is written many times is judged once.
  const judged = new Map<string, readonly Judgement[]>();
  return owned.flatMap(({ entry, pattern }) => {
    const known = judged.get(pattern.text) ?? judge(pattern, forbidden, rules);
    judged.set(pattern.text, known);
    return known.map((problem) => problem(entry.line));
  });
};

/** A pattern whose first segment is a name and not the last matches no path of one segment through a wildcard. */
const BEGINS_WITH_NAME = /^[^*?{/]+\//;

type Judgement = (line: number) => Problem;

const judge = (pattern: Pattern, forbidden: readonly Pattern[], rules: Rules): readonly Judgement[] => {
  const found: Judgement[] = [];
  if (!BEGINS_WITH_NAME.test(pattern.text) && isTooBroad(pattern)) found.push((line) => tooBroad(pattern, line));
  const guarded = firstOf(pattern, protectedBy);
  const added = rules.added.find((other) => overlap(pattern, other) !== undefined)?.text;
  const allowed = (guarded ?? added) !== undefined && rules.allowed.length > 0 && covers(rules.allowed, pattern);
  if (guarded !== undefined && !allowed) found.push((line) => isProtected(pattern, guarded, line));
  else if (added !== undefined && !allowed) found.push((line) => isProtectedHere(pattern, added, line));
  for (const { file, pattern: contract } of rules.contracts) {
    if (overlap(pattern, contract) !== undefined) found.push((line) => isContract(pattern, file.path, line));
  }
  const refused = forbidden.find((other) => overlap(other, pattern) !== undefined && covers([other], pattern));
  if (refused !== undefined) found.push((line) => contradicts(pattern, refused, line));
  const hot = firstOf(pattern, hotFile);
  if (hot !== undefined) found.push((line) => isHot(pattern, hot, line));
  return found;
};

/** More alternatives than this are asked for together. */
const FEW = 16;

/** A few alternatives are looked at one by one: that is several times cheaper than asking for all at once. */
const firstOf = (pattern: Pattern, ask: (one: Pattern) => string | undefined): string | undefined => {
  const alternatives = pattern.braces ? writtenOut(pattern.text, FEW) : undefined;
  if (alternatives === undefined) return ask(pattern);
  return validPatterns(alternatives)
    .map(ask)
    .find((answer) => answer !== undefined);
};

const tooBroad = ({ text }: Pattern, line: number): Problem =>
  itemProblem(
    'pattern-too-broad',
    line,
    `"${text}" matches files directly in the root of the repository, whatever they are called; nobody else could work beside it.`,
    'Name the folder: - modify `src/auth/**`',
  );

const isProtected = ({ text }: Pattern, guarded: string, line: number): Problem =>
  itemProblem(
    'scope-protected',
    line,
    `"${text}" owns "${guarded}", which git, GitHub or an agent obeys; no item may change it.`,
    `Leave it out of the scope, or allow it in .github/parallel.yml:\n\nprotected:\n  allow:\n    - ${JSON.stringify(text)}`,
  );

const isProtectedHere = ({ text }: Pattern, added: string, line: number): Problem =>
  itemProblem(
    'scope-protected',
    line,
    `"${text}" meets "${added}", which .github/parallel.yml of this repository protects.`,
    `Leave it out of the scope, or delete ${JSON.stringify(added)} under "protected" in .github/parallel.yml.`,
  );

const isContract = ({ text }: Pattern, path: string, line: number): Problem =>
  itemProblem(
    'scope-contract',
    line,
    `"${text}" owns "${path}", a file contract of the plan: it is committed before any agent starts, and read-only for all.`,
    `Leave "${path}" out of the scope, or take it out of the plan's Contracts.`,
  );

const contradicts = ({ text }: Pattern, refused: Pattern, line: number): Problem =>
  itemProblem(
    'scope-constraint',
    line,
    `"${text}" is in the scope, and Constraints say not to touch "${refused.text}". The constraint wins.`,
    'Delete the one that is not meant.',
  );

const isHot = ({ text }: Pattern, why: string, line: number): Problem =>
  itemProblem(
    'scope-hot-file',
    line,
    `"${text}" is ${why.startsWith('in ') ? why : `a file that others usually need too (${why})`}.`,
    'Give it to one item alone and let the others work around it, change it in an item that all others depend on, or put the items together.',
  );
