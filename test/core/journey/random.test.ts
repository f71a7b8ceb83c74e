import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { covers } from '#core/approve/approval.ts';
import type { Fact, ItemState, Plan, SeenIssue } from '#core/types.ts';
import { itemComment } from '#core/words/item-comment.ts';
import { panel } from '#core/words/panel.ts';
import { act, KINDS, type Move } from './moves.ts';
import { body, issue, Story } from './story.ts';

/** Where an item may go from a state in one decision; to stay is always allowed. */
const NEXT: Readonly<Record<ItemState['name'], readonly ItemState['name'][]>> = {
  draft: ['ready', 'waiting', 'queued', 'skipped', 'failed'],
  ready: ['draft', 'waiting', 'queued', 'skipped', 'failed'],
  waiting: ['ready', 'queued', 'skipped', 'failed', 'cancelled', 'held'],
  queued: ['waiting', 'running', 'skipped', 'failed', 'cancelled', 'held'],
  running: ['queued', 'waiting', 'publishing', 'held', 'failed', 'cancelled'],
  publishing: ['proposed', 'held', 'cancelled'],
  proposed: ['merged', 'held', 'cancelled', 'waiting', 'queued'],
  merged: ['proposed', 'held', 'waiting', 'queued', 'publishing'],
  held: ['proposed', 'merged', 'cancelled', 'waiting', 'queued', 'failed', 'skipped'],
  failed: ['waiting', 'queued', 'skipped'],
  cancelled: ['waiting', 'queued', 'skipped', 'failed'],
  skipped: ['waiting', 'queued', 'failed', 'cancelled'],
};

const items = (): SeenIssue[] => [
  issue(2, body('src/a.ts')),
  issue(3, body('src/b.ts')),
  issue(4, body('src/c.ts', '\n### Depends on\n- #2\n')),
  issue(5, body('src/d.ts', '\n### Depends on\n- #3\n- #4\n')),
];

const PAGE = { serverUrl: 'https://github.test', prompt: () => 'the prompt', defaultAgent: undefined };

const stateOf = (plan: Plan | undefined, number: number): ItemState | undefined =>
  plan?.items.find((item) => item.issue === number)?.state;

/** What must be true of a plan at any moment. */
const holds = (plan: Plan): void => {
  const started = ['running', 'integrating', 'proposed'].includes(plan.state.name);
  for (const item of plan.items) {
    const { state } = item;
    expect(item.attempts).toBeLessThanOrEqual(3);
    if (['waiting', 'queued', 'running', 'publishing'].includes(state.name))
      expect(started, `#${item.issue} is ${state.name} in a plan that is ${plan.state.name}`).toBe(true);
    if (state.name === 'queued') expect(plan.paused, `#${item.issue} is queued in a paused plan`).toBe(false);
    if (state.name === 'waiting') expectReason(plan, item.issue, state.on);
    if (state.name === 'skipped' && 'approval' in plan.state && covers(plan.state.approval, item))
      expect(['failed', 'cancelled', 'skipped']).toContain(stateOf(plan, state.because)?.name);
  }
  expect(panel(plan, '2026-01-01T01:00:00.000Z', PAGE).length).toBeGreaterThan(0);
  for (const item of plan.items) expect(itemComment(plan, item, PAGE).length).toBeGreaterThan(0);
};

/** A waiting item waits for something that is so. */
const expectReason = (plan: Plan, number: number, on: Extract<ItemState, { name: 'waiting' }>['on']): void => {
  if (on === 'base') expect(plan.state).toMatchObject({ name: 'running', base: 'preparing' });
  else if (on === 'resume') expect(plan.paused).toBe(true);
  else if (on === 'slot') expect(plan.items.some((item) => ['queued', 'running'].includes(item.state.name))).toBe(true);
  else {
    expect(on.length, `#${number} waits for nothing`).toBeGreaterThan(0);
    for (const other of on)
      expect(['merged', 'proposed', 'publishing', 'failed', 'cancelled', 'skipped']).not.toContain(
        stateOf(plan, other)?.name,
      );
  }
};

const moves = fc.array(fc.record({ kind: fc.constantFrom(...KINDS), a: fc.nat(60), b: fc.nat(60) }), {
  minLength: 1,
  maxLength: 80,
  size: 'max',
}) as fc.Arbitrary<Move[]>;

const stories = fc.record({
  moves,
  integrate: fc.constantFrom('verified' as const, 'approved' as const),
  slots: fc.constantFrom(undefined, 1, 2),
  begun: fc.boolean(),
});

const begin = (chosen: { integrate: 'verified' | 'approved'; slots: number | undefined; begun: boolean }): Story => {
  const { integrate, slots } = chosen;
  const story = new Story(items(), { settings: { integrate, ...(slots === undefined ? {} : { slots }) } });
  return chosen.begun ? story.started() : story.look();
};

/** Every decision of a story, with the plan before and after. */
const told = (
  chosen: typeof stories extends fc.Arbitrary<infer One> ? One : never,
  check: (story: Story, before: Plan | undefined) => void,
): void => {
  const story = begin(chosen);
  for (const move of chosen.moves) {
    const before = story.plan;
    act(story, move);
    check(story, before);
  }
};

const RUNS = { numRuns: Number(process.env['FORKJOIN_RUNS'] ?? 100) };

describe('whatever happens in whatever order', { timeout: 60_000 + 2_000 * RUNS.numRuns }, () => {
  it('every state has a true reason, and no more agents are started than allowed', () => {
    fc.assert(
      fc.property(stories, (chosen) =>
        told(chosen, (story) => {
          if (story.plan !== undefined) holds(story.plan);
        }),
      ),
      RUNS,
    );
  });

  it('an item goes only where its life allows, and what has started never vanishes', () => {
    fc.assert(
      fc.property(stories, (chosen) =>
        told(chosen, (story, before) => {
          for (const item of before?.items ?? []) {
            const from = item.state.name;
            const to = stateOf(story.plan, item.issue)?.name;
            if (to === undefined) expect(['draft', 'ready']).toContain(from);
            else if (to !== from) expect(NEXT[from], `#${item.issue}: ${from} → ${to}`).toContain(to);
          }
        }),
      ),
      RUNS,
    );
  });

  it('one attempt is granted to one worker, once', () => {
    fc.assert(
      fc.property(stories, (chosen) => {
        const granted = new Set<string>();
        told(chosen, (story, before) => {
          for (const item of story.plan?.items ?? []) {
            if (item.state.name !== 'running') continue;
            const was = stateOf(before, item.issue);
            if (was?.name === 'running' && was.attempt === item.state.attempt && was.claim === item.state.claim)
              continue;
            const grant = `${item.issue}-${item.state.attempt}`;
            expect(granted, grant).not.toContain(grant);
            granted.add(grant);
          }
        });
      }),
      RUNS,
    );
  });

  it('a name of an effect that is done once is never asked for in two lives', () => {
    const once = ['prepare', 'propose', 'integrate', 'propose-integration'];
    fc.assert(
      fc.property(stories, (chosen) => {
        const asked = new Set<string>();
        told(chosen, (story) => {
          for (const effect of story.effects.filter(({ kind }) => once.includes(kind))) {
            expect(asked, effect.name).not.toContain(effect.name);
            asked.add(effect.name);
          }
          const names = story.effects.map((effect) => effect.name);
          expect(new Set(names).size).toBe(names.length);
        });
      }),
      RUNS,
    );
  });

  it('a fact that is told twice changes nothing the second time', () => {
    fc.assert(
      fc.property(stories, (chosen) =>
        told({ ...chosen, moves: chosen.moves.filter(({ kind }) => kind !== 'say') }, (story) => {
          const { plan } = story;
          const last = story.lastFact as Fact;
          story.again(last);
          // A lost item's text is read anew at each look, for its next attempt; nothing else may move.
          expect([story.plan?.state, story.plan?.items.map((item) => item.state), story.plan?.integration]).toEqual([
            plan?.state,
            plan?.items.map((item) => item.state),
            plan?.integration,
          ]);
          expect(story.asked()).toEqual([]);
        }),
      ),
      RUNS,
    );
  });

  it('a member that a person holds does not stand for a round', () => {
    fc.assert(
      fc.property(stories, (chosen) =>
        told(chosen, (story, before) => {
          const { plan } = story;
          if (plan?.state.name !== 'integrating') return;
          if (before?.state.name === 'integrating' && before.state.round === plan.state.round) return;
          for (const number of Object.keys(plan.state.heads)) {
            const state = stateOf(plan, Number(number));
            expect(state?.name === 'held' && state.why.kind === 'person').toBe(false);
          }
        }),
      ),
      RUNS,
    );
  });
});
