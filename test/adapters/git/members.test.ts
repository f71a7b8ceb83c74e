import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Change, Plan, Sha } from '#core/types.ts';
import { contractTable } from '#engine/integrate/contracts.ts';
import { styleProfiles } from '#engine/integrate/style.ts';
import type { Git, Log } from '#engine/ports.ts';
import { body, issue, Story } from '../../core/journey/story.ts';
import { type Files, Place } from './place.ts';

let place: Place;
let git: Git;
let said: string[];
const log: Log = { info: () => {}, warn: (_, sentence) => said.push(sentence), error: () => {} };
beforeEach(() => {
  place = new Place();
  git = place.git();
  said = [];
});
afterEach(() => place.remove());

const changed = (kind: Change['kind'], ...paths: readonly string[]): Change[] =>
  paths.map((path) => ({ path, kind, oldMode: '100644', newMode: '100644', size: 1 }));

/** A plan of this repository whose items were built as these heads on `base`. */
const planOf = (
  base: Sha,
  heads: Readonly<Record<number, { readonly head: Sha; readonly changes: readonly Change[] }>>,
  contracts: Readonly<Record<number, string>> = {},
): Plan => {
  const items = Object.keys(heads).map(Number);
  const story = new Story(
    items.map((item) =>
      issue(item, body(`src/${item}.ts`).replace('### Contracts\nNone', `### Contracts\n${contracts[item] ?? 'None'}`)),
    ),
  ).started();
  for (const item of items) story.propose(item);
  if (story.plan === undefined) throw new Error('no plan');
  return {
    ...story.plan,
    repository: place.repository,
    items: story.plan.items.map((item) =>
      item.state.name === 'proposed'
        ? { ...item, state: { ...item.state, work: { ...item.state.work, base, ...heads[item.issue] } } }
        : item,
    ),
  };
};

const branch = (name: string, from: Sha, files: Files): Sha => place.commit(name, files, { from });

test('members are read for their style from what they added, and one that is gone does not hold up the others', async () => {
  const base = place.commit('main', { 'src/old.ts': 'const old_name = 1;\nconst older_name = 2;\n' });
  const two = branch('two', base, {
    'src/old.ts': 'const old_name = 1;\nconst older_name = 2;\nconst newName = 3;\nconst newerName = 4;\n',
    constructor: new Uint8Array([0]),
  });
  await git.fetch(place.repository);
  const plan = planOf(base, {
    2: { head: two, changes: [...changed('modified', 'src/old.ts'), ...changed('added', 'constructor', 'gone.ts')] },
    3: { head: 'd'.repeat(40), changes: changed('added', 'src/3.ts') },
  });
  const profiles = await styleProfiles({ git, log }, plan);
  expect(Object.keys(profiles)).toEqual(['2']);
  expect(profiles[2]?.habits).toContainEqual({ trait: 'identifiers', language: 'ts', value: 'camelCase' });
  expect(said).toEqual(['A member could not be read for its style.']);
  expect((await styleProfiles({ git, log }, { ...plan, styles: profiles }))[2]).toBe(profiles[2]);
  // What fails for a moment is asked for again: nobody else does before the head moves.
  let failures = 0;
  const texts: Git['texts'] = (...asked) => {
    failures += 1;
    return failures === 1 ? Promise.reject(new Error('git ls-tree: SIGKILL')) : git.texts(...asked);
  };
  const { 2: again, ...others } = await styleProfiles({ git: { ...git, texts }, log }, plan);
  expect([again, Object.keys(others)]).toEqual([profiles[2], []]);
});

test('contracts are held against a tree, through modules that pass names on, and nothing is written', async () => {
  const head = place.commit('main', {
    'src/2.ts': "export { find } from './lib.js';\nexport const count = (): string => '';\n",
    'src/lib.ts': 'export const find = async (key: string): Promise<string[]> => [process.env.SHOP_KEY ?? key];\n',
    'src/3.ts': "fetch('/api/shop');\n",
  });
  await git.fetch(place.repository);
  const plan = planOf(
    head,
    {
      2: { head, changes: changed('added', 'src/2.ts', 'src/lib.ts') },
      3: { head, changes: changed('added', 'src/3.ts') },
    },
    {
      2: '- provides `src/2.ts` `find(id: string): Promise<string[]>`\n- provides env `SHOP_KEY`\n- provides `src/2.ts` `count(): number`',
      3: '- consumes `src/2.ts` `find(id: string): Promise<string[]>` #2\n- consumes existing `PUT /api/shop`\n- consumes existing `../../etc/passwd` `root`',
    },
  );
  const told = async (merged: readonly number[]) =>
    (await contractTable({ git }, plan, head, merged)).map(({ item, thing, verdict }) => `${item} ${thing} ${verdict}`);
  expect(await told([2, 3])).toEqual([
    '2 src/2.ts find found',
    '2 env SHOP_KEY found',
    '2 src/2.ts count differs',
    '3 src/2.ts find found',
    '3 PUT /api/shop missing',
    '3 ../../etc/passwd root missing',
  ]);
  expect(await told([2])).toHaveLength(3);
});
