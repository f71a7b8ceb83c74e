import { normalSignature } from '#core/contract/signature.ts';
import { canonical } from '#core/pattern/canonical.ts';
import { matches } from '#core/pattern/pattern.ts';
import type { ContractLine, FileContract, PlanProblem, Problem } from '#core/types.ts';
import { type Agreements, keyOf, type Said } from './agreements.ts';
import type { KnownTree } from './base-tree.ts';
import { itemProblem, planProblem } from './problem.ts';
import type { OwnedScope } from './scopes.ts';

/** What one item consumes that nobody provides, and what it provides from files that it does not own. */
export const contractProblems = (
  scope: OwnedScope,
  agreed: Agreements,
  files: readonly FileContract[],
  tree: KnownTree | undefined,
): readonly Problem[] =>
  scope.item.contracts.flatMap((line) => {
    if (line.verb === 'provides') return isOutside(line, scope) ? [outside(line)] : [];
    const there =
      line.existing || agreed.providersOf(line).length > 0 || isDeclared(line, files) || isInTree(line, tree);
    return there ? [] : [unprovided(line, tree)];
  });

/** Things that two items provide, and providers and consumers that do not agree. */
export const agreementProblems = (agreed: Agreements): readonly PlanProblem[] => {
  const found: PlanProblem[] = [];
  for (const group of Map.groupBy(agreed.provided, ({ line }) => keyOf(line)).values()) {
    const each = [...new Map(group.toReversed().map((said) => [said.issue, said])).values()].sort(
      (a, b) => a.issue - b.issue,
    );
    if (each.length > 1) found.push(providedTwice(each));
  }
  const normal = remembered(normalSignature);
  for (const consumer of agreed.consumed) {
    const expected = consumer.line.signature;
    if (expected === undefined) continue;
    const told = agreed.providersOf(consumer.line).filter(({ line }) => line.signature !== undefined);
    const agrees = told.some(({ line }) => normal(line.signature ?? '') === normal(expected));
    const [provider] = told;
    if (provider?.line.signature !== undefined && !agrees) {
      found.push(mismatch(provider, consumer, provider.line.signature, expected));
    }
  }
  return found;
};

/** A function whose answers are kept: the same signatures are compared again and again. */
const remembered = (ask: (text: string) => string): ((text: string) => string) => {
  const known = new Map<string, string>();
  return (text) => {
    const answer = known.get(text) ?? ask(text);
    known.set(text, answer);
    return answer;
  };
};

const isOutside = ({ path }: ContractLine, { owned }: OwnedScope): boolean =>
  path !== undefined && owned.length > 0 && !owned.some(({ pattern }) => matches(pattern, path));

const isDeclared = ({ path }: ContractLine, files: readonly FileContract[]): boolean =>
  path !== undefined && files.some((file) => canonical(file.path) === canonical(path));

const isInTree = ({ path, thing }: ContractLine, tree: KnownTree | undefined): boolean => {
  if (tree === undefined) return false;
  return path === undefined
    ? thing.startsWith('env ') && tree.variables.has(thing.slice('env '.length))
    : tree.hasFile(path) || tree.hasFolder(path.replace(/\/$/, ''));
};

const outside = (line: ContractLine): Problem =>
  itemProblem(
    'contract-outside-scope',
    line.line,
    `It provides "${line.thing}", and "${line.path ?? ''}" is not in its scope, so its agent could not write it.`,
    `- modify \`${line.path ?? ''}\``,
  );

const unprovided = (line: ContractLine, tree: KnownTree | undefined): Problem =>
  itemProblem(
    'contract-unprovided',
    line.line,
    `It consumes "${line.thing}", which no item provides${line.path === undefined || tree === undefined ? '' : ' and the base does not have'}.`,
    `Where it exists already: - consumes existing \`${line.thing}\`\nElse, in the item that makes it: - provides ${line.path === undefined ? '' : `\`${line.path}\` `}\`${line.signature ?? line.thing.slice(line.path === undefined ? 0 : line.path.length).trim()}\``,
  );

const providedTwice = (each: readonly Said[]): PlanProblem =>
  planProblem(
    'contract-provided-twice',
    each.map(({ issue, line }) => ({ issue, line: line.line })),
    `${each.map(({ issue }) => `#${issue}`).join(' and ')} provide "${each[0]?.line.thing ?? ''}".`,
    `Leave it to #${each[0]?.issue ?? 0}, and let the others say: - consumes \`${each[0]?.line.thing ?? ''}\` #${each[0]?.issue ?? 0}`,
  );

const mismatch = (provider: Said, consumer: Said, promised: string, expected: string): PlanProblem =>
  planProblem(
    'contract-mismatch',
    [
      { issue: provider.issue, line: provider.line.line },
      { issue: consumer.issue, line: consumer.line.line },
    ],
    `#${provider.issue} provides \`${promised}\`, and #${consumer.issue} expects \`${expected}\`.`,
    `- consumes ${consumer.line.path === undefined ? '' : `\`${consumer.line.path}\` `}\`${promised}\` #${provider.issue}`,
  );
