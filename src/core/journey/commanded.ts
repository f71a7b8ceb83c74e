import { approve, covers } from '#core/approve/approval.ts';
import { mayAsk, mayRun } from '#core/approve/permission.ts';
import { hasErrors } from '#core/journey/seen.ts';
import { isStarted, itemOf, type Step, withItem, withNotice, withoutNotice, withState } from '#core/journey/step.ts';
import type { Effect, Fact, Hash, Item, Plan, Reaction } from '#core/types.ts';
import { code } from '#core/words/safe.ts';
import { itemWords } from '#core/words/state.ts';

type Commanded = Extract<Fact, { readonly kind: 'commanded' }>;

/** Carried out, with the plan after it; or refused, with a sentence for the person. */
type Answer = { readonly plan: Plan; readonly effects?: readonly Effect[] } | { readonly refused: string };

type Verb = (plan: Plan, fact: Commanded, items: readonly Item[], hash: Hash) => Answer;

const ASKING = new Set(['check', 'status', 'help']);

/** Carries out one `/parallel` line, or refuses it with the reason in the comment that stands there (spec 4). */
export const commanded = (plan: Plan, fact: Commanded, hash: Hash): Step => {
  const answer = answerTo(plan, fact, hash);
  const react = (reaction: Reaction): Effect => ({
    kind: 'react',
    name: `react-${fact.comment}-${reaction === '+1' ? 'done' : reaction}`,
    comment: fact.comment,
    reaction,
  });
  if ('refused' in answer) {
    return {
      plan: withNotice(plan, whereToSay(plan, fact.on), answer.refused, fact.at),
      effects: [react('eyes'), react('confused')],
    };
  }
  return { plan: withoutNotice(answer.plan), effects: [react('eyes'), ...(answer.effects ?? []), react('+1')] };
};

const answerTo = (plan: Plan, fact: Commanded, hash: Hash): Answer => {
  const verb = fact.reading.kind === 'command' ? fact.reading.command.verb : fact.reading.verb;
  const allowed = ASKING.has(verb) ? mayAsk(fact.permission, fact.author) : mayRun(fact.permission);
  if (!allowed) {
    const needed = ASKING.has(verb)
      ? 'triage permission, or to be the author of the issue'
      : 'write permission on this repository';
    return {
      refused: `${code(fact.actor)} may not say \`/parallel ${verb.slice(0, 40)}\`: that needs ${needed}. Nothing was started or changed.`,
    };
  }
  if (fact.reading.kind === 'unknown') {
    const meant = fact.reading.didYouMean;
    return {
      refused: `There is no command ${code(`/parallel ${fact.reading.verb}`, 60)}.${meant === undefined ? '' : ` Did you mean \`/parallel ${meant}\`?`} \`/parallel help\` lists all.`,
    };
  }
  const carry = VERBS[verb];
  if (carry === undefined)
    return { refused: `\`/parallel ${verb}\` is not available in this version. \`/parallel help\` lists what is.` };
  const items = targets(plan, fact);
  return 'refused' in items ? items : carry(plan, fact, items.items, hash);
};

/** The items that a command is about: those named, else the one it stands on, else all of the plan. */
const targets = (plan: Plan, fact: Commanded): { readonly items: readonly Item[] } | { readonly refused: string } => {
  const named = fact.reading.kind === 'command' ? fact.reading.command.issues : [];
  const unknown = named.find((number) => itemOf(plan, number) === undefined);
  if (unknown !== undefined) return { refused: `#${unknown} is not an item of plan #${plan.issue}.` };
  const on = plan.items.filter(
    (item) => item.issue === fact.on || ('pull' in item.state && item.state.pull === fact.on),
  );
  const here = fact.on === plan.issue ? plan.items : on.length > 0 ? on : plan.items;
  return { items: named.length > 0 ? plan.items.filter((item) => named.includes(item.issue)) : here };
};

/** The comment that carries a refusal: the item's own where it has one, else the panel. */
const whereToSay = (plan: Plan, on: number): number =>
  !plan.alone && itemOf(plan, on) !== undefined ? on : plan.issue;

const start: Verb = (plan, fact, items, hash) => {
  if (plan.state.name === 'landed' || plan.state.name === 'cancelled') {
    return {
      refused: `Plan #${plan.issue} is ${plan.state.name}. ${plan.state.name === 'cancelled' ? '`/parallel retry` takes its items up again.' : 'File new issues for further work.'}`,
    };
  }
  const fresh = items.filter((item) => item.state.name === 'draft' || item.state.name === 'ready');
  const wrong = obstacles(plan, fresh);
  if (wrong.length > 0) return { refused: `Not started. ${wrong.join(' ')}` };
  if (fresh.length === 0) {
    return {
      refused:
        items.length === 0
          ? 'There is nothing to start: the plan has no item with the label `parallel`.'
          : 'There is nothing to start: every item has started already.',
    };
  }
  const approval = approve(plan, fresh, fact.actor, fact.at, hash);
  const waiting = fresh.reduce((rest, item) => withState(rest, item.issue, { name: 'waiting', on: 'base' }), plan);
  const state =
    isStarted(plan) && plan.state.name !== 'draft'
      ? { ...plan.state, approval }
      : ({ name: 'running', approval, startedAt: fact.at, base: 'preparing' } as const);
  return { plan: { ...waiting, state } as Plan };
};

/** Sentences that stand in the way of starting these items. */
const obstacles = (plan: Plan, fresh: readonly Item[]): readonly string[] => {
  const unauthorised = fresh.filter((item) => item.labelled === undefined || !mayRun(item.labelled.permission));
  const wrong = fresh.filter((item) => hasErrors(plan.report, item.issue));
  const ofPlan = plan.report.problems.filter(
    (problem) => problem.severity === 'error' && problem.issues.every((issue) => issue === plan.issue),
  );
  return [
    ...plan.faults,
    ...ofPlan.map((problem) => `${problem.message} (\`${problem.code}\`).`),
    ...(wrong.length > 0
      ? [`Errors to mend first: ${wrong.map((item) => `#${item.issue} ${codesOf(plan, item.issue)}`).join(', ')}.`]
      : []),
    ...(unauthorised.length > 0
      ? [
          `The label \`parallel\` on ${unauthorised.map((item) => `#${item.issue}`).join(', ')} was not applied by somebody with write permission; take it off and let a maintainer apply it.`,
        ]
      : []),
  ];
};

const codesOf = (plan: Plan, issue: number): string => {
  const own = plan.report.items.find((item) => item.issue === issue)?.problems ?? [];
  const shared = plan.report.problems.filter((problem) => problem.issues.includes(issue));
  const codes = [...own, ...shared]
    .filter((problem) => problem.severity === 'error')
    .map((problem) => `\`${problem.code}\``);
  return [...new Set(codes)].join(' ');
};

const cancel: Verb = (plan, fact, items) => {
  const by = fact.actor;
  const whole = items.length === plan.items.length && (fact.on === plan.issue || plan.alone);
  if (whole) {
    return isStarted(plan)
      ? { plan: { ...plan, state: { name: 'cancelled', by, why: 'cancelled by command', at: fact.at } } }
      : { refused: `Plan #${plan.issue} is not running.` };
  }
  const running = items.filter((item) => ['waiting', 'queued', 'running', 'publishing'].includes(item.state.name));
  if (running.length === 0)
    return {
      refused: `Nothing to cancel: ${items.map((item) => `#${item.issue} is ${itemWords(item.state)}`).join(', ')}.`,
    };
  return {
    plan: running.reduce(
      (rest, item) => withState(rest, item.issue, { name: 'cancelled', by, why: 'cancelled by command' }),
      plan,
    ),
  };
};

const retry: Verb = (plan, fact, items, hash) => {
  const lost = items.filter((item) => ['failed', 'cancelled', 'skipped'].includes(item.state.name));
  if (lost.length === 0)
    return { refused: 'There is nothing to retry: no item here has failed, was cancelled or skipped.' };
  const edited = isStarted(plan)
    ? lost.filter((item) => 'approval' in plan.state && !covers(plan.state.approval, item))
    : [];
  if (edited.length > 0) {
    return {
      refused: `${edited.map((item) => `#${item.issue}`).join(', ')} was edited after it was approved. \`/parallel approve\` approves what stands there now; then retry.`,
    };
  }
  const again = lost.reduce((rest, item) => withState(rest, item.issue, { name: 'waiting', on: 'base' }), plan);
  if (isStarted(plan)) return { plan: again };
  if (plan.state.name === 'landed')
    return { refused: `Plan #${plan.issue} has landed. File new issues for further work.` };
  return {
    plan: {
      ...again,
      state: {
        name: 'running',
        approval: approve(plan, lost, fact.actor, fact.at, hash),
        startedAt: fact.at,
        base: 'preparing',
      },
    },
  };
};

/** Pins what stands there now, so that a retry may use it. Running items keep what they were given. */
const approveNow: Verb = (plan, fact, items, hash) => {
  const open = items.filter((item) => !['running', 'queued'].includes(item.state.name));
  const approval = approve(plan, open, fact.actor, fact.at, hash);
  const state =
    plan.state.name === 'draft' || plan.state.name === 'approved'
      ? ({ name: 'approved', approval } as const)
      : 'approval' in plan.state
        ? { ...plan.state, approval }
        : plan.state;
  return { plan: { ...plan, state } as Plan };
};

const integrate: Verb = (plan) => {
  if (plan.alone) return { refused: 'An item alone goes straight to the default branch: merge its pull request.' };
  if (!isStarted(plan)) return { refused: `Plan #${plan.issue} is not running.` };
  const { integration: _asked, ...rest } = plan;
  return { plan: plan.integration === undefined ? plan : { ...rest, integration: { ...plan.integration, heads: {} } } };
};

const hold: Verb = (plan, fact, items) => {
  const members = items.filter((item) => item.state.name === 'proposed' || item.state.name === 'merged');
  if (members.length === 0) return { refused: 'There is nothing to hold: no pull request here is open.' };
  return {
    plan: members.reduce(
      (rest, item) =>
        item.state.name === 'proposed' || item.state.name === 'merged'
          ? withState(rest, item.issue, {
              name: 'held',
              work: item.state.work,
              pull: item.state.pull,
              why: { kind: 'person', by: fact.actor },
            })
          : rest,
      plan,
    ),
  };
};

const unhold: Verb = (plan, _fact, items) => {
  const held = items.flatMap((item) =>
    item.state.name === 'held' && item.state.pull !== undefined
      ? [{ issue: item.issue, state: { name: 'proposed' as const, work: item.state.work, pull: item.state.pull } }]
      : [],
  );
  if (held.length === 0) return { refused: 'There is nothing to release: no member with a pull request is held here.' };
  return { plan: held.reduce((rest, { issue, state }) => withItem(rest, issue, (item) => ({ ...item, state })), plan) };
};

const pausing =
  (paused: boolean): Verb =>
  (plan) =>
    isStarted(plan) ? { plan: { ...plan, paused } } : { refused: `Plan #${plan.issue} is not running.` };

/** What was asked for stands in the comment, which is written anew from what was just read. */
const fresh: Verb = (plan, fact, items) => ({
  plan,
  effects: [
    { kind: 'panel', name: `${plan.id}-panel-${fact.id}` },
    ...(plan.alone
      ? []
      : items
          .filter((item) => item.issue === fact.on)
          .map((item) => ({
            kind: 'report' as const,
            name: `${plan.id}-report-${item.issue}-${fact.id}`,
            item: item.issue,
          }))),
  ],
});

/** The verbs that are carried out; the published table of spec 4 stands in intake. `check` and `status` are answered by the fresh comment. */
const VERBS: Readonly<Record<string, Verb>> = {
  check: fresh,
  status: fresh,
  help: (plan, fact) => ({
    plan,
    effects: [{ kind: 'answer', name: `answer-${fact.comment}`, on: fact.on, topic: 'help' }],
  }),
  approve: approveNow,
  start,
  cancel,
  retry,
  integrate,
  hold,
  unhold,
  pause: pausing(true),
  resume: pausing(false),
};

/** Verbs that are answered with more than a refusal. */
export const CARRIED_OUT: ReadonlySet<string> = new Set(Object.keys(VERBS));
