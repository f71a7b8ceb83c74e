import type { Item, Plan } from '#core/types.ts';
import type { Page } from '#core/words/page.ts';
import { codeCell, inline } from '#core/words/safe.ts';
import { numbers } from '#core/words/state.ts';
import { dollars } from '#core/words/time.ts';

/** What was understood of an item: what it owns, promises and waits for, who does it and at what cost (spec 6). */
export const itemFacts = (plan: Plan, item: Item, page: Page): string =>
  [
    '| | what was understood |',
    '| --- | --- |',
    `| **Scope** | ${bounded(item.text.scope.map((entry) => `${entry.verb === 'any' ? '' : `${entry.verb} `}${codeCell(entry.pattern)}`))} |`,
    ...(item.text.forbidden.length === 0
      ? []
      : [`| **Must not touch** | ${bounded(item.text.forbidden.map((pattern) => codeCell(pattern)))} |`]),
    `| **Contracts** | ${item.text.contracts.length === 0 ? 'none' : bounded(item.text.contracts.map(contract))} |`,
    `| **Depends on** | ${dependencies(plan, item)} |`,
    `| **Verified by** | ${verification(item)} |`,
    `| **Agent** | ${agent(plan, item, page)} |`,
  ].join('\n');

/** Lines of one cell; a hundred patterns are counted, not listed. */
const bounded = (lines: readonly string[]): string =>
  [...lines.slice(0, 20), ...(lines.length > 20 ? [`… and ${lines.length - 20} more`] : [])].join('<br>');

const contract = (line: Item['text']['contracts'][number]): string => {
  const thing = [line.path, line.signature].filter(Boolean).join(' ') || line.thing;
  const provider = line.provider === undefined ? '' : ` from #${line.provider}`;
  return `${line.verb}${line.existing ? ' existing' : ''}${provider} ${codeCell(thing, 300)}`;
};

const dependencies = (plan: Plan, item: Item): string => {
  const { waves } = plan.report.plan;
  const wave = waves.findIndex((issues) => issues.includes(item.issue)) + 1;
  const place = plan.alone || wave === 0 ? '' : ` · wave ${wave} of ${waves.length}`;
  return `${item.dependsOn.length === 0 ? 'nothing' : numbers(item.dependsOn)}${place}`;
};

const verification = ({ text }: Item): string => {
  const commands = text.commands.map((command) => codeCell(command, 120));
  const criteria =
    text.criteria.length === 0
      ? []
      : [`${text.criteria.length} ${text.criteria.length === 1 ? 'criterion' : 'criteria'} for the reviewer`];
  return bounded([...commands, ...criteria]) || 'nothing';
};

const agent = (plan: Plan, item: Item, page: Page): string => {
  const { agent: wishes } = item.text;
  const { settings } = plan;
  const budget = least(wishes.budget, settings.budget);
  const minutes = least(wishes.timeout, settings.timeout);
  const model = wishes.model ?? settings.modelByKind[wishes.kind ?? 'implement'];
  return [
    `${inline(wishes.agent ?? settings.agent ?? page.defaultAgent ?? 'the default')}${model === undefined ? '' : ` (${inline(model)})`}`,
    budget === undefined ? 'no budget set' : `budget ${dollars(budget)}`,
    ...(minutes === undefined ? [] : [`at most ${minutes} min`]),
    ...(settings.attempts === undefined ? [] : [`at most ${settings.attempts} starts`]),
  ].join(' · ');
};

const least = (...given: readonly (number | undefined)[]): number | undefined => {
  const numbers = given.filter((number) => number !== undefined);
  return numbers.length === 0 ? undefined : Math.min(...numbers);
};
