import type { Effect, Fact, Item, ItemState, Plan, PlanProblem } from '#core/types.ts';
import { baseMovedWords } from '#core/words/base-moved.ts';
import { sharedProblems } from '#core/words/shared-problems.ts';

/** The comments to bring up to date: the panel for any visible change, an item's own only when its outcome changed. */
export const writing = (before: Plan | undefined, after: Plan, fact: Fact): readonly Effect[] => {
  const effects: Effect[] = [];
  if (!after.alone) {
    const [sharedNow, sharedThen] = [sharedProblems(after.report), before && sharedProblems(before.report)];
    for (const item of after.items) {
      const now = itemFace(after, item, sharedNow.get(item.issue));
      const then = before?.items.find((other) => other.issue === item.issue);
      if (
        now !== undefined &&
        (then === undefined || before === undefined || itemFace(before, then, sharedThen?.get(item.issue)) !== now)
      ) {
        effects.push({ kind: 'report', name: `${after.id}-report-${item.issue}-${fact.id}`, item: item.issue });
      }
    }
  }
  const silent = !concernsUs(after) && (before === undefined || !concernsUs(before));
  if (!silent && (before === undefined || panelFace(before) !== panelFace(after)))
    effects.push(panelOf(before, after, fact));
  return effects;
};

/**
 * Agents at work change the panel often, and it is written every ten seconds at most: the changes of ten seconds share
 * one effect (the instant without its last digit and milliseconds names them). A change of the plan's own state is told
 * by an effect of its own.
 */
const panelOf = (before: Plan | undefined, after: Plan, fact: Fact): Effect =>
  before?.state.name === after.state.name && (after.state.name === 'running' || after.state.name === 'integrating')
    ? { kind: 'panel', name: `${after.id}-panel-at-${fact.at.slice(0, 18).replace(/\D/g, '')}`, since: fact.at }
    : { kind: 'panel', name: `${after.id}-panel-${fact.id}` };

/** An issue on which somebody only said a command, such as `init`, gets no report. */
const concernsUs = (plan: Plan): boolean =>
  !plan.alone ||
  plan.notice !== undefined ||
  plan.items.some((item) => item.labelled !== undefined || item.attempts > 0);

/** What an item's comment shows; undefined while it is under way, which the panel tells (spec 6: writes are few). */
const itemFace = (plan: Plan, item: Item, shared: readonly PlanProblem[] = []): string | undefined => {
  if (['waiting', 'queued', 'running', 'publishing'].includes(item.state.name)) return undefined;
  const checked = plan.report.items.find((other) => other.issue === item.issue);
  const notice = plan.notice?.on === item.issue ? plan.notice : undefined;
  const idle = item.state.name === 'draft' || item.state.name === 'ready';
  // The comment shows the prompt, of which the plan's goal, contracts and decisions are a part.
  const read = [item.bodyHash, plan.text?.goal, plan.text?.contractsText, plan.text?.decisions, plan.settings];
  return JSON.stringify([item.state, idle ? [checked, shared, item.labelled, read] : [], notice]);
};

/** What the panel shows. An item alone has one comment for both, and its steps are not worth a write each. */
const panelFace = (plan: Plan): string =>
  JSON.stringify([
    plan.state.name,
    'waits' in plan.state ? plan.state.waits : undefined,
    plan.report,
    plan.faults,
    plan.notice,
    plan.paused,
    plan.integration,
    baseMovedWords(plan),
    shownForecast(plan),
    plan.styles,
    plan.items.map((item) => [
      item.issue,
      item.bodyHash,
      plan.alone && item.state.name !== 'proposed' ? coarse(item) : lasting(item.state),
      item.labelled,
    ]),
  ]);

/** What an agent does this moment is shown whenever the panel is written, and is not worth a write (spec 6). */
const lasting = (state: ItemState): ItemState => {
  if (state.name !== 'running') return state;
  const { doing: _now, checkpoint: _then, ...rest } = state;
  return rest;
};

/** What the matrix shows: members and conflicts, whatever their heads are. */
const shownForecast = ({ forecast }: Plan): unknown =>
  forecast === undefined ? undefined : [Object.keys(forecast.heads), forecast.provisional, forecast.conflicts];

const coarse = (item: Item): string =>
  ['waiting', 'queued', 'running', 'publishing'].includes(item.state.name) ? 'under way' : JSON.stringify(item.state);
