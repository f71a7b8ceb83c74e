import type { Instant, Plan } from '#core/types.ts';
import { alert } from '#core/words/alert.ts';
import { baseMovedWords } from '#core/words/base-moved.ts';
import { checklist, folded } from '#core/words/checklist.ts';
import { closedWords, unpricedWords } from '#core/words/closed.ts';
import { uncontainedWords } from '#core/words/containment.ts';
import { contractsLine, contractsTable } from '#core/words/contracts-table.ts';
import { fit, paragraphs } from '#core/words/fit.ts';
import { forecastSection } from '#core/words/forecast.ts';
import { itemComment } from '#core/words/item-comment.ts';
import { itemsTable } from '#core/words/items-table.ts';
import { mermaid } from '#core/words/mermaid.ts';
import type { Page } from '#core/words/page.ts';
import { nextStep } from '#core/words/panel-next.ts';
import { totals } from '#core/words/panel-totals.ts';
import { planProblems } from '#core/words/problems.ts';
import { inline } from '#core/words/safe.ts';
import { numbers } from '#core/words/state.ts';
import { styleSection } from '#core/words/style-table.ts';
import { waves } from '#core/words/waves.ts';

/** What a panel shows of much, from the fullest wording to the shortest. */
const SIZES = [
  {
    title: 80,
    rows: 400,
    problems: 100,
    waves: 400,
    graph: true,
    forecast: { members: 40, conflicts: 40 },
    contracts: 100,
    style: 60,
  },
  {
    title: 40,
    rows: 400,
    problems: 40,
    waves: 30,
    graph: false,
    forecast: { members: 40, conflicts: 20 },
    contracts: 40,
    style: 40,
  },
  {
    title: 40,
    rows: 60,
    problems: 20,
    waves: 10,
    graph: false,
    forecast: { members: 12, conflicts: 10 },
    contracts: 15,
    style: 15,
  },
] as const;

/** The one comment on a plan (spec 6). `now` only matters while the plan runs: it shows the time elapsed. */
export const panel = (plan: Plan, now: Instant, page: Page): string =>
  plan.alone
    ? lone(plan, page)
    : fit(
        SIZES.map(
          (size) => () =>
            paragraphs([
              totals(plan, now),
              plan.notice?.on === plan.issue ? alert('warning', plan.notice.text) : '',
              closedWords(page.closed),
              unpricedWords(page.unpriced ?? []),
              uncontainedWords(page.containment),
              faults(plan),
              alert('warning', baseMovedWords(plan)),
              edited(plan),
              planProblems(plan, page, size.problems),
              itemsTable(plan, now, size),
              size.graph ? mermaid(plan) : '',
              waves(plan, size.waves),
              forecastSection(plan, size.forecast),
              contracts(plan, size.contracts),
              styleSection(plan, size.style),
              folded(checklist(plan, plan.state.name === 'proposed' || plan.state.name === 'landed')),
              decisions(plan),
              nextStep(plan),
            ]),
        ),
      );

/** An item alone has one comment for both. */
const lone = (plan: Plan, page: Page): string => {
  const item = plan.items[0];
  if (item !== undefined)
    return itemComment(plan, item, page, [
      closedWords(page.closed),
      unpricedWords(page.unpriced ?? []),
      uncontainedWords(page.containment),
      faults(plan),
      edited(plan),
    ]);
  return paragraphs(['**Parallel**', alert('warning', plan.notice?.text ?? '')]);
};

/** What is wrong with the repository itself stops every start. */
const faults = (plan: Plan): string => plan.faults.map((fault) => alert('caution', inline(fault, 500))).join('\n\n');

const edited = (plan: Plan): string => {
  if (!('approval' in plan.state)) return '';
  const { bodies } = plan.state.approval;
  const changed = plan.items
    .filter((item) => bodies[item.issue] !== undefined && bodies[item.issue] !== item.bodyHash)
    .map((item) => item.issue);
  return changed.length === 0
    ? ''
    : alert(
        'important',
        `${numbers(changed)} ${changed.length === 1 ? 'was' : 'were'} edited after approval. Running agents keep the approved text; \`/parallel approve\` approves what stands there now.`,
      );
};

/** What the merged tree of the last round says to the contracts, folded. */
const contracts = ({ integration }: Plan, most: number): string => {
  const line = integration === undefined ? '' : contractsLine(integration);
  return integration === undefined || line === ''
    ? ''
    : `<details><summary>${line}</summary>\n\n${contractsTable(integration, most)}\n\n</details>`;
};

const decisions = (plan: Plan): string => {
  const taken = plan.text?.decisions ?? [];
  if (taken.length === 0) return '';
  const shown = taken.slice(0, 50).map((decision) => `- ${inline(decision, 300)}`);
  return ['**Decisions**', '', ...shown, ...(taken.length > 50 ? [`- … and ${taken.length - 50} more`] : [])].join(
    '\n',
  );
};
