import { cycles } from '#core/graph/cycles.ts';
import type { Graph } from '#core/graph/graph.ts';
import type { ItemText, PlanProblem, Problem } from '#core/types.ts';
import type { CheckableItem, CheckInput } from './input.ts';
import { itemProblem, planProblem } from './problem.ts';

/** What an item waits for: GitHub's own relation where somebody set it, else what the text says. Each once, ascending. */
export const dependenciesOf = (item: ItemText, native?: ReadonlyMap<number, readonly number[]>): readonly number[] => {
  const related = native?.get(item.issue) ?? [];
  return related.length === 0 ? item.dependsOn : [...new Set(related)].sort((a, b) => a - b);
};

/** Dependencies of one item that cannot hold, that wait for something outside, or that are told in two ways. */
export const dependencyProblems = (
  item: CheckableItem,
  input: CheckInput,
  inside: ReadonlySet<number>,
): readonly Problem[] => {
  const related = input.native?.get(item.issue) ?? [];
  const elsewhere = new Map((input.elsewhere ?? []).map(({ issue, open }) => [issue, open]));
  const line = (issue: number): number | undefined => item.places?.dependsOn[issue];
  const found: Problem[] = related.length === 0 ? (item.foreign ?? []).map(foreign) : [];
  for (const issue of dependenciesOf(item, input.native)) {
    if (issue === item.issue) found.push(onItself(issue, line(issue)));
    else if (elsewhere.get(issue) === true) found.push(openElsewhere(issue, line(issue)));
    else if (!inside.has(issue) && !elsewhere.has(issue))
      found.push(unknown(issue, line(issue), issue === input.plan?.issue));
  }
  if (related.length > 0 && item.dependsOn.length > 0) {
    const missing = item.dependsOn.filter((issue) => !related.includes(issue));
    const added = related.filter((issue) => !item.dependsOn.includes(issue));
    if (missing.length + added.length > 0)
      found.push(mismatch(item.dependsOn, related, line(missing[0] ?? item.dependsOn[0] ?? 0)));
  }
  return found;
};

/** Items that wait for one another; once for each group that is entangled. */
export const cycleProblems = (graph: Graph, items: readonly CheckableItem[]): readonly PlanProblem[] => {
  const byIssue = new Map(items.map((item) => [item.issue, item]));
  return cycles(graph).map(({ group, circle }) => {
    const line = (issue: number): number | undefined => {
      const places = byIssue.get(issue)?.places?.dependsOn ?? {};
      return (graph.before.get(issue) ?? [])
        .filter((other) => group.includes(other))
        .map((other) => places[other])
        .find((place) => place !== undefined);
    };
    const round = [...circle, circle[0] ?? 0].map((issue) => `#${issue}`).join(' → ');
    const others = group.filter((issue) => !circle.includes(issue));
    const more = others.length > 0 ? ` Entangled with them: ${others.map((issue) => `#${issue}`).join(', ')}.` : '';
    return planProblem(
      'dependency-cycle',
      [...circle, ...others].map((issue) => ({ issue, line: line(issue) })),
      `These items wait for one another, so none can start: ${round}.${more}`,
      `Extract the interface that they share into a file contract of the plan, then delete one of these dependencies, for instance "#${circle[1] ?? 0}" from Depends on of #${circle[0] ?? 0}.`,
    );
  });
};

const unknown = (issue: number, line: number | undefined, isPlan: boolean): Problem =>
  itemProblem(
    'dependency-unknown',
    line,
    isPlan
      ? `It depends on #${issue}, which is the plan itself and no item of it.`
      : `It depends on #${issue}, which is no item of this plan.`,
    `Delete "#${issue}" from Depends on, or correct the number.`,
  );

const foreign = ({ text, line }: { readonly text: string; readonly line: number }): Problem =>
  itemProblem(
    'dependency-unknown',
    line,
    `It depends on "${text}", which is not known here: only issues of this repository can be waited for.`,
    'Write the number alone, for instance "- #12", or delete the reference.',
  );

const onItself = (issue: number, line: number | undefined): Problem =>
  itemProblem('dependency-self', line, `#${issue} depends on itself.`, `Delete "#${issue}" from Depends on.`);

const openElsewhere = (issue: number, line: number | undefined): Problem =>
  itemProblem(
    'dependency-open-elsewhere',
    line,
    `It depends on #${issue}, which is outside this plan and still open: the item waits for it.`,
    `Close #${issue} first, or delete "#${issue}" from Depends on.`,
  );

const mismatch = (written: readonly number[], related: readonly number[], line: number | undefined): Problem => {
  const list = (issues: readonly number[]): string =>
    issues
      .toSorted((a, b) => a - b)
      .map((issue) => `#${issue}`)
      .join(', ');
  return itemProblem(
    'dependency-mismatch',
    line,
    `Depends on says ${list(written)}, GitHub's own relation says ${list(related)}. GitHub's relation counts.`,
    `### Depends on\n\n${related
      .toSorted((a, b) => a - b)
      .map((issue) => `- #${issue}`)
      .join('\n')}`,
  );
};
