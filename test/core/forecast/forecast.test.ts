import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { joined, openPairs } from '#core/forecast/matrix.ts';
import { members } from '#core/forecast/members.ts';
import { faced, opponents, unsure } from '#core/forecast/opponents.ts';
import { type Told, toldNext } from '#core/forecast/told.ts';
import type { Forecast, Plan } from '#core/types.ts';
import { conflictNoteText, forecastSection } from '#core/words/forecast.ts';
import { body, issue, Story, work } from '../journey/story.ts';

const BASE = 'c'.repeat(40);
const ALL = { members: 40, conflicts: 40 };

const planOf = (story: Story): Plan => {
  if (story.plan === undefined) throw new Error('no plan');
  return story.plan;
};
const three = (): Story => new Story([2, 3, 4].map((item) => issue(item, body(`src/${item}.ts`)))).started();
const asked = (story: Story, kind: string): readonly string[] =>
  story.effects.flatMap((effect) => (effect.kind === kind ? ['item' in effect ? `${effect.item}` : effect.name] : []));

/** The forecast that stands for the heads of now. */
const forecastOf = (plan: Plan, conflicts: Forecast['conflicts']): Forecast => ({
  base: BASE,
  ...members(plan),
  conflicts,
});
const foretold = (story: Story, conflicts: Forecast['conflicts']): Story =>
  story.tell({ kind: 'forecast', forecast: forecastOf(planOf(story), conflicts), styles: {} });

const checkpoint = (story: Story, item: number, commit: string): Story =>
  story.tell({ kind: 'attempt-checkpointed', item, attempt: 1, claim: `claim-${item}`, commit });

describe('the forecast of a plan', () => {
  it('is asked for when a head moves and there are two, and not again for the same heads', () => {
    const story = three().propose(2);
    expect(asked(story, 'forecast')).toEqual([]);
    story.claim(3).verify(3);
    expect(asked(story, 'forecast')).toHaveLength(1);
    story.tell({ kind: 'pull-opened', item: 3, head: work(3, 1).head, pull: 103 });
    expect(asked(story, 'forecast')).toEqual([]);
    foretold(story, []);
    expect(asked(story, 'forecast')).toEqual([]);
    story.tell({ kind: 'pushed-by-person', item: 3, head: 'f'.repeat(40), refused: [], changes: [] });
    expect(asked(story, 'forecast')).toHaveLength(1);
  });

  it('takes in what running agents have, once in ten seconds, and marks it', () => {
    const story = three().propose(2).claim(3);
    checkpoint(story, 3, '1'.repeat(40));
    const [effect] = story.effects.filter(({ kind }) => kind === 'forecast');
    expect(effect).toMatchObject({ since: expect.any(String), name: expect.stringMatching(/-forecast-at-\d+$/) });
    expect(members(planOf(story))).toMatchObject({ provisional: [3], heads: { 3: '1'.repeat(40) } });
    foretold(story, [{ a: 2, b: 3, files: ['src/x.ts'] }]);
    expect(asked(story, 'conflict-note')).toEqual([]);
    const text = forecastSection(planOf(story), ALL);
    expect(text).toContain('| **#3 🔄** | ✗ | · |');
    expect(text).toContain('- ✗ #2 × #3 (provisional): `src/x.ts`');
  });

  it('says a conflict on both pull requests when both are there, once, and again when it came back', () => {
    const story = three().propose(2).claim(3).verify(3);
    foretold(story, [{ a: 2, b: 3, files: ['src/x.ts'] }]);
    expect(asked(story, 'conflict-note')).toEqual([]);
    story.tell({ kind: 'pull-opened', item: 3, head: work(3, 1).head, pull: 103 });
    expect(asked(story, 'conflict-note')).toEqual(['2', '3']);
    expect(conflictNoteText(planOf(story), 2)).toContain('#3 (pull request #103): `src/x.ts`');
    // It moves and still conflicts, in other files.
    story.tell({ kind: 'pushed-by-person', item: 3, head: 'f'.repeat(40), refused: [], changes: [] });
    foretold(story, [{ a: 2, b: 3, files: ['src/y.ts'] }]);
    expect(asked(story, 'conflict-note')).toEqual([]);
    story.tell({ kind: 'pushed-by-person', item: 3, head: 'e'.repeat(40), refused: [], changes: [] });
    foretold(story, []);
    expect(asked(story, 'conflict-note')).toEqual(['2', '3']);
    expect(conflictNoteText(planOf(story), 2)).toContain('are gone');
    story.tell({ kind: 'pushed-by-person', item: 3, head: 'f'.repeat(40), refused: [], changes: [] });
    foretold(story, [{ a: 2, b: 3, files: ['src/x.ts'] }]);
    expect(asked(story, 'conflict-note')).toEqual(['2', '3']);
  });

  it('is made anew where members land one by one and the default branch moved', () => {
    const story = new Story(
      [2, 3].map((item) => issue(item, body(`src/${item}.ts`))),
      {
        settings: { strategy: 'direct' },
      },
    ).started();
    story.propose(2).propose(3);
    story.tell({
      kind: 'forecast',
      forecast: { base: 'b'.repeat(40), ...members(planOf(story)), conflicts: [] },
      styles: {},
    });
    story.look();
    expect(asked(story, 'forecast')).toEqual([]);
    const snapshot = story.snapshot();
    const base = { sha: 'd'.repeat(40), paths: new Set<string>(), read: {} };
    story.tell({ kind: 'seen', snapshot: { ...snapshot, base }, because: 'told' });
    expect(asked(story, 'forecast')).toHaveLength(1);
  });

  it('of a plan with an integration branch stays with the base that the plan began from', () => {
    const story = foretold(three().propose(2).propose(3), []);
    const base = { sha: 'd'.repeat(40), paths: new Set<string>(), read: {} };
    story.tell({ kind: 'seen', snapshot: { ...story.snapshot(), base }, because: 'told' });
    expect(asked(story, 'forecast')).toEqual([]);
  });

  it('keeps a member while an agent goes on with it, and says nothing on pull requests meanwhile', () => {
    const story = foretold(three().propose(2).propose(3), [{ a: 2, b: 3, files: ['src/x.ts'] }]);
    const plan = planOf(story);
    const fixing = (checkpoint: { checkpoint?: string }): Plan => ({
      ...plan,
      items: plan.items.map((item) =>
        item.issue === 2
          ? {
              ...item,
              state: {
                name: 'running',
                attempt: 2,
                claim: 'c',
                step: 'implement',
                startedAt: '2026-01-01T00:00:00.000Z',
                fix: { by: 'mona', at: '2026-01-01T00:00:00.000Z', text: '', work: work(2, 1), pull: 102 },
                ...checkpoint,
              },
            }
          : item,
      ),
    });
    expect(members(fixing({}))).toEqual(members(plan));
    expect(opponents(fixing({}), 3)).toHaveLength(1);
    const now = fixing({ checkpoint: '7'.repeat(40) });
    expect(members(now)).toMatchObject({ provisional: [2], heads: { 2: '7'.repeat(40) } });
    const seen = { ...now, forecast: forecastOf(now, [{ a: 2, b: 3, files: ['src/x.ts'] }]) };
    expect(opponents(seen, 3)).toEqual([]);
    expect(opponents(seen, 2)).toEqual([]);
    expect([...unsure(seen, 3)]).toEqual(['2']);
  });

  it('does not go back behind a newer one', () => {
    const story = three().propose(2).propose(3);
    const old = forecastOf(planOf(story), [{ a: 2, b: 3, files: [] }]);
    story.tell({ kind: 'pushed-by-person', item: 3, head: 'f'.repeat(40), refused: [], changes: [] });
    foretold(story, []);
    story.tell({ kind: 'forecast', forecast: old, styles: {} });
    expect(planOf(story).forecast?.conflicts).toEqual([]);
  });

  it('forgets a member that left', () => {
    const story = three().propose(2).propose(3).propose(4);
    foretold(story, [
      { a: 2, b: 3, files: ['src/x.ts'] },
      { a: 2, b: 4, files: ['src/y.ts'] },
    ]);
    story.tell({ kind: 'pull-closed', item: 3, pull: 103, merged: false, by: 'mona' });
    expect(asked(story, 'conflict-note')).toEqual(['2']);
    expect(opponents(planOf(story), 2).map((one) => one.with)).toEqual([{ item: 4, pull: 104 }]);
    expect(forecastSection(planOf(story), ALL)).not.toContain('#3');
  });

  it('names who does not go with the base, and blames nobody else', () => {
    const story = three().propose(2).propose(3).propose(4);
    foretold(story, [{ a: 3, b: 'base', files: ['README.md'], reason: 'it conflicts with the base' }]);
    const text = forecastSection(planOf(story), ALL);
    expect(text).toContain('| | base | #2 | #3 | #4 |');
    expect(text).toContain('| **#2** | ✓ | · | ? | ✓ |');
    expect(text).toContain('| **#3** | ✗ | ? | · | ? |');
    expect(text).toContain('- ✗ #3 × the base: `README.md`');
    expect(opponents(planOf(story), 3)).toMatchObject([{ with: 'base' }]);
    expect(opponents(planOf(story), 2)).toEqual([]);
  });

  it('shows what the app settles by rule with a sign of its own, below what needs people, and on no pull request', () => {
    const story = three().propose(2).propose(3).propose(4);
    foretold(story, [
      { a: 2, b: 3, files: ['package-lock.json'], byRule: true },
      { a: 3, b: 4, files: ['src/x.ts'] },
    ]);
    expect(asked(story, 'conflict-note')).toEqual(['3', '4']);
    expect(opponents(planOf(story), 2)).toEqual([]);
    expect(opponents(planOf(story), 3).map(({ with: other }) => other)).toEqual([{ item: 4, pull: 104 }]);
    const text = forecastSection(planOf(story), ALL);
    expect(text).toContain('3 pairs: ✗ **1 conflict**, ≈ 1 by rule');
    expect(text).toContain('| **#3** | ≈ | · | ✗ |');
    expect(text.indexOf('- ✗ #3 × #4')).toBeLessThan(text.indexOf('- ≈ #2 × #3: `package-lock.json`'));
    expect(text).toContain('≈ git alone does not merge the two');
    // It became a person's: said, as any new conflict is.
    foretold(story, [{ a: 2, b: 3, files: ['package.json'] }]);
    expect(asked(story, 'conflict-note')).toEqual(['2', '3', '4']);
    foretold(story, [{ a: 2, b: 'base', files: ['package.json'], byRule: true }]);
    const based = forecastSection(planOf(story), ALL);
    expect(based).toContain('3 pairs: ✓ all merge, ≈ 1 by rule');
    expect(based).toContain('| **#2** | ≈ | · | ? | ? |');
  });

  it('shows forty members who are all in each other’s way below any limit, and hostile names tamely', () => {
    const items = Array.from({ length: 40 }, (_, at) => at + 2);
    const story = new Story(items.map((item) => issue(item, body(`src/${item}.ts`)))).started();
    for (const item of items) story.propose(item);
    const evil = '`|@octocat closes #1\n</details>';
    const conflicts = items.flatMap((a) =>
      items.filter((b) => b > a).map((b) => ({ a, b, files: Array(12).fill(evil), more: 40, reason: evil })),
    );
    foretold(story, conflicts);
    const text = forecastSection(planOf(story), { members: 40, conflicts: 20 });
    expect(text.length).toBeLessThan(50_000);
    expect(text).toContain('780 pairs: ✗ **780 conflicts**');
    expect(text).toContain('- … and 760 more');
    const outside = text.replace(/```text[\s\S]*?```/, '').replace(/(`+)[^`][\s\S]*?[^`]?\1(?!`)/g, '');
    expect(outside).not.toMatch(/@octocat|closes #1/);
    expect(outside.match(/<\/?details>/g)).toEqual(['<details>', '</details>']);
    expect(text).toMatch(/^41 {2}(?:✗ ){39} /m);
    expect(forecastSection(planOf(story), { members: 12, conflicts: 10 })).not.toContain('```');
    expect(conflictNoteText(planOf(story), 2).length).toBeLessThan(65_536);
  });
});

describe('what a pull request is told', () => {
  const NONE: ReadonlySet<string> = new Set();
  /** What is told of one moment after the other. */
  const after = (...moments: Readonly<Record<string, string>>[]): Told | undefined =>
    moments.reduce<Told | undefined>((told, now) => toldNext(told, now, NONE) ?? told, undefined);

  it('is one comment for a conflict, whoever joins it, until nobody is in the way', () => {
    expect(after({})).toBeUndefined();
    expect(after({ 3: 'a' }, { 3: 'b', 4: 'c' })).toMatchObject({ notes: 1, names: ['3', '4'] });
    expect(after({ 3: 'a' }, {})).toMatchObject({ notes: 1, names: [] });
  });

  it('is a new comment for what comes back with other heads, or comes when all was well', () => {
    expect(after({ 3: 'a' }, {}, { 3: 'b' })).toEqual({ notes: 2, names: ['3'], seen: { 3: 'b' } });
    expect(after({ 3: 'a' }, {}, { 4: 'b' })).toMatchObject({ notes: 2, names: ['4'] });
    // Another still stands in the way: the comment that names it is over.
    expect(after({ 3: 'a', 4: 'b' }, { 4: 'b' }, { 3: 'c', 4: 'b' })).toMatchObject({ notes: 2, over: 1 });
    expect(after({ 3: 'a' }, {}, { 3: 'b' }, {}, { 3: 'c' })).toMatchObject({ notes: 3, names: ['3'] });
  });

  it('is no new comment for the very heads that were told of, nor for a change that never ends', () => {
    expect(after({ 3: 'a' }, {}, { 3: 'a' })).toMatchObject({ notes: 1, names: ['3'] });
    const forever = Array.from({ length: 80 }, (_, at): Record<string, string> => (at % 2 === 0 ? { 3: `${at}` } : {}));
    expect(after(...forever)).toMatchObject({ notes: 10 });
  });

  it('stays what it is while an agent goes on with one of the two, and is asked for when that is over', () => {
    const told = after({ 3: 'a' });
    expect(toldNext(told, {}, new Set(['3']))).toBeUndefined();
    expect(toldNext(told, { 4: 'b' }, new Set(['3']))).toMatchObject({ notes: 1, names: ['4', '3'] });
    const story = foretold(three().propose(2).propose(3), [{ a: 2, b: 3, files: ['src/x.ts'] }]);
    story.say('fix', { on: 2 });
    expect(asked(story, 'conflict-note')).toEqual([]);
    story.claim(2);
    story.tell({ kind: 'attempt-checkpointed', item: 2, attempt: 2, claim: 'claim-2', commit: '7'.repeat(40) });
    foretold(story, [{ a: 2, b: 3, files: ['src/x.ts'] }]);
    expect(asked(story, 'conflict-note')).toEqual([]);
    foretold(story, []);
    expect(asked(story, 'conflict-note')).toEqual(['2', '3']);
  });

  it('names the heads between which a conflict is', () => {
    const story = foretold(three().propose(2).propose(3), [{ a: 2, b: 3, files: ['src/x.ts'] }]);
    expect(faced(planOf(story), 2)).toEqual({ 3: `${work(2, 1).head} ${work(3, 1).head}` });
  });
});

describe('the matrix', () => {
  /** What really conflicts: two heads whose sum is a multiple of three, or nearly, as the base is. */
  const outcome = (a: string, b: string, base: string) =>
    (Number(a) + Number(b) + base.charCodeAt(0)) % 3 === 0
      ? ({ clean: false, files: [`${a}-${b}`] } as const)
      : ({ clean: true } as const);
  const heads = fc.dictionary(fc.constantFrom('2', '3', '4', '5', '6'), fc.constantFrom('1', '2', '3', '4'));

  it('made row by row is the one made at once, and asks for no pair twice', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(heads, fc.constantFrom('x', 'y')), { minLength: 1, maxLength: 6 }), (moments) => {
        let known: Forecast | undefined;
        for (const [now, base] of moments) {
          const standing = { heads: now as Record<number, string>, provisional: [] };
          const answers = (from: Forecast | undefined) =>
            openPairs(from, base, standing).map(
              (pair) => [pair, outcome(standing.heads[pair[0]] ?? '', standing.heads[pair[1]] ?? '', base)] as const,
            );
          const asking = openPairs(known, base, standing);
          if (known?.base === base)
            for (const [a, b] of asking)
              expect(known.heads[a] !== standing.heads[a] || known.heads[b] !== standing.heads[b]).toBe(true);
          known = joined(known, base, standing, answers(known));
          expect(known).toEqual(joined(undefined, base, standing, answers(undefined)));
        }
      }),
      { numRuns: 200 },
    );
  });

  it('leaves out a checkpoint that stands on another machine, and keeps a broken head as what it is', () => {
    const standing = { heads: { 2: 'a', 3: 'b', 4: 'd' }, provisional: [3] };
    const broken = (head: string) =>
      ({ clean: false, files: [], reason: 'gone', blame: { head, broken: true } }) as const;
    const made = joined(undefined, BASE, standing, [
      [[2, 3], broken('b')],
      [[2, 4], broken('d')],
      [[3, 4], broken('d')],
    ]);
    expect(made.heads).toEqual({ 2: 'a', 4: 'd' });
    expect(made.provisional).toEqual([]);
    expect(made.conflicts).toEqual([{ a: 4, b: 'base', files: [], reason: 'gone' }]);
  });
});
