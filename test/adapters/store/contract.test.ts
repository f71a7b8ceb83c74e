import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Claim, Spending } from '#core/types.ts';
import type { Bound, Hold, Store } from '#engine/ports.ts';
import { KINDS, openPlace, type Place } from '../../services/databases.ts';
import { aCommit, aPlan, panel } from './plans.ts';

const claim = (plan: string, pattern: string): Claim => ({ plan, planIssue: 1, item: 2, pattern });
const spending = (id: string, at: string, more: Partial<Spending> = {}): Spending => ({
  id,
  at,
  repository: { id: 1, owner: 'octo', name: 'shop' },
  plan: '1-1',
  item: 2,
  attempt: 1,
  agent: 'claude',
  model: 'claude-sonnet-4-5',
  kind: 'implement',
  tokens: { input: 10, output: 5, cacheRead: 3, cacheWrite: 1 },
  dollars: 0.1,
  ...more,
});
const aHold = (id: string, dollars: number, more: Partial<Hold> = {}): Hold => ({
  id,
  plan: '1-1',
  item: 2,
  attempt: 1,
  dollars,
  ...more,
});
const names = async (store: Store): Promise<readonly string[]> =>
  (await store.outbox(10_000)).map(({ effect }) => effect.name);
const each = <T>(count: number, act: (index: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => act(index)));

describe.each(KINDS)('the %s store', (kind) => {
  let place: Place;
  let store: Store;
  beforeAll(async () => {
    place = await openPlace(kind);
    store = place.database.store;
  });
  afterAll(() => place.stop());
  beforeEach(() => place.clear());

  it('knows nothing of a plan that was never saved', async () => {
    expect(await store.load('1-1')).toBeUndefined();
    expect(await store.plans()).toEqual([]);
    expect(await store.handled('f')).toBe(false);
    expect(await store.claims(1)).toEqual({ version: 0, taken: [] });
    expect(await store.outbox(10)).toEqual([]);
    expect(await store.recall('panel')).toBeUndefined();
  });

  it('gives a plan back as it was saved, with the characters that databases dislike', async () => {
    const plan = aPlan(1, 1, `NUL \0, half a pair \ud800, emoji 👩‍💻, quotes ' " $1 {} \\u0000, line\r\nends`);
    expect(await store.commit(aCommit(plan))).toBe('saved');
    expect(await store.load('1-1')).toEqual({ plan, version: 1 });
    const renamed = { ...plan, title: 'Later' };
    expect(await store.commit(aCommit(renamed, { expected: 1 }))).toBe('saved');
    expect(await store.load('1-1')).toEqual({ plan: renamed, version: 2 });
  });

  it('holds a plan of several megabytes', async () => {
    const plan = aPlan(1, 1, 'Änderung '.repeat(500_000));
    expect(await store.commit(aCommit(plan))).toBe('saved');
    expect((await store.load('1-1'))?.plan.title).toBe(plan.title);
  });

  it('refuses a decision that was made on an older version', async () => {
    const plan = aPlan(1);
    await store.commit(aCommit(plan));
    expect(await store.commit(aCommit(plan))).toBe('conflict');
    expect(await store.commit(aCommit(plan, { expected: 2 }))).toBe('conflict');
    expect(await store.commit(aCommit(aPlan(2), { expected: 1 }))).toBe('conflict');
    expect((await store.load('1-1'))?.version).toBe(1);
    expect(await store.load('1-2')).toBeUndefined();
  });

  it('handles a fact once, and says so even when the version is old too', async () => {
    const plan = aPlan(1);
    expect(await store.commit(aCommit(plan, { facts: ['a', 'b', 'a'] }))).toBe('saved');
    expect([await store.handled('a'), await store.handled('b'), await store.handled('c')]).toEqual([true, true, false]);
    expect(await store.commit(aCommit(plan, { expected: 1, facts: ['c', 'b'] }))).toBe('already');
    expect(await store.commit(aCommit(plan, { facts: ['a'] }))).toBe('already');
    expect(await store.handled('c')).toBe(false);
    expect((await store.load('1-1'))?.version).toBe(1);
  });

  it('does nothing at all when it refuses', async () => {
    await store.commit(aCommit(aPlan(1), { claims: { version: 0, hold: [claim('1-1', 'src/**')] } }));
    const refused = { effects: [panel('x')], facts: ['f'] };
    const hold = [claim('1-2', 'docs/**')];
    expect(await store.commit(aCommit(aPlan(1), { ...refused, claims: { version: 1, hold: [] } }))).toBe('conflict');
    expect(await store.commit(aCommit(aPlan(2), { ...refused, claims: { version: 0, hold } }))).toBe('conflict');
    expect(await store.handled('f')).toBe(false);
    expect(await names(store)).toEqual([]);
    expect(await store.load('1-2')).toBeUndefined();
    expect(await store.claims(1)).toEqual({ version: 1, taken: [claim('1-1', 'src/**')] });
  });

  it('lets a plan change its own claims, and refuses when another plan changed the repository meanwhile', async () => {
    const own = { plan: aPlan(1), other: aPlan(2) };
    await store.commit(aCommit(own.plan, { claims: { version: 0, hold: [claim('1-1', 'src/**')] } }));
    const more = [claim('1-1', 'src/**'), claim('1-1', 'test/**')];
    expect(await store.commit(aCommit(own.plan, { expected: 1, claims: { version: 0, hold: more } }))).toBe('saved');
    expect(await store.claims(1)).toEqual({ version: 2, taken: more });
    const hold = [claim('1-2', 'docs/**')];
    expect(await store.commit(aCommit(own.other, { claims: { version: 1, hold } }))).toBe('conflict');
    expect(await store.commit(aCommit(own.other, { claims: { version: 2, hold } }))).toBe('saved');
    expect(await store.commit(aCommit(own.plan, { expected: 2, claims: { version: 2, hold: [] } }))).toBe('conflict');
    expect(await store.commit(aCommit(own.plan, { expected: 2, claims: { version: 3, hold: [] } }))).toBe('saved');
    expect(await store.claims(1)).toEqual({ version: 4, taken: hold });
    expect(await store.claims(2)).toEqual({ version: 0, taken: [] });
  });

  it('gives a path that 20 plans want at once to exactly one of them', async () => {
    const other = (await place.another()).store;
    const outcomes = await each(20, (index) => {
      const plan = aPlan(index + 1);
      const hold = [claim(plan.id, 'src/**')];
      return (index % 2 ? store : other).commit(aCommit(plan, { claims: { version: 0, hold } }));
    });
    expect(outcomes.filter((outcome) => outcome === 'saved')).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome === 'conflict')).toHaveLength(19);
    expect((await store.claims(1)).taken).toHaveLength(1);
    expect(await store.plans(1)).toHaveLength(1);
  });

  it('saves exactly one of 50 decisions that were made on one version, with its effects and its fact only', async () => {
    const other = (await place.another()).store;
    const outcomes = await each(50, (index) =>
      (index % 2 ? store : other).commit(aCommit(aPlan(1), { effects: [panel(`p${index}`)], facts: [`f${index}`] })),
    );
    const winners = outcomes.flatMap((outcome, index) => (outcome === 'saved' ? [index] : []));
    expect(winners).toHaveLength(1);
    expect(await names(store)).toEqual([`p${winners[0]}`]);
    const handled = await each(50, (index) => store.handled(`f${index}`));
    expect(handled.flatMap((yes, index) => (yes ? [index] : []))).toEqual(winners);
  });

  it('loses none of 50 decisions that are made again after each conflict', async () => {
    const other = (await place.another()).store;
    await store.commit(aCommit(aPlan(1)));
    await each(50, async (index) => {
      const mine = index % 2 ? store : other;
      for (;;) {
        const seen = await mine.load('1-1');
        if (!seen) throw new Error('the plan is gone');
        const next = { ...seen.plan, faults: [...seen.plan.faults, `${index}`] };
        const commit = aCommit(next, { expected: seen.version, effects: [panel(`p${index}`)], facts: [`f${index}`] });
        if ((await mine.commit(commit)) === 'saved') return;
      }
    });
    const seen = await store.load('1-1');
    expect(seen?.version).toBe(51);
    expect(new Set(seen?.plan.faults).size).toBe(50);
    expect(await names(store)).toEqual(seen?.plan.faults.map((index) => `p${index}`));
  });

  it('handles one fact for one plan only, however many want it at once', async () => {
    const outcomes = await each(20, (index) => store.commit(aCommit(aPlan(index + 1), { facts: ['z', 'a'] })));
    expect(outcomes.filter((outcome) => outcome === 'saved')).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome === 'already')).toHaveLength(19);
  });

  it('shows effects in the order of the commits: what is appended later never stands before what was read', async () => {
    const other = (await place.another()).store;
    let read: readonly string[] = [];
    let writing = true;
    const writers = each(200, (index) =>
      (index % 2 ? store : other).commit(
        aCommit(aPlan(index + 1), { effects: [panel(`${index}-a`), panel(`${index}-b`)] }),
      ),
    );
    const reader = async () => {
      while (writing) {
        const now = await names(store);
        expect(now.slice(0, read.length)).toEqual(read);
        read = now;
      }
    };
    const reading = reader();
    await writers;
    writing = false;
    await reading;
    const all = await names(store);
    expect(all).toHaveLength(400);
    expect(all.filter((_, place) => place % 2 === 0).map((name) => name.replace('-a', '-b'))).toEqual(
      all.filter((_, place) => place % 2 === 1),
    );
  });

  it('keeps an effect in the outbox until it is relayed, oldest first', async () => {
    const plan = aPlan(1);
    await store.commit(aCommit(plan, { effects: [panel('z'), panel('a'), panel('m')] }));
    await store.commit(aCommit(plan, { expected: 1, effects: [panel('b'), panel('z')] }));
    expect(await store.outbox(1)).toEqual([{ plan: '1-1', repository: plan.repository, effect: panel('z') }]);
    await store.relayed(['a', 'z', 'unknown']);
    await store.relayed([]);
    expect(await names(store)).toEqual(['m', 'b']);
  });

  it('remembers what was done under a name', async () => {
    await store.record('comment', { id: 12, body: 'NUL \0' });
    await store.record('nothing', undefined);
    await store.record('zero', 0);
    await store.record('zero', [1, 'two']);
    expect(await store.recall('comment')).toEqual({ id: 12, body: 'NUL \0' });
    expect(await store.recall('nothing')).toBeNull();
    expect(await store.recall('zero')).toEqual([1, 'two']);
  });

  it('lists plans of a repository, or all, by number', async () => {
    for (const plan of [aPlan(10, 5), aPlan(9, 5), aPlan(1, 6), aPlan(2, 4_000_000_000)])
      await store.commit(aCommit(plan));
    expect((await store.plans(5)).map((plan) => plan.id)).toEqual(['5-9', '5-10']);
    expect((await store.plans(4_000_000_000)).map((plan) => plan.id)).toEqual(['4000000000-2']);
    expect((await store.plans()).map((plan) => plan.id)).toEqual(['5-9', '5-10', '6-1', '4000000000-2']);
    expect(await store.plans(7)).toEqual([]);
  });

  it('answers a ping', async () => {
    await expect(store.ping()).resolves.toBeUndefined();
  });

  it('keeps each row of the cost ledger once, in order of time, whoever writes it', async () => {
    const early = spending('b', '2025-11-29T23:59:59.999Z', { model: 'Ünpriced \0 \ud800' });
    const late = spending('a', '2025-11-30T12:00:00.000Z', { attempt: 2, estimated: true });
    await store.spend([late, early]);
    const other = await place.another();
    await Promise.all([store.spend([late]), other.store.spend([late, early]), store.spend([])]);
    expect(await store.spendings()).toEqual([early, late]);
    expect(await store.spendings('2025-11-30T00:00:00.000Z')).toEqual([late]);
    expect(await store.spendings('2026-01-01T00:00:00.000Z')).toEqual([]);
  });

  it('sums the cost ledger by attempt, item, plan and day, with nothing lost between writers', async () => {
    expect(await store.spent({ plan: '1-1' })).toBe(0);
    const other = await place.another();
    const at = '2025-11-30T12:00:00.000Z';
    await each(20, (index) =>
      (index % 2 === 0 ? store : other.store).spend([
        spending(`r${index}`, at, {
          item: 2 + (index % 2),
          attempt: 1 + (index % 4 === 0 ? 1 : 0),
          dollars: 0.0000125,
        }),
      ]),
    );
    const { dollars: _, ...unpriced } = spending('u', at);
    await store.spend([unpriced, spending('other', '2025-12-01T00:00:00.000Z', { plan: '1-12', dollars: 7 })]);
    expect(await store.spent({ plan: '1-1' })).toBeCloseTo(20 * 0.0000125, 12);
    expect(await store.spent({ plan: '1-1', item: 2 })).toBeCloseTo(10 * 0.0000125, 12);
    expect(await store.spent({ plan: '1-1', item: 2, attempt: 2 })).toBeCloseTo(5 * 0.0000125, 12);
    expect(await store.spent({ plan: '1-12' })).toBe(7);
    expect(await store.spent({ day: '2025-11-30' })).toBeCloseTo(20 * 0.0000125, 12);
    expect(await store.spent({ day: '2025-12-01' })).toBe(7);
    expect(await store.spent({ day: '2025-12-02' })).toBe(0);
  });

  it('replaces what is recorded only while it is still what was read, whoever else does', async () => {
    expect(await store.swap('pause', { until: 1 }, { until: 2 })).toBe(false);
    expect(await store.recall('pause')).toBeUndefined();
    const other = await place.another();
    const firsts = await each(6, (index) =>
      (index % 2 === 0 ? store : other.store).swap('pause', undefined, { index }),
    );
    expect(firsts.filter(Boolean)).toHaveLength(1);
    await store.record('count', 0);
    const add = async (from: Store): Promise<void> => {
      const before = await from.recall('count');
      if (!(await from.swap('count', before, Number(before) + 1))) await add(from);
    };
    await each(12, (index) => add(index % 2 === 0 ? store : other.store));
    expect(await store.recall('count')).toBe(12);
    expect(await store.swap('count', 11, 13)).toBe(false);
    await store.record('null', undefined);
    expect(await store.swap('null', null, ['Ünpriced \0'])).toBe(true);
    expect(await store.recall('null')).toEqual(['Ünpriced \0']);
  });

  it('sets dollars aside for whoever asks first, and never more than there are', async () => {
    const other = await place.another();
    const taken = await each(40, (index) =>
      (index % 2 === 0 ? store : other.store).hold(
        aHold(`r${index}`, 0.1),
        [{ scope: { plan: '1-1' }, dollars: 1 }],
        60,
      ),
    );
    expect(taken.filter(({ held }) => held)).toHaveLength(10);
    const refused = taken.find(({ held }) => !held);
    expect(refused?.standing).toEqual([{ spent: 0, held: expect.closeTo(1, 9) }]);
    // What is spent is free no more, and not counted twice at any moment.
    const freed = taken.flatMap(({ held }, index) => (held ? [`r${index}`] : []));
    await Promise.all([
      ...freed.map((id) => store.spend([spending(id, '2025-11-30T12:00:00.000Z', { dollars: 0.05 })])),
      ...freed.map(async (_, index) => {
        const { standing } = await other.store.hold(
          aHold(`x${index}`, 9),
          [{ scope: { plan: '1-1' }, dollars: 1 }],
          60,
        );
        const [now] = standing;
        expect((now?.spent ?? 0) + (now?.held ?? 0)).toBeGreaterThanOrEqual(0.5 - 1e-9);
        expect((now?.spent ?? 0) + (now?.held ?? 0)).toBeLessThanOrEqual(1 + 1e-9);
      }),
    ]);
    const after = await store.hold(aHold('last', 0.5), [{ scope: { plan: '1-1' }, dollars: 1 }], 60);
    expect(after).toEqual({ held: true, standing: [{ spent: expect.closeTo(0.5, 9), held: 0 }] });
  });

  it('tells of each budget what is spent and what is set aside for others, and keeps the nearest one that is left', async () => {
    const day = '2025-11-30';
    await store.spend([spending('s', `${day}T12:00:00.000Z`, { dollars: 0.25 })]);
    await store.hold(aHold('sibling', 0.5, { item: 3 }), [], 60);
    await store.hold(aHold('retry', 0.125, { attempt: 2 }), [], 60);
    await store.hold(aHold('stranger', 4, { plan: '2-1' }), [], 60);
    const bounds = (plan: number | undefined): Bound[] => [
      { scope: { plan: '1-1', item: 2, attempt: 1 }, dollars: undefined },
      { scope: { plan: '1-1', item: 2 }, dollars: undefined },
      { scope: { plan: '1-1' }, dollars: plan },
      { scope: { day }, dollars: 50 },
    ];
    const standing = [
      { spent: 0.25, held: 0 },
      { spent: 0.25, held: 0.125 },
      { spent: 0.25, held: 0.625 },
      { spent: 0.25, held: 4.625 },
    ];
    expect(await store.hold(aHold('mine', 1), bounds(1.8), 60)).toEqual({ held: false, standing });
    expect(await store.hold(aHold('mine', 0.9), bounds(1.8), 60)).toEqual({ held: true, standing });
    // One's own is no obstacle to asking for more of it; what does not fit leaves it as it was.
    expect(await store.hold(aHold('mine', 0.925), bounds(1.8), 60)).toEqual({ held: true, standing });
    expect(await store.hold(aHold('mine', 1), bounds(1.8), 60)).toMatchObject({ held: false });
    const seen = await store.hold(aHold('next', 9), bounds(0), 60);
    expect(seen.standing[0]).toEqual({ spent: 0.25, held: 0.925 });
    await store.release(['mine', 'retry', 'never there']);
    await store.release([]);
    expect((await store.hold(aHold('next', 9), bounds(0), 60)).standing[2]).toEqual({ spent: 0.25, held: 0.5 });
  });

  it('frees what a dead worker set aside when its time is over, and not what is kept', async () => {
    const bound: Bound[] = [{ scope: { plan: '1-1' }, dollars: 1 }];
    await store.hold(aHold('dead', 0.4), bound, 1);
    await store.hold(aHold('kept', 0.5), bound, 1);
    await store.keepHolds([aHold('kept', 0.5), aHold('came back', 0.1)], 60);
    await store.keepHolds([], 60);
    await store.spend([spending('over', '2025-11-30T12:00:00.000Z', { dollars: 0.05 })]);
    // A word that comes after the row sets nothing aside.
    await store.keepHolds([aHold('over', 0.3)], 60);
    const held = async () => (await store.hold(aHold('asks', 9), bound, 60)).standing[0]?.held;
    while ((await held()) !== 0.6) await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await store.hold(aHold('next', 0.35), bound, 60)).toMatchObject({ held: true });
  });
});
