import fc from 'fast-check';
import { expect, test } from 'vitest';
import { chainFaults } from '#core/integrate/lost.ts';
import type { ChainRecord, Difference, Link, TreeEntry } from '#core/types.ts';
import { worked } from '../../services/worked.ts';

type Tree = Readonly<Record<string, string>>;

const entry = (content: string | undefined): TreeEntry | undefined =>
  content === undefined
    ? undefined
    : { mode: content.startsWith('!') ? '100755' : '100644', blob: content.replace('!', '') };

const differences = (from: Tree, to: Tree): Difference[] =>
  [...new Set([...Object.keys(from), ...Object.keys(to)])].flatMap((path) => {
    const [before, after] = [entry(from[path]), entry(to[path])];
    if (before?.mode === after?.mode && before?.blob === after?.blob) return [];
    return [{ path, ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) }];
  });

/** A chain on `base`: each member's tree, and the tree that its merge is said to have. */
const chain = (base: Tree, members: readonly (readonly [head: Tree, result: Tree])[]): ChainRecord => {
  const links: Link[] = members.map(([head, result], at) => ({
    head: `head${at}`,
    commit: `merge${at}`,
    changed: differences(base, head),
    brought: differences(members[at - 1]?.[1] ?? base, result),
    unsettled: [],
  }));
  return { tree: 'tree', onBase: true, links, absent: [] };
};

test('each member carries its changes, deletions and modes into the chain', () => {
  const base = { a: '1', b: '1', c: '1', d: '1' };
  const record = chain(base, [
    [
      { a: '2', b: '1', c: '1', d: '1' },
      { a: '2', b: '1', c: '1', d: '1' },
    ],
    [
      { a: '1', c: '1', d: '1', e: '5' },
      { a: '2', c: '1', d: '1', e: '5' },
    ],
    [
      { a: '1', b: '1', c: '!1', d: '1' },
      { a: '2', c: '!1', d: '1', e: '5' },
    ],
  ]);
  expect(chainFaults(record, { tested: 'tree' })).toEqual([]);
});

test('a dropped file, a file that came back, an old mode and a change of nobody are named with what should stand there', () => {
  const base = { a: '1', b: '1', c: '1', d: '1' };
  const record = chain(base, [
    [
      { a: '1', b: '1', c: '1', d: '1', new: '5' },
      { a: '1', b: '1', c: '1', d: '1' },
    ],
    [{ a: '1', c: '1', d: '1' }, base],
    [{ a: '1', b: '1', c: '!1', d: '1' }, base],
    [
      { ...base, e: '1' },
      { ...base, e: '1', d: '9' },
    ],
  ]);
  const file = (mode: string, blob: string) => ({ mode, blob });
  expect(chainFaults(record)).toEqual([
    { kind: 'path', head: 'head0', path: 'new', expected: file('100644', '5') },
    { kind: 'path', head: 'head1', path: 'b', found: file('100644', '1') },
    { kind: 'path', head: 'head2', path: 'c', expected: file('100755', '1'), found: file('100644', '1') },
    { kind: 'path', head: 'head3', path: 'd', expected: file('100644', '1'), found: file('100644', '9') },
  ]);
});

test('what an earlier member brought is lost by the merge that lost it', () => {
  const base = { a: '1', b: '1' };
  const record = chain(base, [
    [
      { a: '2', b: '1', n: '1' },
      { a: '2', b: '1', n: '1' },
    ],
    [
      { a: '1', b: '2' },
      { a: '1', b: '2' },
    ],
  ]);
  expect(chainFaults(record).map((fault) => fault.kind === 'path' && [fault.head, fault.path])).toEqual([
    ['head1', 'a'],
    ['head1', 'n'],
  ]);
});

test('a change to a file that another member renamed is merged there, whoever came first', () => {
  const base = { old: '1', other: '1' };
  const renamed = { new: '1', other: '1' };
  const changed = { old: '2', other: '1' };
  const together = { new: '2', other: '1' };
  expect(
    chainFaults(
      chain(base, [
        [renamed, renamed],
        [changed, together],
      ]),
    ),
  ).toEqual([]);
  expect(
    chainFaults(
      chain(base, [
        [changed, changed],
        [renamed, together],
      ]),
    ),
  ).toEqual([]);
  // Renamed and edited in one go: which content is right only git can say, that the file is there we can.
  const rewritten = { new: '1b', other: '1' };
  expect(
    chainFaults(
      chain(base, [
        [rewritten, rewritten],
        [changed, { new: 'merged', other: '1' }],
      ]),
    ),
  ).toEqual([]);
  expect(
    chainFaults(
      chain(base, [
        [rewritten, rewritten],
        [changed, { other: '1' }],
      ]),
    ),
  ).toMatchObject([{ path: 'new' }]);
  // The rename kept, the change gone.
  for (const members of [
    [
      [renamed, renamed],
      [changed, renamed],
    ],
    [
      [changed, changed],
      [renamed, renamed],
    ],
  ] as const)
    expect(chainFaults(chain(base, members))).toEqual([
      {
        kind: 'path',
        head: 'head1',
        path: 'new',
        expected: { mode: '100644', blob: '2' },
        found: { mode: '100644', blob: '1' },
      },
    ]);
});

test('a renamed file may be merged with one that the other side added under its new name', () => {
  const base = { old: '1', other: '1' };
  const first = { old: '2', other: '1', new: '' };
  const second = { new: '1', other: '1' };
  const result = { new: '2', other: '1' };
  expect(
    chainFaults(
      chain(base, [
        [first, first],
        [second, result],
      ]),
    ),
  ).toEqual([]);
});

test('a change to a file that another member took away for good does not vanish', () => {
  const base = { old: '1', other: '1' };
  const record = chain(base, [
    [{ other: '1' }, { other: '1' }],
    [{ old: '2', other: '1' }, { other: '1' }],
  ]);
  expect(chainFaults(record)).toEqual([
    { kind: 'path', head: 'head1', path: 'old', expected: { mode: '100644', blob: '2' } },
  ]);
});

test('what a resolver wrote is its own, of that merge alone', () => {
  const base = { lock: '1', a: '1' };
  const record = chain(base, [
    [
      { lock: '1', a: '2' },
      { lock: '9', a: '2' },
    ],
    [
      { lock: '1', a: '1', b: '1' },
      { lock: '1', a: '2', b: '1' },
    ],
  ]);
  const owned = (commit: string, path: string) => commit === 'merge0' && path === 'lock';
  expect(chainFaults(record, { owned })).toMatchObject([{ head: 'head1', path: 'lock' }]);
});

test('a file that a resolver wrote under a new name does not explain what became of another renamed one', () => {
  const record = chain({ 'app/lock': '1', 'app/manifest': '1' }, [
    [
      { 'web/lock': '2', 'web/manifest': '2' },
      { 'web/lock': '2', 'web/manifest': '2' },
    ],
    // The manifest is merged with the renamed one, the lock file is made again.
    [
      { 'app/lock': '1', 'app/manifest': '3' },
      { 'web/lock': '4', 'web/manifest': '23' },
    ],
  ]);
  expect(chainFaults(record)).toHaveLength(1);
  expect(chainFaults(record, { owned: (commit, path) => commit === 'merge1' && path === 'web/lock' })).toEqual([]);
});

test('another tree than the tested one, another base and a missing head are faults', () => {
  const record = { ...chain({}, []), onBase: false, absent: ['abc'] };
  expect(chainFaults(record, { tested: 'other' })).toEqual([
    { kind: 'base' },
    { kind: 'tree', tested: 'other', found: 'tree' },
    { kind: 'head', head: 'abc' },
  ]);
});

const path = fc.constantFrom('a', 'b', 'c/d', 'c/e', 'f');
const tree = fc.dictionary(path, fc.constantFrom('1', '2', '!1', '3'), { noNullPrototype: true });

/** Path by path over whole trees: what stands at a path that only one member made something else of. */
const merged = (base: Tree, heads: readonly Tree[]): Tree => {
  const result: Record<string, string> = {};
  for (const one of ['a', 'b', 'c/d', 'c/e', 'f']) {
    const said = heads.map((head) => head[one]).filter((content) => content !== base[one]);
    const content = said.length === 0 ? base[one] : said[0];
    if (content !== undefined) result[one] = content;
  }
  return result;
};

test('of random chains in which no two members change one path, exactly the spoiled paths are found', () => {
  fc.assert(
    fc.property(
      tree,
      fc.array(tree, { minLength: 1, maxLength: 5 }),
      path,
      fc.option(fc.constantFrom('1', '8')),
      (base, wild, spoiled, content) => {
        // Each path is changed by one member at most, and no file goes while others come: no rename to think of.
        const heads = wild.map((head, at) =>
          Object.fromEntries(
            [...'ab', 'c/d', 'c/e', 'f'].flatMap((one, place) => {
              const mine = place % wild.length === at && head[one] !== undefined ? head[one] : base[one];
              return mine === undefined ? [] : [[one, mine]];
            }),
          ),
        );
        const results = heads.map((_, at) => merged(base, heads.slice(0, at + 1)));
        expect(
          chainFaults(
            chain(
              base,
              heads.map((head, at) => [head, results[at] ?? {}] as const),
            ),
          ),
        ).toEqual([]);
        const { [spoiled]: before, ...rest } = results.at(-1) ?? {};
        const last = content === null ? rest : { ...rest, [spoiled]: content };
        const faults = chainFaults(
          chain(
            base,
            heads.map((head, at) => [head, at === heads.length - 1 ? last : (results[at] ?? {})] as const),
          ),
        );
        expect(faults.map((fault) => fault.kind === 'path' && fault.path)).toEqual(
          before === (content ?? undefined) ? [] : [spoiled],
        );
      },
    ),
    { numRuns: Number(process.env['FORKJOIN_RUNS'] ?? 300) },
  );
});

test('40 members of 5,000 files are checked in a moment', () => {
  const base: Record<string, string> = {};
  for (let n = 0; n < 5_000; n += 1) base[`src/d${n % 50}/f${n}.ts`] = '1';
  let tip: Tree = base;
  const members = Array.from({ length: 40 }, (_, member) => {
    const own = Object.fromEntries(
      Array.from({ length: 125 }, (_, n) => [`src/d${(member * 125 + n) % 50}/f${member * 125 + n}.ts`, `m${member}`]),
    );
    tip = { ...tip, ...own };
    return [{ ...base, ...own }, tip] as const;
  });
  const record = chain(base, members);
  const start = worked();
  expect(chainFaults(record)).toEqual([]);
  expect(start()).toBeLessThan(500);
});
