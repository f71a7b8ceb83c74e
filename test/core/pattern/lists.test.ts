import { describe, expect, test } from 'vitest';
import { hotFile } from '#core/pattern/hot-files.ts';
import { overlap } from '#core/pattern/overlap.ts';
import { overlappingPairs } from '#core/pattern/overlapping-pairs.ts';
import type { Pattern } from '#core/pattern/pattern.ts';
import { parsePattern } from '#core/pattern/pattern.ts';
import { isProtectedPath, protectedBy } from '#core/pattern/protected.ts';
import { worked } from '../../services/worked.ts';
import { pattern } from './pattern-of.ts';
import { randomFrom, randomPattern } from './random.ts';

describe('a scope must not own what is protected', () => {
  test.each<[string, string | undefined]>([
    ['.gitignore', '.gitignore'],
    ['.GitIgnore', '.gitignore'],
    ['.git*', '.gitignore'],
    ['.*', '.gitignore'],
    ['*.md', 'CLAUDE.md'],
    ['**', '.gitignore'],
    ['AGENTS.md', 'AGENTS.md'],
    ['{AGENTS,README}.md', 'AGENTS.md'],
    ['pkg/*/AGENTS.md', 'AGENTS.md'],
    ['pkg/{AGENTS,README}.md', 'AGENTS.md'],
    ['**/CLAUDE.md', 'CLAUDE.md'],
    ['a/.gitmodules', '.gitmodules'],
    ['.git/config', '.git/'],
    ['.git', '.git/'],
    ['.github', '.github/workflows/'],
    ['.github/**', '.github/workflows/'],
    ['.github/workflows', '.github/workflows/'],
    ['.github/*/ci.yml', '.github/workflows/'],
    ['.github/*.yml', '.github/parallel.yml'],
    ['.gith*/workflows/ci.yml', '.github/workflows/'],
    ['?github/workflows/ci.yml', '.github/workflows/'],
    ['**/.github/workflows/ci.yml', '.github/workflows/'],
    ['{*,.github}/workflows/ci.yml', '.github/workflows/'],
    ['.claude/settings.json', '.claude/'],
    ['.cursorrules/x', '.cursorrules'],
    ['.mcp.json', '.mcp.json'],
    ['*/workflows/ci.yml', undefined],
    ['**/x.ts', undefined],
    ['*/x.ts', undefined],
    ['?*/x.ts', undefined],
    ['src/**', undefined],
    ['pkg/*.md', undefined],
    ['pkg/**', undefined],
    ['pkg/AGENTS.md/x', undefined],
    ['.github/ISSUE_TEMPLATE/item.yml', undefined],
    ['.githubs/x', undefined],
    ['.gitkeep', undefined],
    ['src/AGENTS.mdx', undefined],
    ['src/MYAGENTS.md', undefined],
  ])('%s', (text, thing) => {
    expect(protectedBy(pattern(text))).toBe(thing);
  });
});

describe('the guard knows a protected path wherever it lies', () => {
  test.each<[string, string | undefined]>([
    ['.gitignore', '.gitignore'],
    ['a/b/.GITATTRIBUTES', '.gitattributes'],
    ['a/.gitmodules', '.gitmodules'],
    ['pkg/agents.md', 'AGENTS.md'],
    ['a/.claude/settings.json', '.claude/'],
    ['.github/workflows/ci.yml', '.github/workflows/'],
    ['.GitHub/Workflows/ci.yml', '.github/workflows/'],
    ['a/.git/hooks/pre-commit', '.git/'],
    ['a/.git', '.git/'],
    ['.g\u{200c}it/config', '.git/'],
    ['.git./config', '.git/'],
    ['.git /config', '.git/'],
    ['GIT~1/config', '.git/'],
    ['.git::$INDEX_ALLOCATION/config', '.git/'],
    ['.github/parallel.yml', '.github/parallel.yml'],
    ['.github/parallel.yml.md', undefined],
    ['.github/ISSUE_TEMPLATE/a.yml', undefined],
    ['src/git/a.ts', undefined],
    ['src/claude.ts', undefined],
    ['docs/.gitkeep', undefined],
  ])('%s', (path, thing) => {
    expect(isProtectedPath(path)).toBe(thing);
  });
});

describe('hot files are told by their last segment or their folder', () => {
  test.each<[string, boolean]>([
    ...[
      'package.json',
      'web/package.json',
      'pnpm-lock.yaml',
      'Cargo.lock',
      'go.sum',
      'uv.lock',
      'poetry.lock',
      'yarn.lock',
      'go.mod',
    ]
      .concat([
        'package-lock.json',
        'Cargo.toml',
        'pyproject.toml',
        'src/index.ts',
        'src/index.*',
        'src/{index,a}.ts',
        'a/__init__.py',
      ])
      .concat([
        'src/routes/index.ts',
        'src/shared/types.ts',
        '.env.example',
        'db/migrations/001_a.sql',
        'db/migrations/',
        'schema/**',
      ])
      .concat(['test/fixtures/a.json', '**/package.json', 'PACKAGE.JSON', '{db/migrations,x}/a.sql'])
      .map((text): [string, boolean] => [text, true]),
    ...[
      'src/routes/profile.ts',
      'src/components/Nav.tsx',
      'src/**',
      'src/*.ts',
      'src/indexes.ts',
      'my-package.json',
      'src/migrations.ts',
    ]
      .concat([
        'package.json/a',
        'src/reindex.ts',
        'types.ts',
        'env.example',
        'fixtures',
        'src/index',
        'src/services/avatar.ts',
      ])
      .map((text): [string, boolean] => [text, false]),
  ])('%s: %s', (text, hot) => {
    expect(hotFile(pattern(text)) !== undefined).toBe(hot);
  });
});

describe('pairs of owners', () => {
  const never = (): boolean => false;

  test('the first two patterns in the order written are told, once a pair, earlier owner first', () => {
    const owners = [
      { owner: 7, patterns: ['a', 'src/**', 'lib/*'].map(pattern) },
      { owner: 3, patterns: ['lib/x', 'src/b', 'src/c'].map(pattern) },
      { owner: 5, patterns: ['src/c', 'q'].map(pattern) },
    ];
    const told = overlappingPairs(owners, never).map(({ a, b, patternA, patternB, path }) => [
      a,
      b,
      patternA.text,
      patternB.text,
      path,
    ]);
    expect(told).toEqual([
      [7, 3, 'src/**', 'src/b', 'src/b'],
      [7, 5, 'src/**', 'src/c', 'src/c'],
      [3, 5, 'src/c', 'src/c', 'src/c'],
    ]);
  });

  test('owners that are ordered are not told', () => {
    const owners = [1, 2, 3].map((owner) => ({ owner, patterns: [pattern('src/**')] }));
    const ordered = (a: number, b: number): boolean => a + b === 3;
    expect(overlappingPairs(owners, ordered).map(({ a, b }) => [a, b])).toEqual([
      [1, 3],
      [2, 3],
    ]);
  });

  test('the index leaves out no pair that comparing all with all finds', () => {
    const random = randomFrom(11);
    const next = (): Pattern => {
      for (;;) {
        const text = random() < 0.3 ? `src/${randomPattern(random)}` : randomPattern(random);
        const parsed = parsePattern(text);
        if (parsed.ok) return parsed.pattern;
      }
    };
    for (let round = 0; round < 100; round++) {
      const owners = Array.from({ length: 25 }, (_, owner) => ({ owner, patterns: Array.from({ length: 3 }, next) }));
      const slow = owners.flatMap((one, at) =>
        owners.slice(at + 1).flatMap((other) => {
          const pairs = one.patterns.flatMap((a) => other.patterns.map((b) => [a, b] as const));
          const first = pairs.find(([a, b]) => overlap(a, b) !== undefined);
          return first === undefined ? [] : [[one.owner, other.owner, first[0].text, first[1].text]];
        }),
      );
      const fast = overlappingPairs(owners, never).map(({ a, b, patternA, patternB }) => [
        a,
        b,
        patternA.text,
        patternB.text,
      ]);
      expect(fast).toEqual(slow);
    }
  }, 30_000);

  test('a thousand owners of twenty patterns are compared in time', () => {
    const patterns = (owner: number): Pattern[] =>
      Array.from({ length: 20 }, (_, index) =>
        pattern(
          [
            `src/m${owner}/f${index}.ts`,
            `src/m${owner}/d${index}/**`,
            `tests/n${owner}/**/t${index}.md`,
            `p/{a,b}${owner}/${index}*.ts`,
          ][index % 4] ?? '',
        ),
      );
    const owners = Array.from({ length: 1_000 }, (_, owner) => ({ owner, patterns: patterns(owner) }));
    const start = worked();
    expect(overlappingPairs(owners, never)).toEqual([]);
    expect(start()).toBeLessThan(1_500);
  });
});
