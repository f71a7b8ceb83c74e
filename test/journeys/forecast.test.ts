import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allReady, eventually, filePlan, itemBody, type Local, openLocal, ourComments } from './local.ts';

const LIST = "export const listAll = async (shop: string): Promise<string[]> => [shop, 'one', 'two'];\n";
const PROMISE = '`src/list.ts` `listAll(shop: string): Promise<string[]>`';

const LATER = Object.fromEntries(Array.from({ length: 30 }, (_, at) => [`src/slow-${at}.ts`, 'slow\n']));

let local: Local;
beforeAll(async () => {
  local = await openLocal({
    files: { '.github/parallel.yml': 'integrate: approved\n', 'package.json': '{}\n' },
    operator: { limits: { checkpoint: 0.05 } },
    script: {
      // What it writes outside of its scope will be refused; so far it is in the way.
      Slow: { write: { 'src/quick.ts': 'slow\n', ...LATER }, seconds: 60 },
      List: { write: { 'src/list.ts': LIST } },
      Show: {
        write: {
          'src/list.ts': LIST.replace("'two'", "'three'"),
          'src/show.ts':
            'export const showAll = (someList: string[]): string => someList.join();\nconst lastShown = 1;\n',
          'package.json': '{ "dependencies": { "left-pad": "1.3.0" } }\n',
        },
      },
      Aside: { write: { 'src/aside.ts': 'export const side_one = 1;\nexport const side_two = 2;\n' } },
    },
  });
});
afterAll(() => local.close());

/** Waits until a text that people see has all of these. */
const shows = (text: () => Promise<unknown>, ...parts: readonly string[]): Promise<string> =>
  eventually(
    async () => {
      const now = String(await text());
      return parts.every((part) => now.includes(part)) ? now : undefined;
    },
    parts.join(' and '),
    60,
  ).catch(async (error: unknown) => {
    throw new Error(`${String(error)}\n${String(await text())}`);
  });

describe('the forecast', () => {
  it('follows every push, says a new conflict once on both pull requests, and comes true in the integration', async () => {
    const maintainer = local.world.as('maintainer');
    const writer = local.world.as('writer');
    const { number: list } = await maintainer.createIssue({
      title: 'List',
      body: itemBody('src/list.ts').replace('### Contracts\nNone', `### Contracts\n- provides ${PROMISE}`),
    });
    const scope = ['src/list.ts', 'src/show.ts', 'package.json'].map((path) => `- \`${path}\``).join('\n');
    const { plan, items } = await filePlan(
      local.world,
      [
        {
          title: 'Show',
          body: itemBody('src/show.ts', { dependsOn: [list] })
            .replace('- create `src/show.ts`', scope)
            .replace(
              '### Contracts\nNone',
              `### Contracts\n- consumes ${PROMISE} #${list}\n- provides env \`SHOW_ALL\``,
            ),
        },
        { title: 'Aside', body: itemBody('src/aside.ts') },
      ],
      { title: 'Shown', body: '### Goal\nA better shop.' },
    );
    await maintainer.addSubIssue(plan, list);
    await maintainer.label(list, 'parallel');
    const [show = 0, aside = 0] = items;
    await local.plan(plan, allReady(3));
    await maintainer.comment(plan, '/parallel start');
    const all = await local.plan(plan, (found) => found.items.every((item) => item.state.name === 'proposed'));
    const pullOf = (issue: number): number => {
      const state = all.items.find((item) => item.issue === issue)?.state;
      return state !== undefined && 'pull' in state ? (state.pull ?? 0) : 0;
    };
    const panel = () => local.comment(plan);

    const calm = await shows(panel, '3 members, 3 pairs: ✓ all merge', 'Style of 3 members');
    expect(calm).toContain(`| **#${list}** | `);
    expect(calm).toMatch(new RegExp(`\\| #${aside} \\| ⚠️ snake_case \\|`));
    expect(calm).toContain('| `left-pad` |');
    await local.quiet();
    for (const issue of [list, show, aside]) expect(await ourComments(local.world, pullOf(issue))).toEqual([]);

    // A person changes under the second what it was built on.
    const branch = all.items.find((item) => item.issue === list)?.branch ?? '';
    const push = async (text: string): Promise<void> => {
      const head = await writer.push(branch, { 'src/list.ts': text });
      await local.plan(plan, ({ forecast }) => forecast?.heads[list] === head);
    };
    await push('export const listAll = async (shop: number): Promise<string[]> => [`${shop}`];\n');
    const [a, b] = [list, show].sort((one, other) => one - other);
    await shows(panel, '3 pairs: ✗ **1 conflict**', `- ✗ #${a} × #${b}: \`src/list.ts\``);
    const note = (issue: number) => async () => (await ourComments(local.world, pullOf(issue))).join();
    await shows(note(list), `#${show} (pull request #${pullOf(show)}): \`src/list.ts\``);
    await shows(note(show), `#${list} (pull request #${pullOf(list)}): \`src/list.ts\``);
    const notes = async () =>
      (await Promise.all([list, show].map((issue) => maintainer.comments(pullOf(issue)))))
        .flat()
        .map((comment) => [comment['id'], comment['updated_at']]);
    await local.quiet();
    const before = await notes();
    expect(before).toHaveLength(2);
    await push("export const listAll = async (shop: number): Promise<string[]> => [`${shop}`, 'more'];\n");
    await local.quiet();
    expect(await notes()).toEqual(before);
    expect(await ourComments(local.world, pullOf(aside))).toEqual([]);

    // Gone is an edit, for nobody waits for it; what comes back is said anew, once.
    await push(LIST);
    for (const issue of [list, show]) await shows(note(issue), `forecast for #${issue} are gone`);
    await push("export const listAll = async (shop: number): Promise<string[]> => [`${shop}`, 'again'];\n");
    await shows(note(list), `are gone`, `#${show} (pull request #${pullOf(show)}): \`src/list.ts\``);
    await shows(note(show), `are gone`, `#${list} (pull request #${pullOf(list)}): \`src/list.ts\``);
    await local.quiet();
    const twice = await notes();
    expect(twice).toHaveLength(4);
    expect(twice.map(([id]) => id)).toEqual(expect.arrayContaining(before.map(([id]) => id)));
    await push("export const listAll = async (shop: number): Promise<string[]> => [`${shop}`, 'and again'];\n");
    await local.quiet();
    expect(await notes()).toEqual(twice);

    for (const issue of [list, show, aside]) await writer.review(pullOf(issue), 'APPROVE');
    const done = await local.plan(plan, (found) => found.items.some((item) => item.state.name === 'held'), 60);
    expect(done.items.find((item) => item.issue === show)?.state).toMatchObject({
      why: { kind: 'conflict', with: [list], files: ['src/list.ts'] },
    });
    const integration = async (): Promise<string> =>
      String(
        (await maintainer.pulls()).find((pull) => (pull['head'] as { ref: string }).ref.startsWith('integration/'))?.[
          'body'
        ],
      );
    const whole = await shows(integration, '### Contracts', '### Not merged', `conflicts with #${list}`);
    expect(whole).toContain('1 contract in the merged tree: 1 differs.');
    expect(whole).toMatch(
      /⚠️ \| #\d+ \| provides \| `src\/list\.ts listAll\(shop: string\): Promise<string\[\]>` \| differs: `listAll\(shop: number\)/,
    );
    expect(whole).toContain('**Pre-integration**');
  });

  it('takes in what an agent at work has so far, and says that on the panel only', async () => {
    const maintainer = local.world.as('maintainer');
    const { plan, items } = await filePlan(
      local.world,
      [
        { title: 'Quick', body: itemBody('src/quick.ts') },
        { title: 'Slow', body: itemBody('src/slow.ts') },
      ],
      { title: 'Soon', body: '### Goal\nA better shop.' },
    );
    const [quick = 0, slow = 0] = items;
    await local.plan(plan, allReady(2));
    await maintainer.comment(plan, '/parallel start');
    const text = await shows(() => local.comment(plan), `- ✗ #${quick} × #${slow} (provisional): \`src/quick.ts\``);
    expect(text).toContain(`| **#${slow} 🔄** | ✗ | · |`);
    const [item] = (await local.plan(plan, () => true)).items;
    expect(item?.state).toMatchObject({ name: 'proposed' });
    const pull = item !== undefined && 'pull' in item.state ? (item.state.pull ?? 0) : 0;
    expect(await ourComments(local.world, pull)).toEqual([]);
    await maintainer.comment(plan, '/parallel cancel');
    await local.plan(plan, (found) => found.state.name === 'cancelled');
  });
});
