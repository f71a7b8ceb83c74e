import { checkpointed, claimed, ended, moved, progressed, stepped } from '#core/journey/attempt.ts';
import { baseMoved } from '#core/journey/base-moved.ts';
import { commanded } from '#core/journey/commanded.ts';
import { claimsOf, consequences } from '#core/journey/consequences.ts';
import { foreseen } from '#core/journey/forecasting.ts';
import {
  integrated,
  integrationClosed,
  integrationOpened,
  integrationStopped,
  integrationWaits,
} from '#core/journey/integration.ts';
import { notPrepared, prepared } from '#core/journey/prepared.ts';
import { closed, opened, pushedByPerson, refused, retargeted, reviewed } from '#core/journey/pull.ts';
import { seen } from '#core/journey/seen.ts';
import { notRebased, rebased, rebasePutOff } from '#core/journey/sequence.ts';
import { settle } from '#core/journey/settle.ts';
import { only, type Step } from '#core/journey/step.ts';
import type { Decision, Effect, Fact, Hash, Plan, Snapshot } from '#core/types.ts';

/**
 * The whole product as one function: a plan and a fact in, the plan after it and what to do out. Three moves:
 * the fact changes the plan (`route`), what follows from where things stand follows (`settle`), and every change of
 * state asks for its effects (`consequences`). Undefined: the fact concerns no plan of ours.
 */
export const decide = (plan: Plan | undefined, fact: Fact, hash: Hash): Decision | undefined => {
  const step = route(plan, fact, hash);
  if (step === undefined) return undefined;
  const after = settle(step.plan, fact.at);
  const held = plan === undefined ? [] : claimsOf(plan);
  const holds = claimsOf(after);
  return {
    plan: after,
    effects: inOrder([...step.effects, ...consequences(plan, after, fact)]),
    ...(JSON.stringify(held) === JSON.stringify(holds) ? {} : { claims: holds }),
  };
};

/** Reactions stand around what was done; an effect asked for twice is one. */
const inOrder = (effects: readonly Effect[]): readonly Effect[] => {
  const last = effects.filter((effect) => effect.kind === 'react' && effect.reaction !== 'eyes');
  const once = new Map(
    [...effects.filter((effect) => !last.includes(effect)), ...last].map((effect) => [effect.name, effect]),
  );
  return [...once.values()];
};

const route = (plan: Plan | undefined, fact: Fact, hash: Hash): Step | undefined => {
  if (fact.kind === 'seen') {
    // Two looks crossed, and the one that began later was faster: what this one read may be gone.
    if (plan !== undefined && fact.snapshot.at < plan.lookedAt) return only(plan);
    const now = seen(plan, fact.snapshot, fact.at, hash);
    return now === undefined || (plan === undefined && !concernsUs(now, fact.snapshot)) ? undefined : only(now);
  }
  if (fact.kind === 'commanded') {
    const now = seen(plan, fact.snapshot, fact.at, hash);
    return now === undefined ? undefined : commanded(now, fact, hash);
  }
  return plan === undefined ? undefined : only(after(plan, fact));
};

/** An issue without the label that never was ours is not our business. */
const concernsUs = (plan: Plan, snapshot: Snapshot): boolean =>
  snapshot.plan?.labelled !== undefined || plan.items.some((item) => item.labelled !== undefined);

const after = (plan: Plan, fact: Exclude<Fact, { readonly kind: 'seen' | 'commanded' }>): Plan => {
  switch (fact.kind) {
    case 'prepared':
      return prepared(plan, fact);
    case 'not-prepared':
      return notPrepared(plan, fact);
    case 'attempt-claimed':
      return claimed(plan, fact);
    case 'attempt-stepped':
      return stepped(plan, fact);
    case 'attempt-progressed':
      return progressed(plan, fact);
    case 'attempt-checkpointed':
      return checkpointed(plan, fact);
    case 'attempt-ended':
      return ended(plan, fact);
    case 'branch-moved':
      return moved(plan, fact);
    case 'pull-opened':
      return opened(plan, fact);
    case 'pull-refused':
      return refused(plan, fact);
    case 'pull-closed':
      return closed(plan, fact);
    case 'base-moved':
      return baseMoved(plan, fact);
    case 'rebased':
      return rebased(plan, fact);
    case 'not-rebased':
      return notRebased(plan, fact);
    case 'rebase-put-off':
      return rebasePutOff(plan, fact);
    case 'pull-retargeted':
      return retargeted(plan, fact);
    case 'reviewed':
      return reviewed(plan, fact);
    case 'pushed-by-person':
      return pushedByPerson(plan, fact);
    case 'forecast':
      return foreseen(plan, fact);
    case 'integrated':
      return integrated(plan, fact);
    case 'integration-waits':
      return integrationWaits(plan, fact);
    case 'integration-moved':
    case 'integration-refused':
    case 'integration-unsound':
      return integrationStopped(plan, fact);
    case 'integration-opened':
      return integrationOpened(plan, fact);
    case 'integration-closed':
      return integrationClosed(plan, fact);
  }
};
