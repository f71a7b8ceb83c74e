import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { needsAlike } from '#core/integrate/resolve/json/dependencies.ts';
import { mergeJson } from '#core/integrate/resolve/json/merge.ts';
import { worked } from '../../../services/worked.ts';

const BASE = `{
  "name": "shop",
  "version": "1.0.0",
  "scripts": {
    "test": "node --test"
  },
  "dependencies": {
    "b": "^1.0.0",
    "d": "^1.0.0"
  }
}
`;

const withLines = (from: string, ...pairs: readonly (readonly [string, string])[]): string =>
  pairs.reduce((text, [old, fresh]) => {
    expect(text).toContain(old);
    return text.replace(old, () => fresh);
  }, from);

const merged = (base: string | undefined, ours: string, theirs: string): string => {
  const outcome = mergeJson(base, ours, theirs);
  if (!('merged' in outcome)) throw new Error(JSON.stringify(outcome));
  return outcome.merged;
};

const clashes = (base: string | undefined, ours: string, theirs: string): readonly string[] => {
  const outcome = mergeJson(base, ours, theirs);
  if (!('clashes' in outcome)) throw new Error(JSON.stringify(outcome));
  return outcome.clashes;
};

describe('a manifest merged by key', () => {
  it('keeps what both sides added, in the order of a sorted block', () => {
    const ours = withLines(BASE, ['"b": "^1.0.0",', '"a": "^1.0.0",\n    "b": "^1.0.0",']);
    const theirs = withLines(BASE, ['"d": "^1.0.0"', '"c": "^2.0.0",\n    "d": "^1.0.0",\n    "e": "^1.0.0"']);
    expect(merged(BASE, ours, theirs)).toBe(
      withLines(BASE, [
        '"b": "^1.0.0",\n    "d": "^1.0.0"',
        '"a": "^1.0.0",\n    "b": "^1.0.0",\n    "c": "^2.0.0",\n    "d": "^1.0.0",\n    "e": "^1.0.0"',
      ]),
    );
  });

  it('keeps the byte order mark that ours begins with', () => {
    const marked = (dependency: string) => `\uFEFF${withLines(BASE, ['"b": "^1.0.0"', dependency])}`;
    expect(merged(`\uFEFF${BASE}`, marked('"a": "1", "b": "^1.0.0"'), marked('"b": "^1.0.0", "c": "1"'))).toMatch(
      /^\uFEFF\{[^\uFEFF]*"a": "1", "b": "\^1\.0\.0",\s*"c": "1"[^\uFEFF]*$/,
    );
  });

  it('puts what theirs added behind ours where nothing is sorted', () => {
    const base = '{ "scripts": { "test": "t", "build": "b" } }\n';
    const ours = '{ "scripts": { "test": "t", "build": "b", "ours": "o" } }\n';
    const theirs = '{ "scripts": { "test": "t", "build": "b", "also": "a" } }\n';
    expect(merged(base, ours, theirs)).toBe('{ "scripts": { "test": "t", "build": "b", "ours": "o", "also": "a" } }\n');
  });

  it('leaves the same key changed in two ways to a person, and names it', () => {
    const bump = (to: string) => withLines(BASE, ['"b": "^1.0.0"', `"b": "${to}"`]);
    expect(clashes(BASE, bump('^2.0.0'), bump('^3.0.0'))).toEqual(['dependencies.b']);
    expect(merged(BASE, bump('^2.0.0'), bump('^2.0.0'))).toBe(bump('^2.0.0'));
  });

  it('leaves a deletion against a change to a person, whoever deleted', () => {
    const gone = withLines(BASE, ['"b": "^1.0.0",\n    ', '']);
    const bumped = withLines(BASE, ['"b": "^1.0.0"', '"b": "^2.0.0"']);
    expect(clashes(BASE, gone, bumped)).toEqual(['dependencies.b']);
    expect(clashes(BASE, bumped, gone)).toEqual(['dependencies.b']);
  });

  it('takes a deletion of theirs, also of the last key of all', () => {
    const gone = withLines(BASE, [',\n    "d": "^1.0.0"', '']);
    const more = withLines(BASE, ['"b": "^1.0.0"', '"a": "1",\n    "b": "^1.0.0"']);
    expect(merged(BASE, more, gone)).toBe(
      withLines(BASE, ['"b": "^1.0.0",\n    "d": "^1.0.0"', '"a": "1",\n    "b": "^1.0.0"']),
    );
    expect(merged('{ "x": {"a": 1} }', '{ "x": {"a": 1}, "y": 2 }', '{ "x": {} }')).toBe('{ "x": {}, "y": 2 }');
  });

  it('fills an empty object of ours in the layout of ours', () => {
    const base = '{\n\t"dependencies": {}\n}';
    const ours = '{\n\t"dependencies": {},\n\t"private": true\n}';
    const theirs = '{\n\t"dependencies": {\n\t\t"a": "1"\n\t},\n\t"license": "MIT"\n}';
    expect(merged(base, ours, theirs)).toBe(
      '{\n\t"dependencies": {\n\t\t"a": "1"\n\t},\n\t"license": "MIT",\n\t"private": true\n}',
    );
  });

  it('writes what theirs brings with the indentation and the line ends of ours', () => {
    const base = '{\r\n    "name": "a"\r\n}\r\n';
    const ours = '{\r\n    "name": "a",\r\n    "private": true\r\n}\r\n';
    const theirs = '{\n\t"name": "a",\n\t"scripts": {\n\t\t"x": [\n\t\t\t1\n\t\t],\n\t\t"y": {}\n\t}\n}\n';
    expect(merged(base, ours, theirs)).toBe(
      '{\r\n    "name": "a",\r\n    "private": true,\r\n    "scripts": {\r\n        "x": [\r\n            1\r\n        ],\r\n        "y": {}\r\n    }\r\n}\r\n',
    );
  });

  it('keeps every byte of what nobody changed: numbers beyond 64 bits, odd spaces, no newline at the end', () => {
    const odd = '"id" :  18446744073709551617 ,\n   "rate":1.10e+2,  "text": "\\u00e9\\/" ';
    const file = (more: string) => `{ ${odd}, ${more}"last": {  } }`;
    const outcome = merged(file(''), file('"ours": 1, '), file('"theirs": 9007199254740993, '));
    expect(outcome).toContain(odd);
    expect(outcome).toMatch(/"ours": 1,\s*"theirs"\s*:\s*9007199254740993, "last": \{ {2}\} \}$/);
    expect(clashes('{"n": 1}', '{"n": 9007199254740992}', '{"n": 9007199254740993}')).toEqual(['n']);
  });

  it('unites lists that are sets, and no others', () => {
    const file = (key: string, ...names: string[]) => `{ "${key}": [${names.map((name) => `"${name}"`).join(', ')}] }`;
    const three = (key: string) => [file(key, 'a', 'm'), file(key, 'm', 'x'), file(key, 'a', 'b', 'm')] as const;
    expect(merged(...three('files'))).toBe(file('files', 'b', 'm', 'x'));
    expect(clashes(...three('sideEffects'))).toEqual(['sideEffects']);
    expect(clashes(file('files', 'a'), file('files', 'a', '!b'), file('files', 'a', 'c'))).toEqual(['files']);
  });

  it('adds entry points by name and leaves their conditions, whose order counts, to a person', () => {
    const file = (points: string) => `{ "exports": {${points}} }`;
    const base = file('".": "./a.js"');
    expect(merged(base, file('".": "./a.js", "./x": "./x.js"'), file('".": "./a.js", "./b": "./b.js"'))).toBe(
      file('".": "./a.js", "./b": "./b.js", "./x": "./x.js"'),
    );
    const conditions = (text: string) => file(`".": {${text}}`);
    expect(
      clashes(
        conditions('"default": "d"'),
        conditions('"node": "n", "default": "d"'),
        conditions('"import": "i", "default": "d"'),
      ),
    ).toEqual(['exports."."']);
  });

  it.each([
    ['two byte order marks', '\uFEFF\uFEFF{}', 'it is no JSON (offset 1)'],
    ['a key twice', '{"a": {"b": 1, "\\u0062": 2}}', 'it has the key "\\u0062" twice in one object'],
    ['a comment', '{ // no\n}', 'it is no JSON (offset 2)'],
    ['a comma at the end', '{"a": 1,}', 'it is no JSON (offset 8)'],
    ['a list', '[]', 'it is no object'],
    ['a number with a leading zero', '{"a": 01}', 'it is no JSON (offset 7)'],
    ['a broken escape', '{"a": "\\x"}', 'it is no JSON (offset 10)'],
    ['more than one value', '{} {}', 'there is more behind its end (offset 3)'],
    ['markers of a conflict', '{\n<<<<<<< a\n}', 'it is no JSON (offset 2)'],
    ['brackets without an end', '['.repeat(100_000), 'it is nested too deeply'],
  ])('does not touch a file with %s', (_what, text, why) => {
    expect(mergeJson('{}', text, '{}')).toEqual({ unreadable: `ours: ${why}` });
    expect(mergeJson('{}', '{}', text)).toEqual({ unreadable: `theirs: ${why}` });
  });

  it('does not take a key for something of the language', () => {
    expect(merged('{}', '{"__proto__": 1}', '{"constructor": 2}')).toBe(
      '{"__proto__": 1,"constructor": 2}'.replace(',', ', '),
    );
  });
});

type Tree = { [key: string]: Tree | string | number };

const tree: fc.Arbitrary<Tree> = fc.letrec<{ tree: Tree }>((tie) => ({
  tree: fc.dictionary(
    fc.constantFrom('a', 'b', 'c', 'd', 'e', '__x', 'ä"'),
    fc.oneof({ maxDepth: 2 }, fc.constantFrom('1', '2', 3), tie('tree') as fc.Arbitrary<Tree>),
    { maxKeys: 5, noNullPrototype: true },
  ),
})).tree;

/** Three-way merge of values: the longest that can be said without text. Undefined for a clash. */
const CLASH = Symbol('clash');
const GONE = Symbol('gone');
type Value = Tree[string] | typeof GONE;
const isTree = (value: Value): value is Tree => typeof value === 'object';
const equal = (a: Value, b: Value): boolean =>
  isTree(a) && isTree(b)
    ? Object.keys(a).length === Object.keys(b).length &&
      Object.keys(a).every((key) => Object.hasOwn(b, key) && equal(a[key] ?? GONE, b[key] ?? GONE))
    : a === b;
const oracle = (base: Value, ours: Value, theirs: Value): Value | typeof CLASH => {
  if (equal(ours, theirs) || equal(base, theirs)) return ours;
  if (equal(base, ours)) return theirs;
  if (!isTree(ours) || !isTree(theirs) || !(isTree(base) || base === GONE)) return CLASH;
  const result: Tree = {};
  const at = (from: Value, key: string): Value =>
    isTree(from) && Object.hasOwn(from, key) ? (from[key] ?? GONE) : GONE;
  for (const key of new Set([...Object.keys(ours), ...Object.keys(theirs)])) {
    const value = oracle(at(base, key), at(ours, key), at(theirs, key));
    if (value === CLASH) return CLASH;
    if (value !== GONE)
      Object.defineProperty(result, key, { value, enumerable: true, configurable: true, writable: true });
  }
  return result;
};

const layout = fc.constantFrom<string | number>(0, 2, 4, '\t');

describe('any three manifests', () => {
  it('give what both differences applied to values give, or a clash where those clash', () => {
    fc.assert(
      fc.property(tree, tree, tree, layout, layout, (base, ours, theirs, one, other) => {
        const outcome = mergeJson(
          JSON.stringify(base),
          JSON.stringify(ours, null, one),
          JSON.stringify(theirs, null, other),
        );
        const expected = oracle(base, ours, theirs);
        if (expected === CLASH) expect(outcome).toHaveProperty('clashes');
        else expect('merged' in outcome && JSON.parse(outcome.merged)).toEqual(expected);
      }),
      { numRuns: 1500 },
    );
  });

  it('say the same whichever side is ours, and stay as they are when one side changed nothing', () => {
    fc.assert(
      fc.property(tree, tree, tree, layout, (base, ours, theirs, one) => {
        const [b, o, t] = [base, ours, theirs].map((value) => JSON.stringify(value, null, one));
        const forth = mergeJson(b, o ?? '', t ?? '');
        const back = mergeJson(b, t ?? '', o ?? '');
        expect('merged' in forth).toBe('merged' in back);
        if ('merged' in forth && 'merged' in back) expect(JSON.parse(forth.merged)).toEqual(JSON.parse(back.merged));
        expect(mergeJson(b, o ?? '', b ?? '')).toEqual({ merged: o, brought: [] });
        expect(mergeJson(b, o ?? '', o ?? '')).toEqual({ merged: o, brought: [] });
      }),
      { numRuns: 500 },
    );
  });
});

it('merges large manifests soon, sorted or not', () => {
  const file = (names: readonly number[]) => JSON.stringify(Object.fromEntries(names.map((at) => [`k${at}`, at])));
  const names = Array.from({ length: 30_000 }, (_, at) => 100_000 + at);
  const [even, odd] = [0, 1].map((rest) => names.filter((at) => at % 2 === rest));
  const start = worked();
  for (const order of [(list: readonly number[]) => list, (list: readonly number[]) => list.toReversed()])
    expect(Object.keys(JSON.parse(merged('{}', file(order(even ?? [])), file(order(odd ?? [])))))).toHaveLength(30_000);
  expect(start()).toBeLessThan(5_000);
});

it('two versions of a package need the same as long as nothing changes that a lock file follows from', () => {
  const alike = (more: object, other: object) =>
    needsAlike(JSON.stringify({ name: 'x', ...more }), JSON.stringify(other));
  expect(alike({ scripts: { a: 'b' } }, { name: 'x', type: 'module' })).toBe(true);
  expect(alike({}, { name: 'x', version: '2.0.0' })).toBe(false);
  expect(alike({ dependencies: { a: '1', b: '1' } }, { name: 'x', dependencies: { b: '1', a: '1' } })).toBe(true);
  expect(alike({ dependencies: { a: '1' } }, { name: 'x', dependencies: { a: '2' } })).toBe(false);
  expect(alike({}, { name: 'x', workspaces: ['a'] })).toBe(false);
  expect(needsAlike('{}', '{')).toBe(false);
});
