import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allReady, eventually, filePlan, itemBody, type Local, openLocal } from './local.ts';

const NAMES = ['a', 'b', 'c', 'd'];

describe('a round under the policy tip', () => {
  let local: Local;
  beforeAll(async () => {
    const script = (name: string) =>
      [`Add ${name}`, { seconds: 0, write: { [`src/${name}.md`]: `${name}\n` } }] as const;
    local = await openLocal({
      files: { '.github/parallel.yml': 'integrate: verified\npolicy: tip\n' },
      operator: { sandbox: 'none', slots: 4 },
      script: Object.fromEntries(NAMES.map(script)),
    });
  });
  afterAll(() => local.close());

  it('finds the culprit in the middle by halves, and says of the others that they were verified as one', async () => {
    const log = join(local.folder, 'runs');
    const command = `echo $(cat src/?.md 2>/dev/null | tr -d '\\n' || true). >> ${log}; ! grep -qsx c src/c.md`;
    const { plan } = await filePlan(
      local.world,
      NAMES.map((name) => ({ title: `Add ${name}`, body: itemBody(`src/${name}.md`) })),
      { body: `### Goal\nA better shop.\n\n### Verification\n\`\`\`sh\n${command}\n\`\`\`` },
    );
    await local.plan(plan, allReady(4));
    const maintainer = local.world.as('maintainer');
    await maintainer.comment(plan, '/parallel start');
    const done = await local.plan(plan, ({ state }) => state.name === 'proposed');
    await local.quiet();

    const [a, b, c, d] = done.items.map(({ issue }) => issue);
    expect(done.items.map(({ state }) => state.name)).toEqual(['merged', 'merged', 'held', 'merged']);
    expect(done.items[2]?.state).toMatchObject({ why: { kind: 'verify-failed', with: [] } });
    // Base, the tip twice, the halves, the culprit twice, and alone twice; the rest once.
    const runs = (await readFile(log, 'utf8')).trim().split('\n');
    expect(runs).toEqual(['.', 'abcd.', 'abcd.', 'ab.', 'abc.', 'abc.', 'c.', 'c.', 'abd.']);

    const pulls = await maintainer.pulls('open');
    const body = String(pulls.find((pull) => (pull['head'] as { ref: string }).ref === done.branch)?.['body']);
    expect(body).toContain(`Policy \`tip\`: #${a}, #${b} and #${d} were verified as one.`);
    for (const one of [a, b]) expect(body).toMatch(new RegExp(`\\| #${one} [^\\n]*\\| as one with #${d} \\|`));
    expect(body).toMatch(new RegExp(`\\| #${d} [^\\n]*\\| passed \\|`));
    expect(body).toMatch(new RegExp(`#${c} Add c \\| held \\| the verification fails with it: `));
    await eventually(
      async () => ((await local.comment(plan))?.includes(`verified as one with #${d}`) === true ? true : undefined),
      'the panel to say who was verified as one',
    );
  });
});
