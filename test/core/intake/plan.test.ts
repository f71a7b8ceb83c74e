import { describe, expect, it } from 'vitest';
import { readPlan } from '#core/intake/plan.ts';

const plan = (body: string) => readPlan({ issue: 10, title: 'A plan', body });

describe('a plan', () => {
  it('is read section by section', () => {
    const read = plan(
      '### Goal\n\nIt works.\n\n### Contracts\n\n- provides `event user.created`\n\n```ts src/shared/types.ts\nexport type A = 1;\n\n```\n\n### Items\n\n- [ ] #3\n- [x] #2\n\n### Strategy\n\nSequential\n\n### Merge order\n\n1. #2\n2. #3\n\n### Verification\n\n```sh scripts/all.sh\nnpm test\n```\n\n### Decisions\n\n- JWT, by `#2`\n\n### Limits\n\nbudget: $20\nslots: 3\n- attempts: 2\n',
    );
    expect(read).toMatchObject({
      goal: 'It works.',
      files: [{ path: 'src/shared/types.ts', content: 'export type A = 1;\n\n', line: 9 }],
      items: [3, 2],
      strategy: 'sequential',
      mergeOrder: [2, 3],
      commands: ['npm test'],
      decisions: ['JWT, by #2'],
      limits: { budget: 20, slots: 3 },
      problems: [],
    });
    expect(read.contracts.map(({ thing }) => thing)).toEqual(['event user.created']);
  });

  it('needs a goal', () => {
    expect(plan('### Items\n\n- #2').problems).toMatchObject([{ code: 'section-missing', severity: 'error' }]);
    expect(plan('Words.\n\n## Goal:\n\nIt works.').problems).toEqual([]);
  });

  it('has names of its own for sections', () => {
    expect(
      plan('## Goal\n\nx\n\n## Gaol\n\ny\n\n## Goals\n\nz\n\n## Scope\n\nw').problems.map(({ code, line }) => [
        code,
        line,
      ]),
    ).toEqual([
      ['section-unknown', 5],
      ['section-unknown', 9],
    ]);
  });

  it.each([
    ['```ts src/a.ts', 'src/a.ts'],
    ['~~~ts src/a.ts', 'src/a.ts'],
    ['```ts title="src/a.ts"', 'src/a.ts'],
    ['```src/a.ts', 'src/a.ts'],
    ['```ts', undefined],
    ['```ts readonly', undefined],
    ['```', undefined],
    ['```json package.json', 'package.json'],
  ])('with the fence %j has the file contract %j', (fence, path) => {
    expect(plan(`### Contracts\n\n${fence}\nx\n${fence.slice(0, 3)}\n`).files.map((file) => file.path)).toEqual(
      path === undefined ? [] : [path],
    );
  });
});
