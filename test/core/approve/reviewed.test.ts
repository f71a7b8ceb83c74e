import { describe, expect, it } from 'vitest';
import { isApproved, type Reviewed } from '#core/approve/reviewed.ts';

const HEAD = 'a'.repeat(40);
const review = (by: string, state: string, minute: number, commit = HEAD): Reviewed => ({
  by,
  state,
  commit,
  submittedAt: `2026-01-01T10:${String(minute).padStart(2, '0')}:00.000Z`,
});
const WRITERS = new Set(['ada', 'grace']);

describe('a member is approved', () => {
  it.each([
    ['by an approval of its head', [review('ada', 'APPROVED', 1)], true],
    ['not by nobody', [], false],
    ['not by somebody who may not write', [review('reader', 'APPROVED', 1)], false],
    ['not by an approval of an earlier head', [review('ada', 'APPROVED', 1, 'b'.repeat(40))], false],
    [
      'not after another writer asked for changes',
      [review('ada', 'APPROVED', 1), review('grace', 'CHANGES_REQUESTED', 2)],
      false,
    ],
    [
      'when that came first, in whatever order they are listed',
      [review('ada', 'APPROVED', 2), review('grace', 'CHANGES_REQUESTED', 1)],
      true,
    ],
    [
      'also when somebody only remarked on it later',
      [review('ada', 'APPROVED', 1), review('ada', 'COMMENTED', 2)],
      true,
    ],
    [
      'also when a reader asked for changes',
      [review('ada', 'APPROVED', 1), review('reader', 'CHANGES_REQUESTED', 2)],
      true,
    ],
    ['not when the approval was dismissed', [review('ada', 'DISMISSED', 1)], false],
  ] as const)('%s', (_what, reviews, yes) => {
    expect(isApproved(reviews, WRITERS, HEAD)).toBe(yes);
  });
});
