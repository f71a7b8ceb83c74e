import { describe, expect, it } from 'vitest';
import { comesAfter } from '#core/integrate/chain-order.ts';
import type { Policy } from '#core/types.ts';
import { buildChain, type Chain } from '#engine/integrate/chain.ts';
import { isMerged, type Member } from '#engine/integrate/member.ts';
import { type Chance, chanceOf } from '../../fuzz/chance.ts';
import { type Model, membersOf, modelSite } from './model-site.ts';

const BASE = { commit: 'base', tree: 'base' };
const GREEN: Model = { conflicts: [], red: [], flaky: () => false, slots: 3 };

const chainOf = (model: Partial<Model>, members: readonly Member[], policy: Policy = 'each') => {
  const world = modelSite({ ...GREEN, ...model });
  const chain = buildChain(world.site(), { base: BASE, members, out: [], policy });
  return { ...world, chain };
};

/** Made-up plans of each kind. */
const RUNS = Number(process.env['FORKJOIN_RUNS'] ?? 400);

/** Each member with what became of it: `ok`, or why it is held and with whom. */
const told = ({ outcomes }: Chain): string[] =>
  outcomes.map((one) =>
    isMerged(one)
      ? `${one.member.name} ok`
      : `${one.member.name} ${one.held.reason}${one.held.reason === 'conflict' && one.held.base ? ' base' : ''} ${one.held.with.join(' ')}`.trim(),
  );

const independent = (...names: string[]) => membersOf(Object.fromEntries(names.map((name) => [name, []])));

describe('a chain', () => {
  it('asks about the tip alone when all is well under the policy tip, and about every prefix under each', async () => {
    const tip = chainOf({}, independent('a', 'b', 'c', 'd'), 'tip');
    await tip.chain;
    expect([...tip.runs.keys()]).toEqual(['base', 'base+a+b+c+d']);
    const each = chainOf({}, independent('a', 'b', 'c', 'd'));
    await each.chain;
    expect(each.runs.size).toBe(5);
    expect(each.seen.most).toBe(3);
  });

  it('asks about few prefixes of forty when one is to blame under the policy tip', async () => {
    const names = Array.from({ length: 40 }, (_, n) => `m${n}`);
    const { chain, runs } = chainOf({ red: [['m23']] }, independent(...names), 'tip');
    expect(told(await chain)).toContain('m23 verify-failed');
    // Base, tip, six halves, m23 alone, the new tip.
    expect(runs.size).toBeLessThanOrEqual(10);
  });

  it('asks about nothing that it asked before, and begins where a member changed', async () => {
    const members = independent('a', 'b', 'c', 'd');
    const { chain, site, runs } = chainOf({ red: [['c']] }, members);
    const first = await chain;
    const before = new Map(runs);
    const again = await buildChain(site(), { base: BASE, members, out: [], policy: 'each' });
    expect(told(again)).toEqual(told(first));
    expect(runs).toEqual(before);
    const pushed = members.map((member) => (member.name === 'd' ? { ...member, head: 'd2' } : member));
    await buildChain(site(), { base: BASE, members: pushed, out: [], policy: 'each' });
    // `d` may have run behind `c` before it was known to be red.
    const fresh = [...runs.keys()].filter((tree) => !before.has(tree) && tree !== 'base+a+b+c+d2');
    expect(fresh).toEqual(['base+a+b+d2']);
  });

  it('asks again about what failed when a person asks, and about nothing else', async () => {
    const members = independent('a', 'b');
    const { chain, site, runs } = chainOf({ red: [['b']] }, members);
    await chain;
    const before = new Map(runs);
    await buildChain(site(true), { base: BASE, members, out: [], policy: 'each' });
    const more = [...runs].filter(([tree, count]) => count > (before.get(tree) ?? 0)).map(([tree]) => tree);
    expect(more.sort()).toEqual(['base+a+b', 'base+b']);
  });

  it('asks again about what was ended for its time only once it may take longer', async () => {
    const { site } = modelSite(GREEN);
    let ended = 0;
    const within = async (most: number): Promise<string[]> => {
      const { verifier, ...rest } = site();
      if (verifier === undefined) throw new Error('The model verifies.');
      const slow: typeof verifier.run = async (commit, minutes, signal) => {
        if (!commit.endsWith('a+b')) return verifier.run(commit, minutes, signal);
        if (minutes >= 1) return [{ command: 'test', ok: true, status: 0, tail: '', seconds: 40 }];
        ended += 1;
        return [{ command: 'test', ok: false, why: 'ended', tail: '', seconds: minutes * 60 }];
      };
      const verified = { ...rest, verifier: { ...verifier, minutes: most, run: slow } };
      return told(await buildChain(verified, { base: BASE, members: independent('a', 'b'), out: [], policy: 'each' }));
    };
    expect(await within(0.1)).toEqual(['a ok', 'b verify-failed a']);
    const before = ended;
    expect(await within(0.1)).toEqual(['a ok', 'b verify-failed a']);
    expect([before > 0, ended]).toEqual([true, before]);
    expect(await within(1)).toEqual(['a ok', 'b ok']);
  });

  it('asks once more where it could not be asked, and then blames nobody and keeps nothing', async () => {
    const members = independent('a', 'b', 'c');
    const once = chainOf({ unasked: { tree: 'base+a+b', times: 1 } }, members);
    expect(told(await once.chain)).toEqual(['a ok', 'b ok', 'c ok']);
    for (const policy of ['each', 'tip'] as const) {
      const tree = policy === 'each' ? 'base+a+b' : 'base+a+b+c';
      const { chain, site } = chainOf({ unasked: { tree, times: 2 } }, members, policy);
      await expect(chain).rejects.toThrow('cannot be run: the disk is full');
      const later = await buildChain(site(), { base: BASE, members, out: [], policy });
      expect(told(later)).toEqual(['a ok', 'b ok', 'c ok']);
    }
  });

  it('gives up with the round when it is aborted', async () => {
    const stop = new AbortController();
    const { site } = modelSite(GREEN);
    const chain = buildChain(site(false, stop.signal), {
      base: BASE,
      members: independent('a', 'b'),
      out: [],
      policy: 'each',
    });
    stop.abort(new Error('the worker is shutting down'));
    await expect(chain).rejects.toThrow('shutting down');
  });

  it.each(['each', 'tip'] as const)('tells rightly whatever is wrong with its members, under %s', async (policy) => {
    for (let seed = 0; seed < RUNS; seed += 1) {
      const { model, members } = madeUp(chanceOf(seed));
      const { chain, runs, seen } = chainOf(model, members, policy);
      const { outcomes } = await chain;
      expect([seed, ...outcomes.map((one) => verdictOn(model, members, outcomes, one))]).toEqual([
        seed,
        ...outcomes.map(() => 'right'),
      ]);
      expect([seed, outcomes.map((one) => one.member.name)]).toEqual([seed, members.map(({ name }) => name)]);
      expect([seed, Math.max(...runs.values()) <= 2, seen.most <= model.slots, seen.crowdedSecond]).toEqual([
        seed,
        true,
        true,
        false,
      ]);
    }
  });

  it('comes to the same under both policies', async () => {
    for (let seed = 1000; seed < 1000 + RUNS / 2; seed += 1) {
      const { model, members } = madeUp(chanceOf(seed));
      const [each, tip] = await Promise.all(
        (['each', 'tip'] as const).map((policy) => chainOf(model, members, policy).chain),
      );
      expect([seed, each === undefined ? [] : told(each)]).toEqual([seed, tip === undefined ? [] : told(tip)]);
    }
  });
});

/** A made-up plan: some members need others, some conflict, some fail, alone or together; some tests are flaky. */
const madeUp = (chance: Chance): { model: Model; members: Member[] } => {
  const names = Array.from({ length: 2 + chance.below(8) }, (_, n) => `m${n}`);
  const crowd = (most: number): string[] =>
    [...new Set(Array.from({ length: 1 + chance.below(most) }, () => chance.one(names)))].sort();
  const members = membersOf(
    Object.fromEntries(
      names.map((name, at) => [name, at > 0 && chance.once(4) ? [chance.one(names.slice(0, at))] : []]),
    ),
  );
  const flakes = chance.below(3);
  return {
    members,
    model: {
      conflicts: Array.from({ length: chance.below(3) }, () => crowd(3)),
      red: Array.from({ length: chance.below(3) }, () => crowd(3)),
      flaky: (tree) => flakes > 0 && (tree.length * 7 + names.length) % 3 < flakes,
      slots: 1 + chance.below(4),
    },
  };
};

/** `right`, or what is wrong with what was told of a member, judged from the model alone. */
const verdictOn = (
  model: Model,
  members: readonly Member[],
  outcomes: Chain['outcomes'],
  outcome: Chain['outcomes'][number],
): string => {
  const before = outcomes.slice(0, outcomes.indexOf(outcome));
  const merged = before.filter(isMerged).map(({ member }) => member.name);
  const { name } = outcome.member;
  const needs = [...comesAfter(members, outcome.member)];
  const withAll = (some: readonly string[]): readonly string[] => {
    const all = [...some, name].flatMap((one) => {
      const member = members.find((other) => other.name === one);
      return member === undefined ? [] : [one, ...comesAfter(members, member)];
    });
    return [...new Set(all)];
  };
  const hit = (crowds: Model['red'], present: readonly string[]) =>
    crowds.some((one) => one.every((other) => present.includes(other)));
  const missing = needs.filter((need) => !merged.includes(need));
  if (missing.length > 0)
    return 'held' in outcome && outcome.held.reason === 'dependency-held' ? 'right' : `${name} needs ${missing.join()}`;
  const conflicts = hit(model.conflicts, [...merged, name]);
  if (conflicts)
    return 'held' in outcome && outcome.held.reason === 'conflict' && namesConflict(model, outcome.held, name)
      ? 'right'
      : `${name} conflicts`;
  if (!hit(model.red, [...merged, name])) return isMerged(outcome) ? 'right' : `${name} is green`;
  if (!('held' in outcome) || outcome.held.reason !== 'verify-failed') return `${name} is red`;
  const accused = outcome.held.with;
  if (!hit(model.red, withAll(accused))) return `${name} is not red with ${accused.join()}`;
  const spare = accused.find((one) => hit(model.red, withAll(accused.filter((other) => other !== one))));
  return spare === undefined ? 'right' : `${spare} is innocent of ${name}`;
};

/** Does a conflict name somebody of a crowd that is in its way, or the base where it conflicts alone? */
const namesConflict = (
  model: Model,
  held: { readonly with: readonly string[]; readonly base: boolean },
  name: string,
): boolean => {
  if (model.conflicts.some((crowd) => crowd.every((one) => one === name))) return held.base;
  const mine = model.conflicts.filter((crowd) => crowd.includes(name));
  return !held.base && held.with.length > 0 && mine.some((crowd) => held.with.some((one) => crowd.includes(one)));
};
