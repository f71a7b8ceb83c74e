import { describe, expect, it } from 'vitest';
import type { CheckInput } from '#core/check/check.ts';
import { CODES, type Code } from '#core/check/codes.ts';
import { checked, of, plan, tree, type Written } from './write.ts';

type Story = { readonly items: Readonly<Record<number, Written>>; readonly more?: Partial<Omit<CheckInput, 'items'>> };
type Case = { readonly code: Code; readonly raised: readonly Story[]; readonly near: readonly Story[] };

const alone = (written: Written, more?: Story['more']): Story => ({
  items: { 1: written },
  ...(more === undefined ? {} : { more }),
});
const scope = (...texts: string[]): Story[] => texts.map((text) => alone({ scope: text }));
const contracts = (...texts: string[]): Story[] =>
  texts.map((text) => alone({ scope: '- create `src/a.ts`', contracts: text }));
const two = (one: Written, other: Written, more?: Story['more']): Story => ({
  items: { 1: one, 2: other },
  ...(more === undefined ? {} : { more }),
});

const F = '`src/a.ts` `f(a: string): void`';
const three = { 1: {}, 2: {}, 3: {} };
const claim = (pattern: string) => ({ claims: [{ plan: '7-70', planIssue: 70, item: 71, pattern }] });

/** Every code of spec section 3: what raises it, and what comes near and does not. */
const CASES: readonly Case[] = [
  {
    code: 'section-missing',
    raised: [
      alone({ context: '' }),
      alone({ context: '_No response_' }),
      alone({ scope: '\n\n' }),
      alone({ contracts: '' }),
      alone({ verification: '#### Commands' }),
    ],
    near: [
      alone({}),
      alone({ contracts: 'None' }),
      alone({ contracts: '- **n/a.**' }),
      alone({ constraints: '' }),
      alone({ dependsOn: '_No response_' }),
    ],
  },
  {
    code: 'section-duplicate',
    raised: [alone({ context: 'One.\n\n### Background\n\nTwo.' }), alone({ context: 'One.\n\n### CONTEXT\n\nTwo.' })],
    near: [
      alone({ context: 'One.\n\n### Notes\n\nTwo.\n\n### Notes\n\nThree.' }),
      alone({ context: 'One.\n\n```\n### Context\n```' }),
      alone({ context: 'One.\n\n> ### Context' }),
    ],
  },
  {
    code: 'section-unknown',
    raised: [
      alone({ context: 'A.\n\n### Verfication\n\nx' }),
      alone({ context: 'A.\n\n### Dependson\n\nx' }),
      alone({ context: 'A.\n\n### cosntraints\n\nx' }),
      alone({ context: 'A.\n\n### Scopes\n\nx' }),
    ],
    near: [
      alone({ context: 'A.\n\n### Notes\n\nx' }),
      alone({ context: 'A.\n\n### Vrfication\n\nx' }),
      alone({ context: 'A.\n\n- ### Scopes' }),
    ],
  },
  {
    code: 'scope-empty',
    raised: scope(
      'The files of auth.',
      '- None',
      'None',
      '- the auth files',
      '```\n# only a comment\n```',
      '`src/a.ts`',
      '> - `src/a.ts`',
    ),
    near: scope('- src/a.ts', '- create src/a.ts', '```\nsrc/a.ts\n```', '- `../x`'),
  },
  {
    code: 'pattern-invalid',
    raised: scope(
      '- `/src/a.ts`',
      '- `./src`',
      '- `src/../a`',
      '- `src//a`',
      '- `src\\a.ts`',
      '- `src/**.ts`',
      '- `src/{a}`',
      '- `src/{a,{b,c}}`',
      '- `src/{a,b`',
      '- `..`',
      '- `src/./a`',
    ),
    near: scope(
      '- `src/[...slug]/page.tsx`',
      '- `app/[id]/page.tsx`',
      '- `src/**/*.ts`',
      '- `src/{a,b}.ts`',
      '- `.config/a,b.json`',
      '- `src/auth/`',
      '- `src/a..b`',
      '- `src/cafe\u0301.ts`',
      '- `aux.ts`',
    ),
  },
  {
    code: 'pattern-too-broad',
    raised: scope('- `**`', '- `*`', '- `READ*`', '- `**/*.ts`', '- `{*,src/a}`'),
    near: scope('- `**/Dockerfile`', '- `*/x.ts`', '- `src/**`', '- `README.md`'),
  },
  {
    code: 'pattern-is-folder',
    raised: [
      alone({ scope: '- `src/auth`' }, { tree: tree('src/auth/a.ts') }),
      alone({ scope: '- `SRC/Auth`' }, { tree: tree('src/auth/a.ts') }),
      alone({ scope: '- `src/{auth,pay}`' }, { tree: tree('src/auth/a.ts') }),
    ],
    near: [
      alone({ scope: '- `src/auth`' }),
      alone({ scope: '- `src/auth/`' }, { tree: tree('src/auth/a.ts') }),
      alone({ scope: '- `src/auth`' }, { tree: tree('src/auth') }),
      alone({ scope: '- `src/auth/**`' }, { tree: tree('src/auth/a.ts') }),
    ],
  },
  {
    code: 'scope-protected',
    raised: [
      ...scope(
        '- `src/{a.ts,CLAUDE.md}`',
        '- `{src,.claude}/x`',
        '- `.github/workflows/ci.yml`',
        '- `.github/**`',
        '- `CLAUDE.md`',
        '- `pkg/AGENTS.md`',
        '- `pkg/*/AGENTS.md`',
        '- `.gitignore`',
        '- `web/.gitignore`',
        '- `.claude/`',
        '- `.mcp.json`',
        '- `.github/parallel.yml`',
        '- `claude.md`',
      ),
      alone({ scope: '- `infra/main.tf`' }, { protectedAdd: ['infra/'] }),
      alone({ scope: '- `.github/workflows/`' }, { protectedAllow: ['.github/workflows/ci.yml'] }),
    ],
    near: [
      ...scope(
        '- `.github/ISSUE_TEMPLATE/bug.yml`',
        '- `docs/CLAUDE-notes.md`',
        '- `src/**`',
        '- `*/x.ts`',
        '- `src/workflows/ci.yml`',
      ),
      alone({ scope: '- `infra/main.tf`' }),
      alone({ scope: '- `.github/workflows/ci.yml`' }, { protectedAllow: ['.github/workflows/ci.yml'] }),
      alone({ scope: '- `.github/workflows/ci.yml`' }, { protectedAllow: ['.github/workflows/'] }),
    ],
  },
  {
    code: 'scope-contract',
    raised: ['src/shared/types.ts', 'src/shared/**', 'SRC/shared/Types.ts'].map((text) =>
      alone(
        { scope: `- \`${text}\`` },
        { plan: plan('### Contracts\n\n```ts src/shared/types.ts\nexport {};\n```\n') },
      ),
    ),
    near: [
      alone(
        { scope: '- `src/shared/other.ts`' },
        { plan: plan('### Contracts\n\n```ts src/shared/types.ts\nexport {};\n```\n') },
      ),
      alone({ scope: '- `src/shared/types.ts`' }, { plan: plan('### Contracts\n\n```ts\nexport {};\n```\n') }),
    ],
  },
  {
    code: 'scope-stale',
    raised: [
      alone({ scope: '- create `src/a.ts`' }, { tree: tree('src/a.ts') }),
      alone({ scope: '- modify `src/b.ts`' }, { tree: tree('src/a.ts') }),
      alone({ scope: '- delete `src/b/**`' }, { tree: tree('src/a.ts') }),
      alone({ scope: '- Create: `src/{b,A}.ts`' }, { tree: tree('src/a.ts') }),
    ],
    near: [
      alone({ scope: '- modify `src/b.ts`' }),
      alone({ scope: '- modify `src/*.ts`' }, { tree: tree('src/a.ts') }),
      alone({ scope: '- `src/b.ts`' }, { tree: tree('src/a.ts') }),
      alone({ scope: '- create `src/b.ts`' }, { tree: tree('src/a.ts') }),
      alone({ scope: '- modify `src/A.ts`' }, { tree: tree('src/a.ts') }),
      alone({ scope: '- delete `src/`' }, { tree: tree('src/a.ts') }),
    ],
  },
  {
    code: 'scope-entry-ignored',
    raised: scope('- `src/a.ts`\n- the tests', '- `src/a.ts`\n- see `src/b.ts`'),
    near: scope(
      '- the tests',
      '- `src/a.ts` and its tests',
      '- The service\n  - `src/a.ts`',
      '- Create:\n  - `src/a.ts`',
      '- `src/a.ts`\n\nAnd a word.',
    ),
  },
  {
    code: 'scope-constraint',
    raised: [alone({ scope: '- `src/a.ts`', constraints: 'Do not touch `src/`.' })],
    near: [
      alone({ scope: '- `src/**`', constraints: 'Do not touch `src/a.ts`.' }),
      alone({ scope: '- `src/a.ts`', constraints: 'Do not touch `src/b.ts`. Use `src/a.ts`.' }),
    ],
  },
  {
    code: 'scope-overlap',
    raised: [
      two({ scope: '- `src/a/**`' }, { scope: '- `src/*/b.ts`' }),
      two({ scope: '- `src/auth`' }, { scope: '- `src/auth/x.ts`' }),
      two({ scope: '- `README.md`' }, { scope: '- `readme.md`' }),
      {
        items: {
          1: { scope: '- `src/a.ts`' },
          2: { scope: '- `src/b.ts`', dependsOn: '#1' },
          3: { scope: '- `src/a.ts`' },
        },
      },
    ],
    near: [
      two({ scope: '- `src/a/*`' }, { scope: '- `src/b/*`' }),
      two({ scope: '- `src/auth`' }, { scope: '- `src/*/x.ts`' }),
      two({ scope: '- `src/a.ts`' }, { scope: '- `src/a.ts`', dependsOn: '- #1' }),
      {
        items: { 1: { scope: '- `src/a.ts`' }, 2: { dependsOn: '#1' }, 3: { scope: '- `src/a.ts`', dependsOn: '#2' } },
      },
      two({ scope: '- `src/a.ts`' }, { scope: '- `src/a.ts`' }, { native: new Map([[2, [1]]]) }),
      alone({ scope: '- `src/a.ts`\n- `src/*`' }),
    ],
  },
  {
    code: 'scope-claimed',
    raised: [
      alone({ scope: '- `src/a.ts`' }, claim('src/*')),
      two({ scope: '- `src/a.ts`' }, { scope: '- `src/a.ts`', dependsOn: '#1' }, claim('src/a.ts')),
    ],
    near: [
      two({ scope: '- `src/a.ts`' }, { scope: '- `src/a.ts`', dependsOn: '#1' }, claim('lib/*')),
      alone({ scope: '- `src/a.ts`' }, claim('lib/*')),
      alone({ scope: '- `src/a.ts`' }),
    ],
  },
  {
    code: 'scope-hot-file',
    raised: scope(
      '- `{src/a.ts,package.json}`',
      '- `src/{a,b}/{index,other}.ts`',
      '- `package.json`',
      '- `package-lock.json`',
      '- `pnpm-lock.yaml`',
      '- `yarn.lock`',
      '- `Cargo.lock`',
      '- `go.sum`',
      '- `poetry.lock`',
      '- `uv.lock`',
      '- `go.mod`',
      '- `Cargo.toml`',
      '- `pyproject.toml`',
      '- `src/index.ts`',
      '- `pkg/__init__.py`',
      '- `src/routes/index.ts`',
      '- `src/shared/types.ts`',
      '- `.env.example`',
      '- `db/migrations/001_a.sql`',
      '- `db/schema/user.sql`',
      '- `test/fixtures/a.json`',
    ),
    near: scope(
      '- `src/a.ts`',
      '- `src/**`',
      '- `docs/package.json.md`',
      '- `src/indexes.ts`',
      '- `src/migrations.ts`',
    ),
  },
  {
    code: 'contract-vague',
    raised: contracts(
      '- provides auth validation',
      '- Exports: src/auth/validate.ts validateToken(token: string)',
      'consumes the user table',
      '* **provides** something',
    ),
    near: contracts(
      `- provides ${F}`,
      '- uses the old session store',
      '- calls are retried',
      '- The item provides something',
      '```\nprovides nothing\n```',
      'imports are sorted',
      '> provides something',
      '- Provider of things',
    ),
  },
  {
    code: 'contract-unprovided',
    raised: [
      two(
        { scope: '- `src/a.ts`', contracts: `- provides ${F}` },
        { contracts: '- consumes `src/b.ts` `f(a: string): void`' },
      ),
      ...contracts(
        `- consumes ${F}`,
        '- uses `PUT /api/profile`',
        '- consumes `table users`',
        '- consumes `event user.created`',
        '- Calls: `GET /x`',
        '- consumes `env AVATAR_BUCKET`',
      ),
      two({ scope: '- `src/a.ts`', contracts: `- provides ${F}` }, { contracts: '- consumes `src/a.ts` `g(): void`' }),
      alone({ contracts: `- consumes ${F}` }, { tree: tree('src/b.ts') }),
    ],
    near: [
      ...contracts(
        `- consumes existing ${F}`,
        '- uses existing `PUT /api/profile`',
        '- assumes existing: `table users`',
        '- uses the `PUT /api/profile` endpoint',
      ),
      two({ scope: '- `src/a.ts`', contracts: `- provides ${F}` }, { contracts: `- consumes ${F} #1` }),
      two({ scope: '- `src/a.ts`', contracts: `- provides ${F}` }, { contracts: '- imports `src/a.ts`' }),
      two({ scope: '- `src/a.ts`', contracts: `- provides ${F}` }, { contracts: '- consumes `SRC/a.ts` `f`' }),
      alone({ contracts: `- consumes ${F}` }, { tree: tree('src/a.ts') }),
      alone(
        { contracts: '- consumes `env AVATAR_BUCKET`' },
        { tree: { ...tree('.env.example'), read: { '.env.example': '# where\nAVATAR_BUCKET=\n' } } },
      ),
      alone({ contracts: `- consumes ${F}` }, { plan: plan('### Contracts\n\n```ts src/a.ts\nexport {};\n```\n') }),
    ],
  },
  {
    code: 'contract-provided-twice',
    raised: [
      two(
        { scope: '- `src/a.ts`', contracts: `- provides ${F}` },
        { scope: '- `src/a.ts`', dependsOn: '#1', contracts: `- provides ${F}` },
      ),
      two({ contracts: '- provides `PUT /a`' }, { contracts: '- exports `put /a`' }),
    ],
    near: [
      two(
        { scope: '- `src/a.ts`', contracts: `- provides ${F}` },
        { scope: '- `src/a.ts`', dependsOn: '#1', contracts: '- provides `src/a.ts` `g(): void`' },
      ),
      two({ contracts: '- provides `PUT /a`' }, { contracts: '- provides `GET /a`' }),
      alone({ contracts: '- provides `PUT /a`\n- provides `PUT /a`' }),
    ],
  },
  {
    code: 'contract-mismatch',
    raised: [
      two(
        { scope: '- `src/a.ts`', contracts: `- provides ${F}` },
        { contracts: '- consumes `src/a.ts` `f(a: number): void`' },
      ),
    ],
    near: [
      two(
        { scope: '- `src/a.ts`', contracts: `- provides ${F}` },
        { contracts: '- consumes `src/a.ts` `f( token :string ):void`' },
      ),
      two({ scope: '- `src/a.ts`', contracts: `- provides ${F}` }, { contracts: '- consumes `src/a.ts` `f`' }),
    ],
  },
  {
    code: 'contract-outside-scope',
    raised: [alone({ scope: '- `src/b.ts`', contracts: `- provides ${F}` })],
    near: [
      alone({ scope: '- `src/*.ts`', contracts: `- provides ${F}` }),
      alone({ scope: '- `src/b.ts`', contracts: '- provides `PUT /a`' }),
      alone({ scope: '- `src/b.ts`', contracts: `- consumes existing ${F}` }),
      alone({ scope: '', contracts: `- provides ${F}` }),
      alone({ scope: '- `SRC/A.ts`', contracts: `- provides ${F}` }),
    ],
  },
  {
    code: 'contract-cycle',
    raised: [
      two(
        { contracts: '- provides `GET /a`\n- consumes `GET /b`' },
        { contracts: '- provides `GET /b`\n- consumes `GET /a`' },
      ),
    ],
    near: [
      two({ contracts: '- provides `GET /a`' }, { contracts: '- provides `GET /b`\n- consumes `GET /a`' }),
      alone({ contracts: '- provides `GET /a`\n- consumes `GET /a`' }),
    ],
  },
  {
    code: 'verification-none',
    raised: ['Run it.', '- None', '```ts\nf();\n```', '```sh\n# later\n\n```', '    npm test'].map((verification) =>
      alone({ verification }),
    ),
    near: [alone({}), alone({ verification: '- It works.' }), alone({ verification: '' })],
  },
  {
    code: 'verification-prose',
    raised: [
      alone({ verification: '- It works.' }),
      alone({ verification: '- [ ] `npm test` passes' }),
      alone({ verification: '- It works.\n\n```json\n{}\n```' }),
    ],
    near: [
      alone({ verification: '- It works.\n\n```\nnpm test\n```' }),
      alone({ verification: '1. Run\n\n   ```console\n   $ npm test\n   ```' }),
      alone({ verification: '```Bash\nnpm test\n```' }),
      alone({ verification: 'Run it.' }),
    ],
  },
  {
    code: 'dependency-unknown',
    raised: [
      alone({ dependsOn: '- #9' }),
      alone({ dependsOn: 'someone/else#1' }),
      alone({ dependsOn: 'https://github.com/a/b/issues/1' }),
      alone({ dependsOn: '#100' }, { plan: plan('') }),
    ],
    near: [
      alone({ dependsOn: 'None' }),
      alone({ dependsOn: '`#9`' }),
      alone({ dependsOn: '```\n#9\n```' }),
      two({}, { dependsOn: '- [ ] #1' }),
      alone({ dependsOn: '#9' }, { elsewhere: [{ issue: 9, open: false }] }),
      alone({ dependsOn: '_None._' }),
      alone({ dependsOn: 'rgb(#12ab)' }),
    ],
  },
  { code: 'dependency-self', raised: [alone({ dependsOn: '#1' })], near: [two({}, { dependsOn: '#1' })] },
  {
    code: 'dependency-cycle',
    raised: [two({ dependsOn: '#2' }, { dependsOn: '#1' })],
    near: [
      alone({ dependsOn: '#1' }),
      two({}, { dependsOn: '#1' }),
      two(
        { dependsOn: '#2' },
        { dependsOn: '#1' },
        { native: new Map([[1, [3]]]), elsewhere: [{ issue: 3, open: false }] },
      ),
    ],
  },
  {
    code: 'merge-order',
    raised: [two({}, { dependsOn: '#1' }, { plan: plan('### Merge order\n\n1. #2\n2. #1\n') })],
    near: [
      two({}, { dependsOn: '#1' }, { plan: plan('### Merge order\n\n1. #1\n2. #2\n') }),
      two({}, { dependsOn: '#1' }, { plan: plan('### Merge order\n\n1. #2\n') }),
      two({}, {}, { plan: plan('### Merge order\n\n- #2\n- #1\n') }),
    ],
  },
  {
    code: 'plan-items',
    raised: [
      alone({}, { plan: plan('### Items\n\n- [ ] #1\n- [ ] #2\n') }),
      two({}, {}, { plan: plan('### Items\n\n- [ ] #1\n') }),
      alone({ plan: '#99' }, { plan: plan('') }),
      alone({ context: 'Part of #99\n' }, { plan: plan('') }),
    ],
    near: [
      alone({}, { plan: plan('### Items\n\n- [x] #1\n') }),
      alone({}, { plan: plan('') }),
      alone({ plan: '#100' }, { plan: plan('') }),
      alone({ plan: '#99' }),
    ],
  },
  {
    code: 'dependency-open-elsewhere',
    raised: [alone({ dependsOn: '#9' }, { elsewhere: [{ issue: 9, open: true }] })],
    near: [alone({ dependsOn: '#9' }, { elsewhere: [{ issue: 9, open: false }] })],
  },
  {
    code: 'dependency-mismatch',
    raised: [{ items: { 1: {}, 2: {}, 3: { dependsOn: '#1' } }, more: { native: new Map([[3, [2]]]) } }],
    near: [
      { items: { 1: {}, 2: {}, 3: { dependsOn: '#2, #1' } }, more: { native: new Map([[3, [1, 2]]]) } },
      two({}, { dependsOn: '#1' }, { native: new Map([[2, []]]) }),
      two({}, {}, { native: new Map([[2, [1]]]) }),
    ],
  },
  {
    code: 'migration-clash',
    raised: [
      two({ scope: '- create `db/migrations/003_a.sql`' }, { scope: '- create `db/migrations/3-b.sql`' }),
      two({ scope: '- create `Migrate/{1_a,2_b}.sql`' }, { scope: '- create `migrate/0002.sql`' }),
    ],
    near: [
      two({ scope: '- create `db/migrations/003_a.sql`' }, { scope: '- create `db/migrations/004_b.sql`' }),
      two({ scope: '- create `a/migrations/003_a.sql`' }, { scope: '- create `b/migrations/003_b.sql`' }),
      two({ scope: '- create `db/migrations/003_a.sql`' }, { scope: '- modify `db/migrations/003_b.sql`' }),
      two({ scope: '- create `db/scripts/003_a.sql`' }, { scope: '- create `db/scripts/003_b.sql`' }),
      alone({ scope: '- create `db/migrations/003_a.sql`\n- create `db/migrations/003_b.sql`' }),
    ],
  },
  {
    code: 'hidden-text',
    raised: [
      alone({ context: 'Seen <!-- ignore the rest --> here.' }),
      alone({ context: 'zero\u200bwidth' }),
      alone({ context: 'A.\n\n[//]: # (secret)' }),
    ],
    near: [
      alone({ context: 'A `<!-- shown -->` comment.' }),
      alone({ context: '👨‍👩‍👧 family' }),
      alone({ context: '[a]: https://example.org\n\nSee [a].' }),
    ],
  },
  {
    code: 'body-too-long',
    raised: [alone({ context: 'word '.repeat(12_000) })],
    near: [alone({ context: 'word '.repeat(11_900) }), alone({ context: '😀'.repeat(40_000) })],
  },
  {
    code: 'plan-sequential',
    raised: [
      two({}, { dependsOn: '#1' }),
      { items: { 1: {}, 2: { dependsOn: '#1' }, 3: { dependsOn: '#2' }, 4: { dependsOn: '#2' } } },
    ],
    near: [{ items: { 1: {}, 2: { dependsOn: '#1' }, 3: { dependsOn: '#1' } } }, alone({})],
  },
  { code: 'plan-small', raised: [two({}, {})], near: [alone({}), { items: three }] },
  {
    code: 'plan-no-integration',
    raised: [
      { items: three },
      { items: three, more: { plan: plan('') } },
      { items: { ...three, 3: { dependsOn: '#1' } } },
    ],
    near: [
      { items: { ...three, 3: { dependsOn: '#1 #2' } } },
      { items: { 1: {}, 2: { dependsOn: '#1' }, 3: { dependsOn: '#2' } } },
      { items: three, more: { plan: plan('### Verification\n\n```sh\nnpm test\n```') } },
      two({}, {}),
    ],
  },
  {
    code: 'plan-heavy-contract',
    raised: [two({ constraints: 'Be careful. '.repeat(40) }, {})],
    near: [
      two({ context: 'Much to say. '.repeat(60), constraints: 'Be careful. '.repeat(40) }, {}),
      alone({ constraints: 'Be careful. '.repeat(40) }),
    ],
  },
];

describe('every code of the check', () => {
  it('has its cases here', () => {
    expect(CASES.map(({ code }) => code).sort()).toEqual(Object.keys(CODES).sort());
  });

  for (const { code, raised, near } of CASES) {
    for (const story of raised) {
      it(`${code} is raised for ${told(story)}`, () => {
        const found = of(checked(story.items, story.more), code);
        expect(found.length, JSON.stringify(checked(story.items, story.more), null, 1)).toBeGreaterThan(0);
        for (const problem of found) {
          expect(problem.severity).toBe(CODES[code]);
          expect(problem.message).not.toBe('');
          expect(problem.hint).not.toBe('');
        }
      });
    }
    for (const story of near) {
      it(`${code} is not raised for ${told(story)}`, () => {
        expect(of(checked(story.items, story.more), code)).toEqual([]);
      });
    }
  }
});

function told(story: Story): string {
  const text = JSON.stringify(story.items).replaceAll('\\n', ' ⏎ ');
  const more = story.more === undefined ? '' : ` with ${Object.keys(story.more).join(', ')}`;
  return `${text.length > 140 ? `${text.slice(0, 139)}…` : text}${more}`;
}
