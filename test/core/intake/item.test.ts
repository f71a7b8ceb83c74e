import { describe, expect, it } from 'vitest';
import { readItem } from '#core/intake/item.ts';
import { planOf } from '#core/intake/part-of.ts';

const item = (body: string) => readItem({ issue: 1, title: 'One', body });

describe('Verification', () => {
  const commands = (text: string) => item(`### Verification\n\n${text}\n`).commands;

  it.each([
    ['```sh\nnpm ci\n\n# then\nnpm test\n```', ['npm ci', 'npm test']],
    ['```\nnpm test\n```', ['npm test']],
    ['```console\n$ npm test\nok 12\n$ npm run lint\n```', ['npm test', 'npm run lint']],
    ['```shell title="x"\nnpm test \\\n  --silent\n```', ['npm test \\\n  --silent']],
    ['```sh\ncd packages/a\nnpm test\n```', ['set -e\ncd packages/a\nnpm test']],
    ['```bash\nfor a in 1 2; do\n  echo $a\ndone\n```', ['set -e\nfor a in 1 2; do\n  echo $a\ndone']],
    ['```ts\nrun()\n```', []],
    ['```sh\n# nothing yet\n```', []],
    ['- Step\n\n  ```sh\n  npm test\n  ```', ['npm test']],
    ['~~~sh\nnpm test\n~~~\n\n```sh\nnpm run lint\n```', ['npm test', 'npm run lint']],
  ])('%j asks for %j', (text, expected) => {
    expect(commands(text)).toEqual(expected);
  });

  it('has list entries as criteria', () => {
    expect(item('### Tests\n\n- [ ] It works\n- None\n  - with `x`\n').criteria).toEqual(['It works', 'with `x`']);
  });
});

describe('Depends on', () => {
  it.each([
    ['#3, #2 and #3', [2, 3]],
    ['- [ ] #2 the **API**\n- [x] #3', [2, 3]],
    ['#2\n\nPart of #100', [2]],
    ['- #2\n- Part of #100', [2]],
    ['None', []],
    ['`#2` #3 <!-- #4 -->', [3]],
    ['(#2)', [2]],
    ['[#2](https://example.org/#9)', [2]],
    ['other#2 a/b#3 x#4', []],
    ['https://example.org/#2', []],
    ['#2nd #0x3', []],
    ['| #2 |\n| --- |\n| #3 |', [2, 3]],
  ])('%j is %j', (text, expected) => {
    expect(item(`### Depends on\n\n${text}\n`).dependsOn).toEqual(expected);
  });
});

describe('the plan of an item', () => {
  it.each([
    ['### Plan\n\n#7', 7],
    ['### Parent\n\nSee #7 and #8', 7],
    ['Words.\nPart of #7\nmore', 7],
    ['part of: #7.', 7],
    ['- Part of #7', 7],
    ['**Part of #7**', 7],
    ['This is part of #7', undefined],
    ['Part of #7 and more', undefined],
    ['`Part of #7`', undefined],
    ['```\nPart of #7\n```', undefined],
    ['Part of #8\n\n### Plan\n\n#7', 7],
    ['Part of other/repo#7', undefined],
    ['', undefined],
  ])('%j names %j', (body, expected) => {
    expect(planOf({ issue: 1, title: 'One', body })).toBe(expected);
    expect(item(body).plan).toBe(expected);
  });
});

describe('Agent', () => {
  it.each([
    [
      'agent: codex\nmodel: `gpt-5`\nrole: reviewer\nkind: Tests\nbudget: $2.50\ntimeout: 45 minutes',
      { agent: 'codex', model: 'gpt-5', role: 'reviewer', kind: 'tests', budget: 2.5, timeout: 45 },
    ],
    ['- **agent:** codex\n- Budget: 5 USD', { agent: 'codex', budget: 5 }],
    ['kind: unheard-of\nbudget: much\ntimeout: -1', {}],
    ['_No response_', {}],
  ])('%j asks for %j', (text, expected) => {
    expect(item(`### Agent\n\n${text}\n`).agent).toEqual(expected);
  });
});

describe('Constraints', () => {
  it.each([
    ['Do not touch `src/a.ts`, `src/b.ts` or `src/c/`.', ['src/a.ts', 'src/b.ts', 'src/c/']],
    ['Use `src/a.ts`. Do not modify `src/b.ts`; see `src/c.ts`.', ['src/b.ts']],
    ['- DO NOT MODIFY `a/b.ts`\n- use `c/d.ts`', ['a/b.ts']],
    ['Do not touch:\n\n- `a/b.ts`\n- `c/d.ts` either', ['a/b.ts', 'c/d.ts']],
    ['- Do not modify:\n  - `a/b.ts`\n- `c/d.ts`', ['a/b.ts']],
    ['Keep to `a/b.ts`.', []],
    ['Do not modify existing files.', []],
    ['Do not touch `../x`', []],
  ])('%j forbids %j', (text, expected) => {
    expect(item(`### Constraints\n\n${text}\n`).forbidden).toEqual(expected);
  });
});

describe('contract lines', () => {
  const lines = (text: string) =>
    item(`### Contracts\n\n${text}\n`).contracts.map(({ verb, existing, thing, signature, provider, line }) =>
      [verb, existing ? 'existing' : '', thing, signature ?? '', provider ?? '', line]
        .filter((part) => part !== '')
        .join(' | '),
    );

  it.each([
    [
      '- provides `src/auth/validate.ts` `validateToken(token: string): Promise<User | null>`',
      ['provides | src/auth/validate.ts validateToken | validateToken(token: string): Promise<User | null> | 3'],
    ],
    [
      '- Exports: `validateToken(token: string): X` from `src/a.ts`',
      ['provides | src/a.ts validateToken | validateToken(token: string): X | 3'],
    ],
    ['PRODUCES `src/a.ts f(): void`', ['provides | src/a.ts f | f(): void | 3']],
    [
      '- provides `src/a.ts` `f()`, `g()` and `H`',
      ['provides | src/a.ts f | 3', 'provides | src/a.ts g | 3', 'provides | src/a.ts H | 3'],
    ],
    ['- provides `PUT /api/profile`, which needs `x`', ['provides | PUT /api/profile | 3']],
    [
      '- consumes `put /api/profile` and `POST /api/profile/avatar` #12',
      ['consumes | PUT /api/profile | 12 | 3', 'consumes | POST /api/profile/avatar | 12 | 3'],
    ],
    ['- uses existing `table users`', ['consumes | existing | table users | 3']],
    ['- Assumes: existing: `event user.created`', ['consumes | existing | event user.created | 3']],
    ['- consumes `env AVATAR_BUCKET`', ['consumes | env AVATAR_BUCKET | 3']],
    ['- imports `src/a.ts`', ['consumes | src/a.ts | 3']],
    [
      'calls `src/a.ts` `f(): void`\nuses `src/b.ts` `g`\n',
      ['consumes | src/a.ts f | f(): void | 3', 'consumes | src/b.ts g | 4'],
    ],
    ['- uses the `table users`', []],
    ['- imports are sorted, `a` first', []],
    ['```ts\nprovides `x`\n```', []],
    [
      '- provides `src/a.ts` — `f(a: string): void` — `null` is an error',
      ['provides | src/a.ts f | f(a: string): void | 3'],
    ],
    ['- consumes table `users` and more', ['consumes | table users | 3']],
    ['- consumes existing env `A_B`', ['consumes | existing | env A_B | 3']],
    ['- providesX `x`', []],
    ['- It provides `x`', []],
    ['- provides `src/a.ts`\n  `f(a: string): void`', ['provides | src/a.ts f | f(a: string): void | 3']],
    [
      '- provides `export async function f(a: string): Promise<void>` in `src/a.ts`',
      ['provides | src/a.ts f | export async function f(a: string): Promise<void> | 3'],
    ],
    ['- provides `app/[id]/page.tsx` `Page`', ['provides | app/[id]/page.tsx Page | 3']],
    ['- provides `f(path: "a/b.ts"): void`', ['provides | f | f(path: "a/b.ts"): void | 3']],
  ])('%j are %j', (text, expected) => {
    expect(lines(text)).toEqual(expected);
  });
});
