import { expect, test } from 'vitest';
import { compareRepository, emptyTally } from '../../fuzz/compare.ts';

/** The sample of `node test/fuzz/merge.ts`; more seeds and pairs there. */
const SEEDS = [8, 19, 42, 2028];

test('pairs of made-up histories are judged as git merge judges them: verdict, files and tree', async () => {
  const tally = emptyTally();
  for (const seed of SEEDS) await compareRepository(seed, 12, tally);
  const { disagreements, pairs, clean, conflict } = tally;
  expect(disagreements).toEqual([]);
  expect(pairs).toBeGreaterThan(200);
  // Neither verdict is what everything gets.
  expect(Math.min(clean, conflict)).toBeGreaterThan(20);
});
