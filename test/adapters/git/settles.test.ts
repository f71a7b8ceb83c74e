import { afterAll, expect, it } from 'vitest';
import { wouldSettle } from '#engine/integrate/settles.ts';
import { type Files, Place, typed } from './place.ts';

const place = new Place();
afterAll(() => place.remove());

const json = (dependencies: Record<string, string>): string =>
  `${JSON.stringify({ name: 'shop', dependencies }, null, 2)}\n`;
const script = (name: string, body = 'run();\n'): string => `import { kept } from './kept.ts';\n${name}\n${body}`;

/** What the two sides make of a common beginning. */
const PAIRS: Record<string, { base: Files; ours: Files; theirs: Files; settles: boolean; names?: boolean }> = {
  'a lock file alone': {
    base: { 'package-lock.json': '{}\n' },
    ours: { 'package-lock.json': '{ "a": 1 }\n' },
    theirs: { 'package-lock.json': '{ "b": 1 }\n' },
    settles: true,
    names: true,
  },
  'a manifest with other keys, with its lock file': {
    base: { 'package.json': json({ kept: '1' }), 'yarn.lock': 'a\n' },
    ours: { 'package.json': json({ kept: '1', a: '1' }), 'yarn.lock': 'b\n' },
    theirs: { 'package.json': json({ kept: '1', b: '1' }), 'yarn.lock': 'c\n' },
    settles: true,
  },
  'one key of a manifest': {
    base: { 'package.json': json({ kept: '1' }) },
    ours: { 'package.json': json({ kept: '2' }) },
    theirs: { 'package.json': json({ kept: '3' }) },
    settles: false,
  },
  'imports alone': {
    base: { 'a.ts': script('') },
    ours: { 'a.ts': script("import { a } from './a.ts';") },
    theirs: { 'a.ts': script("import { b } from './b.ts';") },
    settles: true,
  },
  'imports, and code elsewhere in the file': {
    base: { 'a.ts': script('', 'const x = 1;\n\n\n\n\nrun(x);\n') },
    ours: { 'a.ts': script("import { a } from './a.ts';", 'const x = 2;\n\n\n\n\nrun(x);\n') },
    theirs: { 'a.ts': script("import { b } from './b.ts';", 'const x = 3;\n\n\n\n\nrun(x);\n') },
    settles: false,
  },
  'a lock file that one side took away': {
    base: { 'package-lock.json': '{}\n' },
    ours: { 'package-lock.json': '{ "a": 1 }\n' },
    theirs: {},
    settles: false,
    names: true,
  },
  'a lock file, and a file that no rule is about': {
    base: { 'package-lock.json': '{}\n', 'README.md': 'a\n' },
    ours: { 'package-lock.json': '{ "a": 1 }\n', 'README.md': 'b\n' },
    theirs: { 'package-lock.json': '{ "b": 1 }\n', 'README.md': 'c\n' },
    settles: false,
  },
};

it('what a round settles by rule is told from what needs a person, without a tool and without a commit', async () => {
  const git = place.git();
  const pairs = Object.entries(PAIRS).map(([name, { base, ours, theirs }], at) => {
    place.commit(`base-${at}`, { 'kept.md': `${at}`, ...base }, { push: false });
    const [into, head] = [ours, theirs].map((files, side) =>
      place.commit(`side-${at}-${side}`, files, {
        from: `base-${at}`,
        push: false,
        remove: Object.keys(files).length === 0 ? Object.keys(base) : [],
      }),
    );
    return { name, into: into ?? '', head: head ?? '' };
  });
  typed(place.person, 'push', '-q', 'origin', '--all');
  await git.fetch(place.repository);
  const objects = await git.objects(place.repository);
  const clashes = await Promise.all(
    pairs.map(async ({ into, head }) => {
      const merged = await git.merge(place.repository, into, head, 'Both', '2026-03-01T12:00:00.000Z');
      return { into, head, files: merged.clean ? [] : merged.files, passing: false };
    }),
  );
  expect(clashes.every(({ files }) => files.length > 0)).toBe(true);
  const commits = () =>
    typed(place.mirror, 'cat-file', '--batch-all-objects', '--batch-check').match(/ commit /g)?.length;
  const before = commits();
  const named = (answers: readonly boolean[]) => pairs.map(({ name }, at) => [name, answers[at]]);
  expect(named(await wouldSettle(objects, clashes))).toEqual(
    Object.entries(PAIRS).map(([name, { settles }]) => [name, settles]),
  );
  // What is replaced in a minute is judged by its names.
  expect(
    named(
      await wouldSettle(
        objects,
        clashes.map((one) => ({ ...one, passing: true })),
      ),
    ),
  ).toEqual(Object.entries(PAIRS).map(([name, { names = false }]) => [name, names]));
  expect(commits()).toBe(before);
});
