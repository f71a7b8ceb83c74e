import { describe, expect, it } from 'vitest';
import { readItem } from '#core/intake/item.ts';

const scope = (text: string) =>
  readItem({ issue: 1, title: 'One', body: `### Scope\n\n${text}\n` }).scope.map(
    ({ verb, pattern, line }) => `${verb} ${pattern} @${line}`,
  );

describe('a Scope section', () => {
  it.each([
    ['- `src/a.ts`', ['any src/a.ts @3']],
    ['* create `src/a.ts`', ['create src/a.ts @3']],
    ['1. Modify: `src/a.ts`', ['modify src/a.ts @3']],
    ['- DELETE `src/a.ts` because it is old', ['delete src/a.ts @3']],
    ['- **Create** `src/a.ts`', ['create src/a.ts @3']],
    ['- **Create:** `src/a.ts`', ['create src/a.ts @3']],
    ['- create **`src/a.ts`**', ['create src/a.ts @3']],
    ['- [ ] create `src/a.ts`', ['create src/a.ts @3']],
    ['- [x] `src/a.ts`', ['any src/a.ts @3']],
    ['- `a.ts`, `b.ts` and `c.ts`, and `d.ts` (new)', ['any a.ts @3', 'any b.ts @3', 'any c.ts @3', 'any d.ts @3']],
    ['- create `a.ts`, see `b.ts`', ['create a.ts @3']],
    ['- `a.ts` or `b.ts`', ['any a.ts @3']],
    ['- `a.ts`,\n  `b.ts`', ['any a.ts @3', 'any b.ts @4']],
    ['- [`src/a.ts`](src/a.ts)', ['any src/a.ts @3']],
    ['- ``src/`a`.ts``', ['any src/`a`.ts @3']],
    ['- `src/**/*.ts`', ['any src/**/*.ts @3']],
    ['- src/**/*.ts', ['any src/**/*.ts @3']],
    ['- src/*/a/*.ts', ['any src/*/a/*.ts @3']],
    ['- __init__.py', ['any __init__.py @3']],
    ['- \\_\\_init\\_\\_.py', ['any __init__.py @3']],
    ['- create src/a.ts', ['create src/a.ts @3']],
    ['- create: src/a.ts', ['create src/a.ts @3']],
    ['- create src/a.ts and more', []],
    ['- Create', []],
    ['- delete:', []],
    ['- Backend:\n  - `a.ts`\n  - the tests of it', ['any a.ts @4']],
    ['- Create:\n  - `a.ts`\n    - `b.ts`\n- `c.ts`', ['create a.ts @4', 'any b.ts @5', 'any c.ts @6']],
    [
      '```\nsrc/a.ts\n\n# a comment\n  create src/b.ts\nmy file.ts\n```',
      ['any src/a.ts @4', 'create src/b.ts @7', 'any my file.ts @8'],
    ],
    ['```text\nsrc/a.ts\n```\n\n- `b.ts`', ['any src/a.ts @4', 'any b.ts @7']],
    ['- these files\n  ```\n  src/a.ts\n  ```', ['any src/a.ts @5']],
    ['- None', []],
    ['- **n/a**.', []],
    ['`src/a.ts`', []],
    ['| File |\n| --- |\n| `src/a.ts` |', []],
    ['> - `src/a.ts`', []],
    ['- `src/cafe\u0301.ts`', ['any src/caf\u00e9.ts @3']],
    ['- the file `src/a.ts`', []],
    ['- `app/[id]/page.tsx`', ['any app/[id]/page.tsx @3']],
    ['- `a.ts`\n- `a.ts`', ['any a.ts @3', 'any a.ts @4']],
  ])('%j gives %j', (text, expected) => {
    expect(scope(text)).toEqual(expected);
  });

  it('that is empty says nothing else about itself', () => {
    const { problems } = readItem({ issue: 1, title: 'One', body: '### Scope\n\n_No response_\n' });
    expect(problems.filter(({ message }) => /scope/i.test(message)).map(({ code }) => code)).toEqual([
      'section-missing',
    ]);
  });
});
