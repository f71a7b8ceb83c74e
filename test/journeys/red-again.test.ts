import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allReady, filePlan, itemBody, type Local, openLocal } from './local.ts';

describe('a base that was red for a reason outside the repository', () => {
  let local: Local;
  beforeAll(async () => {
    local = await openLocal({
      operator: { sandbox: 'none' },
      script: { '*': { write: { 'src/a.md': 'A' } } },
    });
  });
  afterAll(() => local.close());

  it('is verified again when a person asks for a round', async () => {
    const flag = join(local.folder, 'service-is-up');
    const filed = await filePlan(local.world, [{ title: 'Add a', body: itemBody('src/a.md') }], {
      body: `### Goal\nA better shop.\n\n### Verification\n\`\`\`sh\ntest -f ${flag}\n\`\`\``,
    });
    await local.plan(filed.plan, allReady(1));
    const maintainer = local.world.as('maintainer');
    await maintainer.comment(filed.plan, '/parallel start');
    await local.plan(filed.plan, (found) => found.integration?.redBase !== undefined);
    await writeFile(flag, '');
    await maintainer.comment(filed.plan, '/parallel integrate');
    const done = await local.plan(filed.plan, (found) => (found.integration?.round ?? 0) >= 2);
    expect(done.integration?.redBase).toBeUndefined();
    expect(done.items.map((item) => item.state.name)).toEqual(['merged']);
  });
});
