import { needsPerson } from '#core/integrate/eligible.ts';
import { landed } from '#core/journey/pull.ts';
import { withState } from '#core/journey/step.ts';
import type { CommandResult, Fact, Instant, MemberOutcome, Plan } from '#core/types.ts';
import { code } from '#core/words/safe.ts';

type Of<Kind extends Fact['kind']> = Extract<Fact, { readonly kind: Kind }>;

/**
 * A round is over: merged members are merged, the others held with their reason. With something merged the pull
 * request follows; an open one stays open.
 */
export const integrated = (plan: Plan, fact: Of<'integrated'>): Plan => {
  if (plan.state.name !== 'integrating' || plan.state.round !== fact.integration.round) return plan;
  const { redBase } = fact.integration;
  const told = fact.integration.members.reduce(tell, {
    ...plan,
    integration: fact.integration,
    ...(redBase === undefined ? {} : { notice: { on: plan.issue, text: onRedBase(redBase), at: fact.at } }),
  });
  const { approval, startedAt, base, pull } = plan.state;
  if (pull !== 'none-yet')
    return { ...told, state: { name: 'proposed', approval, startedAt, base, pull, proposedAt: fact.at } };
  const any = fact.integration.members.some((member) => 'merged' in member);
  return any ? told : { ...told, state: { name: 'running', approval, startedAt, base } };
};

const onRedBase = (results: readonly CommandResult[]): string =>
  `The base itself fails ${results.map((result) => code(result.command)).join(', ')}, without any member: nobody is blamed and nothing was merged. Mend the default branch or the plan's Verification, then say \`/parallel cancel\` and \`/parallel retry\`: the plan goes on from the base as it stands then.`;

const tell = (plan: Plan, member: MemberOutcome): Plan => {
  const state = plan.items.find((item) => item.issue === member.item)?.state;
  // A member that moved since the round began is left to the next round.
  if (state === undefined || !('work' in state) || state.work.head !== member.head || state.name === 'publishing')
    return plan;
  // Somebody held it meanwhile: the next round takes it out.
  if (needsPerson({ state })) return plan;
  if ('held' in member) {
    return withState(plan, member.item, {
      name: 'held',
      work: state.work,
      why: member.held,
      ...('pull' in state && state.pull !== undefined ? { pull: state.pull } : {}),
    });
  }
  return 'pull' in state && state.pull !== undefined
    ? withState(plan, member.item, { name: 'merged', work: state.work, pull: state.pull, commit: member.merged })
    : plan;
};

/** The integration pull request is open; told of an earlier round it does not end the one that is under way. */
export const integrationOpened = (plan: Plan, fact: Of<'integration-opened'>): Plan => {
  if (plan.state.name !== 'integrating' && plan.state.name !== 'running') return plan;
  if (plan.state.name === 'integrating' && fact.round !== plan.state.round)
    return { ...plan, state: { ...plan.state, pull: fact.pull } };
  const { approval, startedAt, base } = plan.state;
  return base === 'preparing'
    ? plan
    : { ...plan, state: { name: 'proposed', approval, startedAt, base, pull: fact.pull, proposedAt: fact.at } };
};

/** The round cannot go on where it is; it says why, and is tried again by itself. */
export const integrationWaits = (plan: Plan, { round, why }: Of<'integration-waits'>): Plan =>
  plan.state.name === 'integrating' && plan.state.round === round
    ? { ...plan, state: { ...plan.state, waits: why } }
    : plan;

/** The integration branch was moved, or its pull request refused: back to running, with the reason, until a person says `integrate`. */
export const integrationStopped = (
  plan: Plan,
  fact: Of<'integration-moved'> | Of<'integration-refused'> | Of<'integration-unsound'>,
): Plan => {
  if (plan.state.name !== 'integrating' || plan.state.round !== fact.round) return plan;
  const { approval, startedAt, base, pull, heads, round } = plan.state;
  const why =
    fact.kind === 'integration-unsound'
      ? `${fact.message} Then say \`/parallel integrate\`.`
      : fact.kind === 'integration-refused'
        ? `GitHub did not take the integration pull request: ${fact.message}`
        : `The branch \`${plan.branch}\` was moved by somebody (now ${fact.found === 'deleted' ? 'deleted' : fact.found.slice(0, 10)}): nothing was pushed over it. Bring it back or delete it, then say \`/parallel integrate\`.`;
  return {
    ...plan,
    state:
      pull === 'none-yet'
        ? { name: 'running', approval, startedAt, base }
        : { name: 'proposed', approval, startedAt, base, pull, proposedAt: fact.at },
    // What the app pushed last is what a later round may replace.
    integration:
      fact.kind === 'integration-refused' && plan.integration !== undefined
        ? plan.integration
        : { round, heads, head: plan.integration?.head ?? base.contracts, members: [] },
    notice: { on: plan.issue, text: why, at: fact.at },
  };
};

/** People decided on the integration pull request, perhaps while a further round is under way. */
export const integrationClosed = (plan: Plan, fact: Of<'integration-closed'>): Plan => {
  if (plan.state.name !== 'proposed' && plan.state.name !== 'integrating') return plan;
  if (plan.state.pull !== fact.pull || plan.alone) return plan;
  return fact.merged
    ? landed(plan, fact.pull, fact.at)
    : abandoned(plan, { by: fact.by, why: 'the integration pull request was closed', at: fact.at });
};

/**
 * The plan is given up. A round that was under way keeps its number, so that no later one is taken for it: names of
 * effects are made of rounds.
 */
export const abandoned = (plan: Plan, how: { by: string; why: string; at: Instant }): Plan => {
  const state = { name: 'cancelled' as const, ...how };
  if (plan.state.name !== 'integrating') return { ...plan, state };
  const { round, base } = plan.state;
  const last = plan.integration ?? { heads: {}, head: base.contracts, members: [] };
  return { ...plan, state, integration: { ...last, round } };
};
