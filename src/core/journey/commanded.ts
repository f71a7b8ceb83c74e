import { mayAsk, mayRun } from '#core/approve/permission.ts';
import { COMMANDS } from '#core/intake/command.ts';
import { itemOf, type Step, withNotice, withoutNotice } from '#core/journey/step.ts';
import { approveNow, retry } from '#core/journey/verbs/again.ts';
import { fix } from '#core/journey/verbs/fix.ts';
import { init } from '#core/journey/verbs/init.ts';
import { hold, integrate, unhold } from '#core/journey/verbs/members.ts';
import { start } from '#core/journey/verbs/start.ts';
import { cancel, pausing } from '#core/journey/verbs/stop.ts';
import type { Answer, Commanded, Verb } from '#core/journey/verbs/verb.ts';
import type { Effect, Hash, Item, Plan, Reaction } from '#core/types.ts';
import { code } from '#core/words/safe.ts';

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
  const asking = COMMANDS.some((entry) => entry.verb === verb && entry.who === 'triage');
  const allowed = asking ? mayAsk(fact.permission, fact.author) : mayRun(fact.permission);
  if (!allowed) {
    const needed = asking
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
  if ('refused' in items) return items;
  const isElsewhere = items.items.length === 0 && plan.items.length > 0;
  if (isElsewhere && !asking && verb !== 'init')
    return {
      refused: `#${fact.on} is no item of plan #${plan.issue}. Say it on an item or on the plan, or name the items.`,
    };
  return carry(plan, fact, items.items, hash);
};

/** The items that a command is about: those named, else the one it stands on, else, said on the plan, all of it. */
const targets = (plan: Plan, fact: Commanded): { readonly items: readonly Item[] } | { readonly refused: string } => {
  const named = fact.reading.kind === 'command' ? fact.reading.command.issues : [];
  const unknown = named.find((number) => itemOf(plan, number) === undefined);
  if (unknown !== undefined) return { refused: `#${unknown} is not an item of plan #${plan.issue}.` };
  const on = plan.items.filter(
    (item) => item.issue === fact.on || ('pull' in item.state && item.state.pull === fact.on),
  );
  if (named.length > 0) return { items: plan.items.filter((item) => named.includes(item.issue)) };
  return { items: fact.on === plan.issue || isOwnPull(plan, fact.on) ? plan.items : on };
};

/** Is it the pull request of the whole plan? */
const isOwnPull = (plan: Plan, number: number): boolean => 'pull' in plan.state && plan.state.pull === number;

/** The comment that carries a refusal: the item's own where it has one, else the panel. */
const whereToSay = (plan: Plan, on: number): number =>
  !plan.alone && itemOf(plan, on) !== undefined ? on : plan.issue;

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
  init,
  approve: approveNow,
  start,
  cancel,
  retry,
  fix,
  integrate,
  hold,
  unhold,
  pause: pausing(true),
  resume: pausing(false),
};

/** Verbs that are answered with more than a refusal. */
export const CARRIED_OUT: ReadonlySet<string> = new Set(Object.keys(VERBS));
