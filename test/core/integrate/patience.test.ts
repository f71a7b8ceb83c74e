import { expect, it } from 'vitest';
import { patience } from '#core/integrate/patience.ts';

it('gives a first run what is configured, and later ones what the slowest green one makes likely', () => {
  expect(patience(undefined, 30, 'first')).toBe(30);
  // Minutes from seconds: never under half a minute, four times the slowest, twice that for a second run.
  expect(patience(0.2, 30, 'first')).toBe(0.5);
  expect(patience(0.2, 30, 'second')).toBe(1);
  expect(patience(60, 30, 'first')).toBe(4);
  expect(patience(60, 30, 'second')).toBe(8);
  expect(patience(600, 30, 'first')).toBe(30);
  expect(patience(0.2, 0.1, 'second')).toBe(0.1);
});
