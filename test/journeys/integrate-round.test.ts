import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Plan } from '#core/types.ts';
import { allReady, filePlan, itemBody, type Local, openLocal } from './local.ts';

describe('a round of integration with two members that fail only together', () => {
  let local: Local;
  beforeAll(async () => {
    const script = (name: string) => [`Add ${name}`, { write: { [`src/${name}.md`]: `${name}\n` } }] as const;
    local = await openLocal({
      operator: { sandbox: 'none', slots: 3 },
      script: Object.fromEntries(['a', 'b', 'c'].map(script)),
    });
  });
  afterAll(() => local.close());

  /** What the plan's verification found in its worktrees, sorted. */
  const runs = async (): Promise<string[]> =>
    (await readFile(join(local.folder, 'runs'), 'utf8')).trim().split('\n').sort();
  const done = (round: number) => (plan: Plan) =>
    (plan.integration?.round ?? 0) >= round && plan.state.name === 'proposed';

  it('names the pair, and after a push runs only what that changes', async () => {
    const log = join(local.folder, 'runs');
    const found = `echo $(cat src/a.md src/b.md src/c.md 2>/dev/null | tr -d '\\n' || true).`;
    const command = `${found} >> ${log}; ! { grep -qsx a src/a.md && grep -qsx c src/c.md; }`;
    const filed = await filePlan(
      local.world,
      ['a', 'b', 'c'].map((name) => ({ title: `Add ${name}`, body: itemBody(`src/${name}.md`) })),
      { body: `### Goal\nA better shop.\n\n### Verification\n\`\`\`sh\n${command}\n\`\`\`` },
    );
    await local.plan(filed.plan, allReady(3));
    const maintainer = local.world.as('maintainer');
    await maintainer.comment(filed.plan, '/parallel start');
    const one = await local.plan(filed.plan, done(1));
    const [a, , c] = one.items;
    expect(one.items.map((item) => item.state.name)).toEqual(['merged', 'merged', 'held']);
    expect(c?.state).toMatchObject({ why: { kind: 'verify-failed', with: [a?.issue] } });
    await local.quiet();
    expect(await local.comment(filed.plan)).toContain(`fails with it together with #${a?.issue}`);
    const before = await runs();
    // The base, each prefix once, the red one twice; `c` alone once, with `a` twice. What was ended early may be there too.
    expect(before).toEqual(['.', 'a.', 'ab.', 'abc.', 'abc.', 'ac.', 'ac.', 'c.']);

    await local.world.as('writer').push(c?.branch ?? '', { 'src/c.md': 'd\n' });
    const two = await local.plan(filed.plan, done((one.integration?.round ?? 0) + 1));
    expect(two.items.map((item) => item.state.name)).toEqual(['merged', 'merged', 'merged']);
    expect(two.items.slice(0, 2).map((item) => item.state)).toEqual(one.items.slice(0, 2).map((item) => item.state));
    expect(await runs()).toEqual([...before, 'abd.'].sort());
  });
});
