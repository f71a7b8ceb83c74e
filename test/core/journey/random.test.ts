import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { covers } from '#core/approve/approval.ts';
import type { Fact, Failure, ItemState, Plan, SeenIssue } from '#core/types.ts';
import { itemComment } from '#core/words/item-comment.ts';
import { panel } from '#core/words/panel.ts';
import { body, issue, Story, work } from './story.ts';

/** One happening, by kind; the numbers choose among what is possible at that moment. */
type Move = { readonly kind: (typeof KINDS)[number]; readonly a: number; readonly b: number };

const KINDS = [
  ...['look', 'edit', 'unlabel', 'label', 'close', 'vanish', 'add', 'unlabel-plan'],
  ...['say', 'say', 'say', 'prepared', 'not-prepared', 'claim', 'step', 'end', 'moved', 'opened', 'refused', 'closed'],
  ...['reviewed', 'pushed', 'integrated', 'stopped', 'proposed', 'ended'],
  // What usually comes next, so that stories get far.
  ...['go', 'go', 'go', 'go', 'go', 'go', 'go', 'go', 'go', 'go', 'go', 'go', 'go', 'go', 'go', 'go', 'go', 'go', 'go'],
] as const;

const VERBS = [
  'start',
  'start',
  'cancel',
  'retry',
  'retry',
  'integrate',
  'hold',
  'unhold',
  'pause',
  'resume',
  'approve',
  'status',
];

/** Where an item may go from a state in one decision; to stay is always allowed. */
const NEXT: Readonly<Record<ItemState['name'], readonly ItemState['name'][]>> = {
  draft: ['ready', 'waiting', 'queued', 'skipped', 'failed'],
  ready: ['draft', 'waiting', 'queued', 'skipped', 'failed'],
  waiting: ['ready', 'queued', 'skipped', 'failed', 'cancelled'],
  queued: ['waiting', 'running', 'skipped', 'failed', 'cancelled'],
  running: ['queued', 'waiting', 'publishing', 'held', 'failed', 'cancelled'],
  publishing: ['proposed', 'held', 'cancelled'],
  proposed: ['merged', 'held', 'cancelled'],
  merged: ['proposed', 'held'],
  held: ['proposed', 'merged', 'cancelled', 'waiting', 'queued', 'failed', 'skipped'],
  failed: ['waiting', 'queued', 'skipped'],
  cancelled: ['waiting', 'queued', 'skipped', 'failed'],
  skipped: ['waiting', 'queued', 'failed', 'cancelled'],
};

const FAILURES: readonly Failure[] = [
  { kind: 'exit', status: 3, tail: '' },
  { kind: 'infrastructure', what: 'the worker stopped' },
  { kind: 'no-changes' },
  { kind: 'timeout', minutes: 1, tail: '' },
];

const items = (): SeenIssue[] => [
  issue(2, body('src/a.ts')),
  issue(3, body('src/b.ts')),
  issue(4, body('src/c.ts', '\n### Depends on\n- #2\n')),
  issue(5, body('src/d.ts', '\n### Depends on\n- #3\n- #4\n')),
];

/** What usually comes next: for the plan when something of it is under way, else for an item. */
const usual = (plan: Plan, { a, b }: Move): Move => {
  if (plan.state.name === 'running' && plan.state.base === 'preparing') return { kind: 'prepared', a, b };
  if (plan.state.name === 'integrating' && b % 3 === 0)
    return { kind: plan.integration?.round === plan.state.round ? 'proposed' : 'integrated', a, b };
  const open = plan.items.filter((item) => ['queued', 'running', 'publishing', 'proposed'].includes(item.state.name));
  const item = open[a % Math.max(1, open.length)];
  const at = item === undefined ? a : plan.items.indexOf(item);
  switch (item?.state.name) {
    case 'queued':
      return { kind: 'claim', a: at, b: 2 };
    case 'running':
      return {
        kind: 'end',
        a: at + (plan.items.length % 3 === 0 ? 0 : plan.items.length * (b % 3)),
        b: claimed(item.state.claim),
      };
    case 'publishing':
      return { kind: 'opened', a: at, b: 1 };
    default:
      return { kind: 'reviewed', a: at, b: 1 };
  }
};

/** A number that is right for an attempt that runs under this claim. */
const claimed = (claim: string): number => (claim === 'claim-1' ? 1 : 4);

type Untold = Parameters<Story['tell']>[0];

/** The fact that a move stands for as the plan stands; undefined when the world could not tell such a one now. */
const factOf = (story: Story, { kind, a, b }: Move): Untold | undefined => {
  const { plan } = story;
  if (plan === undefined) return undefined;
  const item = plan.items[a % Math.max(1, plan.items.length)];
  const state = item?.state;
  const claim = `claim-${b % 2}`;
  const pull = state !== undefined && 'pull' in state ? state.pull : undefined;
  switch (kind) {
    case 'prepared':
      return { kind, base: { sha: 'b'.repeat(40), contracts: String(b).padStart(40, 'c') } };
    case 'not-prepared':
      return { kind, why: 'There is no branch.' };
    case 'integrated': {
      if (plan.state.name !== 'integrating') return undefined;
      const { heads, round } = plan.state;
      const members = Object.entries(heads).map(([number, head], index) =>
        (a >> index) % 3 === 0
          ? { item: Number(number), head, held: { kind: 'conflict' as const, with: [], files: ['src/a.ts'] } }
          : { item: Number(number), head, merged: String(round * 100 + index).padStart(40, 'd'), verification: [] },
      );
      return { kind, integration: { round, heads, head: String(round).padStart(40, 'e'), members } };
    }
    case 'stopped':
      return plan.state.name === 'integrating'
        ? a % 2 === 0
          ? { kind: 'integration-moved', round: plan.state.round, found: 'deleted' }
          : { kind: 'integration-refused', round: plan.state.round, message: 'No.' }
        : undefined;
    case 'proposed':
      return plan.integration === undefined
        ? undefined
        : { kind: 'integration-opened', pull: 200 + (b % 2), round: plan.integration.round };
    case 'ended':
      return { kind: 'integration-closed', pull: 200 + (b % 2), merged: a % 4 === 0, by: 'octo-reader' };
    default:
      break;
  }
  if (item === undefined || state === undefined) return undefined;
  const attempt = Math.max(1, item.attempts + (b % 3) - 1);
  const told = { item: item.issue, attempt, claim };
  const done = { ...work(item.issue, attempt), head: headOf(item.issue, attempt) };
  switch (kind) {
    case 'claim':
      return { kind: 'attempt-claimed', ...told };
    case 'step':
      return { kind: 'attempt-stepped', ...told, step: 'guard' };
    case 'end':
      return {
        kind: 'attempt-ended',
        ...told,
        outcome:
          a % 3 > 0 ? { ok: true, work: done } : { ok: false, failure: FAILURES[b % 4] ?? { kind: 'no-changes' } },
      };
    case 'moved':
      return { kind: 'branch-moved', ...told, work: done, found: 'deleted' };
    case 'opened':
      return {
        kind: 'pull-opened',
        item: item.issue,
        head: headOf(item.issue, attempt),
        pull: 100 + item.issue * 10 + attempt,
      };
    case 'refused':
      return { kind: 'pull-refused', item: item.issue, head: headOf(item.issue, attempt), message: 'No.' };
    case 'closed':
      return pull === undefined
        ? undefined
        : { kind: 'pull-closed', item: item.issue, pull, merged: false, by: 'octo-reader' };
    case 'reviewed':
      return pull === undefined || !('work' in state)
        ? undefined
        : { kind, item: item.issue, pull, head: state.work.head, approved: b % 4 > 0 };
    case 'pushed':
      return pull === undefined
        ? undefined
        : {
            kind: 'pushed-by-person',
            item: item.issue,
            head: String(b).padStart(40, 'f'),
            refused: a % 2 === 0 ? [] : [{ path: 'README.md', why: 'outside' }],
            changes: [],
          };
    default:
      return undefined;
  }
};

const PAGE = { serverUrl: 'https://github.test', prompt: () => 'the prompt', defaultAgent: undefined };

const headOf = (item: number, attempt: number): string => `${attempt}${String(item).padStart(39, 'a')}`;

/** What people do to the issues; the next look tells. */
const change = (story: Story, { kind, a, b }: Move): void => {
  const at = a % story.items.length;
  const found = story.items[at];
  if (found === undefined) return;
  const { labelled: _was, ...bare } = found;
  const put = (next: SeenIssue): void => void story.items.splice(at, 1, next);
  if (kind === 'edit') put({ ...found, body: b % 3 === 0 ? 'nothing' : `${found.body}\n<!-- ${b} -->` });
  if (kind === 'unlabel') put({ ...bare, labels: [] });
  if (kind === 'label') put(issue(found.issue, found.body, { open: true }));
  if (kind === 'close') put({ ...found, open: false });
  if (kind === 'vanish' && story.items.length > 2) story.items.splice(at, 1);
  if (kind === 'add' && story.items.length < 6) {
    const number = Math.max(...story.items.map((other) => other.issue)) + 1;
    story.items.push(issue(number, body(`src/new-${number}.ts`)));
  }
  if (kind === 'unlabel-plan' && story.planIssue !== undefined && b % 4 === 0) {
    const { labelled: _on, ...plain } = story.planIssue;
    story.planIssue = { ...plain, labels: [] };
  }
};

const act = (story: Story, chosen: Move): void => {
  const move = chosen.kind === 'go' && story.plan !== undefined ? usual(story.plan, chosen) : chosen;
  if (move.kind === 'say') {
    const on = [1, 2, 3, 4, 5, 122, 200, 999][move.b % 8] ?? 1;
    story.say(VERBS[move.a % VERBS.length] ?? 'start', { on, permission: move.b % 11 === 0 ? 'read' : 'write' });
    return;
  }
  const fact = factOf(story, move);
  if (fact !== undefined) {
    story.tell(fact);
    return;
  }
  change(story, move);
  story.look();
};

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

const RUNS = { numRuns: 100 };

describe('whatever happens in whatever order', { timeout: 60_000 }, () => {
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
