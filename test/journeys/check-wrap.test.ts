import { describe, expect, it } from 'vitest';
import { wrap } from '#cli/check/wrap.ts';

describe('a line of the report on a terminal', () => {
  it('stays as it is when it fits', () => {
    expect(wrap('    wave 1: #1  #2', 18)).toBe('    wave 1: #1  #2');
  });

  it('is broken between words and keeps its indentation', () => {
    expect(wrap('  one two three four', 11)).toBe('  one two\n  three\n  four');
  });

  it('is measured without its colours', () => {
    expect(wrap('  \u001b[31merror\u001b[0m said', 12)).toBe('  \u001b[31merror\u001b[0m said');
    expect(wrap('  \u001b[31merror\u001b[0m said', 11)).toBe('  \u001b[31merror\u001b[0m\n  said');
  });

  it('keeps a word that is longer than the terminal whole', () => {
    expect(wrap('  a src/a/very/long/path.ts b', 10)).toBe('  a\n  src/a/very/long/path.ts\n  b');
  });
});
