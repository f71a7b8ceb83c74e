import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask } from '../fixtures/check-cases/ask.ts';
import { item } from '../fixtures/check-cases/item.ts';
import { found } from '../fixtures/check-cases/printed.ts';

const GOOD = item({
  scope: ['- create `src/a.ts`, `src/{b,c}/*.ts` and `lib/`', '- modify `x/**`'],
  contracts: ['- provides `src/a.ts` `f(a: string): Promise<User | null>`', '- consumes `GET /x` from #2'],
  dependsOn: ['#2'],
  tail: ['### Constraints', '', 'Do not touch `z/`.', '', '### Agent', '', 'timeout: 5', '', '### Plan', '', '#9'],
});
const GOOD_PLAN = '### Goal\n\nx\n\n### Contracts\n\n```ts src/s.ts\nx\n```\n\n### Items\n\n- #1\n- #2\n';

const PIECES = [
  ...['`', '```', '~~~', '<!--', '-->', '#', '> ', '- ', '  - ', '1. ', '\t', '\r', '\r\n', '\n\n', '---', '===', '\\'],
  ...[
    '### Scope\n',
    '### Files\n',
    '### Depends on\n\n#1, #2\n',
    '| a |\n| --- |\n',
    '[x]: y\n',
    '](',
    '<b',
    '<details>',
  ],
  ...[
    '{',
    '}',
    '{a,',
    '**',
    '*',
    '?',
    '//',
    '..',
    'src/',
    'None',
    '_No response_',
    '#1',
    '#2',
    'acme/x#3',
    'Part of #8',
  ],
  ...['provides ', 'consumes `', 'uses existing ', '`GET /x`', '`f(a: (', 'create ', '```ts src/x.ts\nx\n```\n'],
  ...['\u200b', '\u202e', '\u0301', '😀', 'İ', 'ß', '\u001b[31m', '&#x200b;', '\u0000'],
];

/** What people do to a text: put something in, take something out, say something twice. Places are parts of 1,000. */
const change = fc.oneof(
  fc.record({ at: fc.nat(999), put: fc.constantFrom(...PIECES), times: fc.constantFrom(1, 1, 1, 3, 40) }),
  fc.record({ at: fc.nat(999), cut: fc.nat(60) }),
  fc.record({ at: fc.nat(999), again: fc.nat(200) }),
);

const changed = (text: string) =>
  fc.array(change, { minLength: 1, maxLength: 10 }).map((changes) =>
    changes.reduce((now, one) => {
      const at = Math.floor((one.at * now.length) / 1_000);
      const [before, after] = [now.slice(0, at), now.slice(at)];
      if ('put' in one) return before + one.put.repeat(one.times) + after;
      return 'cut' in one ? before + after.slice(one.cut) : before + after.slice(0, one.again) + after;
    }, text),
  );

let home = '';

beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'forkjoin-mutated-'));
});

afterAll(() => rmSync(home, { recursive: true, force: true }));

const file = (name: string, text: string): string => {
  const path = join(home, name);
  writeFileSync(path, text);
  return path;
};

const linesOf = (text: string): number => text.split(/\r\n|\r|\n/).length;

describe('forkjoin check, asked about good bodies that went wrong', () => {
  it('answers 1,000 of them in good form, with lines that are there', async () => {
    await fc.assert(
      fc.asyncProperty(changed(GOOD), changed(GOOD), changed(GOOD_PLAN), async (first, second, plan) => {
        const texts = new Map([
          [1, first],
          [2, second],
          [9, plan],
        ]);
        const files = [file('1.md', first), file('2.md', second)];
        const options = { plan: file('9-plan.md', plan) };
        const { status, printed } = await ask(files, { ...options, json: true });
        const answer = JSON.parse(printed);
        if (status === 2) {
          expect(answer).toEqual({ ok: false, error: { message: expect.stringMatching(/\.md/) } });
          return;
        }
        const problems = found(answer);
        for (const { lines } of problems)
          for (const [issue, line] of lines) expect(line).toBeLessThanOrEqual(linesOf(texts.get(issue) ?? ''));
        const wrong = problems.some(({ severity }) => severity === 'error');
        expect([status, answer.ok]).toEqual(wrong ? [1, false] : [0, true]);
        expect((await ask(files, options)).status).toBe(status);
      }),
      { numRuns: 1_000 },
    );
  });

  it('answers for 60,000 characters of anything within a second of work', async () => {
    for (const piece of PIECES.filter((one) => one !== '\u0000')) {
      // Work, not waiting: what else the machine does is no matter of ours.
      const begun = process.cpuUsage();
      const text = piece.repeat(60_000).slice(0, 60_000 - GOOD.length);
      const { status } = await ask([file('3.md', `${GOOD}${text}`)], { json: true });
      expect([0, 1]).toContain(status);
      const { user, system } = process.cpuUsage(begun);
      expect({ piece, quick: user + system < 1_000_000 }).toEqual({ piece, quick: true });
    }
  });
});
