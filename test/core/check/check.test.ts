import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { check } from '#core/check/check.ts';
import { dependenciesOf } from '#core/check/dependencies.ts';
import { readItem } from '#core/intake/item.ts';
import { overlap } from '#core/pattern/overlap.ts';
import { parsePattern } from '#core/pattern/pattern.ts';
import { body, checked, codes, of, plan, tree, type Written } from './write.ts';

const pattern = fc.constantFrom(
  'src/a.ts',
  'src/b.ts',
  'src/*',
  'src/**',
  'lib/',
  'lib/x.ts',
  'lib',
  'SRC/A.ts',
  'docs/{a,b}.md',
  'docs/*.md',
  '../x',
  '**',
  '.github/workflows/x.yml',
);
const contract = fc.constantFrom(
  'provides `src/a.ts` `f(): void`',
  'consumes `src/a.ts` `f(a: string): void`',
  'provides `GET /a`',
  'uses `GET /a`',
  'uses `GET /b`',
  'provides nothing',
);
const written: fc.Arbitrary<Written> = fc.record(
  {
    scope: fc.array(pattern, { maxLength: 3 }).map((all) => all.map((text) => `- \`${text}\``).join('\n')),
    contracts: fc.array(contract, { maxLength: 3 }).map((all) => all.map((text) => `- ${text}`).join('\n')),
    dependsOn: fc
      .array(fc.integer({ min: 1, max: 6 }), { maxLength: 2 })
      .map((all) => all.map((issue) => `- #${issue}`).join('\n')),
    verification: fc.constantFrom('- It works.', '```\nnpm test\n```', ''),
  },
  { requiredKeys: [] },
);
const plans = fc.array(written, { minLength: 1, maxLength: 5 });

const items = (all: readonly Written[]) =>
  all.map((one, at) => readItem({ issue: at + 1, title: '', body: body(at + 1, one) }));

describe('a report', () => {
  it('is ok exactly when it has no error, and the same for every order of the items', () => {
    fc.assert(
      fc.property(plans, (all) => {
        const report = check({ items: items(all) });
        const errors = [...report.items.flatMap((item) => item.problems), ...report.problems].filter(
          ({ severity }) => severity === 'error',
        );
        expect(report.ok).toBe(errors.length === 0);
        expect(check({ items: items(all).reverse() })).toEqual(report);
      }),
    );
  });

  it('names each pair of items that overlap and are not ordered, once, and no other', () => {
    fc.assert(
      fc.property(plans, (all) => {
        const read = items(all);
        const report = check({ items: read });
        const before = new Map(
          read.map((item) => [item.issue, item.dependsOn.filter((other) => other !== item.issue)]),
        );
        const depends = (from: number, to: number, seen = new Set<number>()): boolean =>
          (before.get(from) ?? []).some(
            (next) => next === to || (!seen.has(next) && depends(next, to, seen.add(next))),
          );
        const valid = (issue: number) =>
          (read[issue - 1]?.scope ?? []).flatMap((entry) => {
            const parsed = parsePattern(entry.pattern);
            return parsed.ok ? [parsed.pattern] : [];
          });
        const expected: number[][] = [];
        for (let a = 1; a <= read.length; a += 1) {
          for (let b = a + 1; b <= read.length; b += 1) {
            const meets = valid(a).some((one) => valid(b).some((other) => overlap(one, other) !== undefined));
            if (meets && !depends(a, b) && !depends(b, a)) expected.push([a, b]);
          }
        }
        expect(report.problems.filter(({ code }) => code === 'scope-overlap').map(({ issues }) => issues)).toEqual(
          expected,
        );
      }),
    );
  });

  it('gives invalid patterns as written and says no more about them', () => {
    const report = checked({ 1: { scope: '- `/etc/passwd`\n- `src/a.ts`' } });
    expect(report.items[0]?.scope).toEqual(['/etc/passwd', 'src/a.ts']);
    expect(codes(report)).toEqual(['pattern-invalid']);
    expect(of(report, 'pattern-invalid')).toMatchObject([
      { line: 3, message: expect.stringContaining('"/etc/passwd"') },
    ]);
  });

  it('names both items, both patterns and an example path of an overlap', () => {
    const [found] = checked({ 3: { scope: '- a note\n- `src/{a,b}/*.ts`' }, 8: { scope: '- `src/b/**`' } }).problems;
    expect(found).toMatchObject({
      code: 'scope-overlap',
      severity: 'error',
      issues: [3, 8],
      at: [
        { issue: 3, line: 4 },
        { issue: 8, line: 3 },
      ],
      path: expect.stringMatching(/^src\/b\/.*\.ts$/),
    });
    for (const part of ['#3', '#8', '"src/{a,b}/*.ts"', '"src/b/**"', `"${found?.path}"`])
      expect(found?.message).toContain(part);
  });

  it('prints a circle in order, once for each entangled group', () => {
    const report = checked({
      1: { dependsOn: '#3' },
      2: { dependsOn: '#1' },
      3: { dependsOn: '#2' },
      4: { dependsOn: '#1' },
      5: { dependsOn: '#5' },
    });
    const found = of(report, 'dependency-cycle');
    expect(found).toMatchObject([{ issues: [1, 3, 2] }]);
    expect(found[0]?.message).toContain('#1 → #3 → #2 → #1');
    expect(report.plan).toEqual({ waves: [[5]], mergeOrder: [5], criticalPath: [5], parallelism: 1 });
  });

  it("follows GitHub's own relation where somebody set it", () => {
    const native = new Map<number, readonly number[]>([
      [3, [2, 2]],
      [2, []],
    ]);
    const report = checked({ 1: {}, 2: { dependsOn: '#1' }, 3: { dependsOn: '#1' } }, { native });
    expect(report.items.map(({ dependsOn }) => dependsOn)).toEqual([[], [1], [2]]);
    expect(report.plan.waves).toEqual([[1], [2], [3]]);
    expect(dependenciesOf(readItem({ issue: 3, title: '', body: body(3, { dependsOn: '#1' }) }))).toEqual([1]);
  });

  it("keeps the plan's own problems at the top, with its number and lines", () => {
    const broken = plan('### Goal\n\nAgain.\n\n```ts ../x.ts\n```\n\n```ts CLAUDE.md\n```\n');
    expect(checked({ 1: {} }, { plan: broken }).problems).toMatchObject([
      { code: 'section-duplicate', issues: [100], at: [{ issue: 100, line: 5 }] },
      { code: 'pattern-invalid', issues: [100], at: [{ issue: 100, line: 9 }] },
      { code: 'scope-protected', issues: [100], at: [{ issue: 100, line: 12 }] },
    ]);
  });

  it('gives a plan of one no advice about its shape', () => {
    expect(checked({ 1: {} }).problems).toEqual([]);
  });

  it('does not compare 50,000 files with every pattern', () => {
    const paths = Array.from({ length: 50_000 }, (_, at) => `src/area${at % 500}/file${at}.ts`);
    const all = Object.fromEntries(
      Array.from({ length: 300 }, (_, at) => [
        at + 1,
        {
          scope: `- modify \`src/area${at}/*.ts\`\n- delete \`src/area${at}/file${at}.ts\`\n- create \`src/area${at}/new.ts\``,
        },
      ]),
    );
    const begun = process.threadCpuUsage();
    expect(codes(checked(all, { tree: tree(...paths) }))).toEqual([]);
    expect(process.threadCpuUsage(begun).user / 1000).toBeLessThan(3000);
  });
});
