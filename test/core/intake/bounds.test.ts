import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { check } from '#core/check/check.ts';
import { readCommand } from '#core/intake/command.ts';
import { readItem } from '#core/intake/item.ts';
import { planOf } from '#core/intake/part-of.ts';
import { readPlan } from '#core/intake/plan.ts';

const LONGEST = 60_000;
/** No text may take longer than this to read and check, in milliseconds. */
const SLOWEST = 50;

const PIECES = [
  ...[
    'word ',
    '[',
    '](',
    '[a](',
    '`',
    '``` ',
    '*',
    '_',
    '<',
    '<a ',
    '<a href="',
    '&amp;',
    '#1 ',
    '#',
    'a#1',
    '/',
    'https://a/b/c/issues/1 ',
    'a.b-',
    '\\',
  ],
  ...[
    '- ',
    '> ',
    '1. ',
    '- [ ] ',
    '> - ',
    '\n',
    '\r',
    '\t',
    ' ',
    '- a\n',
    '# a\n',
    '### Scope\n',
    '### Scope\n\n- `a`\n',
    '```\n',
    'a\n=\n',
    '    a\n',
    '|a',
    '| a |\n',
  ],
  ...[
    'provides ',
    'uses `a`',
    'provides `a` `b(`\n',
    '- provides `a`, ',
    '- provides `f(a: A): B`\n- consumes `f(a: A): B`\n',
    'do not touch `a`, ',
    'do not touch: ',
    'part of #',
    'Part of #1\n',
    'agent: x\n',
    'a:',
    '- \n',
    '  - `a`\n',
    '-\n',
  ],
  ...[
    '`a`, ',
    '- `a` and ',
    'create ',
    '\u0301',
    '😀',
    '\u200b',
    '\ud800',
    '<!--',
    '-->',
    '[//]: # (',
    '&#8203;',
    '<details>',
    '<div>\n',
    '</div>',
    '(',
    '{',
    '"',
    "'",
    'x\n- a\n\n  > b\n',
  ],
];
const BEGINNINGS = [
  '',
  '### Scope\n\n',
  '### Scope\n\n- ',
  '### Contracts\n\n- provides ',
  '### Constraints\n\n',
  '### Verification\n\n',
  '### Depends on\n\n- ',
  '### Agent\n\n',
  '### Items\n\n',
  '### Scope\n\n- Create:\n  - `b`\n',
];

/** Those whose content is more than text to the check. */
const CHECKED = new Set(['### Scope\n\n- ', '### Contracts\n\n- provides ']);

const readAll = (text: string): void => {
  const issue = { issue: 1, title: text.slice(0, 40), body: text };
  check({ items: [readItem(issue)], plan: readPlan({ ...issue, issue: 2 }) });
  planOf(issue);
  readCommand(text);
};

/** Time of this thread alone: what the machine does besides is no fault of the text. */
const milliseconds = (action: () => void): number => {
  const begun = process.threadCpuUsage();
  action();
  const { user, system } = process.threadCpuUsage(begun);
  return (user + system) / 1000;
};

/** The least of some runs: the first ones are spent on compiling. */
const least = (action: () => void): number => {
  let best = Number.POSITIVE_INFINITY;
  for (let run = 0; run < 6 && best > SLOWEST; run += 1) best = Math.min(best, milliseconds(action));
  return best;
};

describe('reading is bounded', () => {
  it('takes no longer than 50 ms for 60,000 characters of anything repeated', () => {
    for (const piece of PIECES) {
      for (const beginning of BEGINNINGS) {
        const body = beginning + piece.repeat(Math.ceil(LONGEST / piece.length)).slice(0, LONGEST - beginning.length);
        const what = `${JSON.stringify(beginning)} then ${JSON.stringify(piece)}`;
        const issue = { issue: 1, title: '', body };
        expect(
          least(() => (beginning === '### Items\n\n' ? readPlan(issue) : readItem(issue))),
          what,
        ).toBeLessThan(SLOWEST);
        if (beginning === '')
          expect(
            least(() => readCommand(body)),
            `command: ${what}`,
          ).toBeLessThan(SLOWEST);
        if (!CHECKED.has(beginning)) continue;
        const item = readItem(issue);
        expect(
          least(() => check({ items: [item] })),
          `check: ${what}`,
        ).toBeLessThan(SLOWEST);
      }
    }
  }, 120_000);

  it('throws for nothing that can be written, over a million characters', () => {
    let characters = 0;
    const text = fc
      .array(
        fc.oneof(
          { weight: 6, arbitrary: fc.constantFrom(...PIECES, ...BEGINNINGS) },
          fc.string({ unit: 'binary', maxLength: 8 }),
        ),
        { maxLength: 400, size: 'max' },
      )
      .map((pieces) => pieces.join(''));
    fc.assert(
      fc.property(text, (body) => {
        characters += body.length;
        expect(least(() => readAll(body))).toBeLessThan(SLOWEST);
      }),
      { numRuns: 1200 },
    );
    expect(characters).toBeGreaterThan(1_000_000);
  }, 120_000);

  it('is not stopped by text far over the limit', () => {
    readAll('- `a` b\n'.repeat(100_000));
    readAll('> '.repeat(300_000));
  }, 20_000);
});
