import { afterEach, describe, expect, it } from 'vitest';
import { allReady, filePlan, itemBody, type Local, openLocal } from './local.ts';

let local: Local;
afterEach(() => local.close());

describe('strategies without an integration branch', () => {
  it.each(['direct', 'sequential'])(
    '%s: pull requests go to the default branch, and the plan lands with the last',
    async (strategy) => {
      local = await openLocal({ files: { '.github/parallel.yml': `strategy: ${strategy}\n` } });
      const filed = await filePlan(local.world, [
        { title: 'Add a', body: itemBody('src/a.md') },
        {
          title: 'Add b',
          body: itemBody('src/b.md', { command: 'test -s src/a.md && test -s src/b.md', dependsOn: [2] }),
        },
      ]);
      const maintainer = local.world.as('maintainer');
      await local.plan(filed.plan, allReady(2));
      await maintainer.comment(filed.plan, '/parallel start');
      await local.plan(filed.plan, (found) => found.items.every((item) => item.state.name === 'proposed'));
      await local.quiet();
      const pulls = await maintainer.pulls();
      expect(pulls.map((pull) => (pull['base'] as { ref: string }).ref)).toEqual(['main', 'main']);
      expect((await maintainer.branches()).filter((branch) => branch.startsWith('integration/'))).toEqual([]);

      const [last, first] = pulls.map((pull) => Number(pull['number'])).sort((a, b) => b - a);
      await maintainer.merge(first ?? 0);
      const half = await local.plan(filed.plan, (found) => found.items.some((item) => item.state.name === 'merged'));
      expect(half.state.name).toBe('running');
      await maintainer.merge(last ?? 0);
      await local.plan(filed.plan, (found) => found.state.name === 'landed');
      await local.quiet();
      expect((await maintainer.branches()).filter((branch) => branch !== 'main')).toEqual([]);
      for (const issue of filed.items) expect((await maintainer.issue(issue))['state']).toBe('closed');
      expect(await local.comment(filed.plan)).toContain('landed with');
    },
  );
});
