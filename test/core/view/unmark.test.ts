import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { unmark } from '#core/view/unmark.ts';
import { code, inline } from '#core/words/safe.ts';

describe('a line made for GitHub, read as plain text', () => {
  test.each([
    ['conflicts with #3 in `src/a.ts` and `src/b.ts`', 'conflicts with #3 in src/a.ts and src/b.ts'],
    [inline('a_b *c* <d> @me #4'), 'a_b *c* <d> @me #4'],
    [code('a`b'), 'a`b'],
    [code('`a`'), '`a`'],
    [`${code('x')}, by ${code('me')}`, 'x, by me'],
  ])('%j says %j', (line, plain) => {
    expect(unmark(line)).toBe(plain);
  });

  test('gives back any text, whichever way it was made safe', () => {
    const text = fc.string({ unit: fc.constantFrom('a', '`', ' ', '\\', '*', '<', '#', '1', '@', '|'), maxLength: 30 });
    fc.assert(
      fc.property(text, (written) => {
        const line = written.replace(/\s+/g, ' ').trim();
        expect(unmark(inline(line))).toBe(line);
        expect(unmark(code(line))).toBe(line === '' ? ' ' : line);
      }),
    );
  });
});
