import { expect, test } from 'vitest';
import { canonical, foldCodePoint } from '#core/pattern/canonical.ts';

const everyPoint = function* (): Generator<number> {
  for (let point = 0; point <= 0x10ffff; point++) if (point < 0xd800 || point > 0xdfff) yield point;
};

test('folding joins exactly the characters that a case-insensitive Unicode expression joins', () => {
  const cased = [...everyPoint()].filter((point) => /\p{CWCM}|\p{CWCF}/u.test(String.fromCodePoint(point)));
  const all = cased.map((point) => String.fromCodePoint(point)).join('');
  const told = new Map<number, number>();
  for (const point of cased) {
    if (told.has(point)) continue;
    const same = all.match(new RegExp(`\\u{${point.toString(16)}}`, 'giu')) ?? [];
    for (const character of same) told.set(character.codePointAt(0) ?? 0, foldCodePoint(point));
  }
  for (const [point, fold] of told) expect(foldCodePoint(point), point.toString(16)).toBe(fold);
  expect(new Set(told.values()).size).toBeGreaterThan(1_300);
  const strays = [...everyPoint()].filter((point) => !told.has(point) && foldCodePoint(point) !== point);
  expect(strays).toEqual([]);
}, 30_000);

test('the canonical spelling of a canonical spelling is itself', () => {
  for (const point of everyPoint()) {
    const once = canonical(`a${String.fromCodePoint(point)}\u{301}`);
    if (canonical(once) !== once) expect.fail(point.toString(16));
  }
});
