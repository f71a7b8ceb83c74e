/**
 * Differential fuzzing of the merge verdict against real `git merge`:
 * `node test/fuzz/merge.ts [--pairs 100000] [--seed 1] [--branches 15] [--workers 2]`. Exit status 1 when they disagree anywhere.
 */
import { setTimeout } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { compareRepository, emptyTally, type Tally } from './compare.ts';

const { values } = parseArgs({
  options: {
    pairs: { type: 'string', default: '100000' },
    seed: { type: 'string', default: '1' },
    branches: { type: 'string', default: '15' },
    workers: { type: 'string', default: '2' },
  },
});
const [pairs, first, branches] = [Number(values.pairs), Number(values.seed), Number(values.branches)];
/** A machine without room for one more process is no answer of git's: such a repository is made once more, later. */
const TRIES = 20;
const LATER = 15_000;
const start = performance.now();
const tally = emptyTally();
let seed = first;
let told = 0;
let stopping = false;

const say = (): void => {
  const { disagreements, ...counts } = tally;
  const seconds = Math.round((performance.now() - start) / 1000);
  process.stdout.write(`${JSON.stringify({ ...counts, disagreements: disagreements.length, next: seed, seconds })}\n`);
};

const add = ({ disagreements, ...counts }: Tally): void => {
  for (const [name, count] of Object.entries(counts)) tally[name as keyof typeof counts] += count;
  tally.disagreements.push(...disagreements);
  for (const one of disagreements) process.stdout.write(`${one}\n`);
};

const compared = async (mine: number, tries = TRIES): Promise<Tally> => {
  const one = emptyTally();
  try {
    await compareRepository(mine, branches, one);
    return one;
  } catch (error) {
    if (tries === 0) throw error;
    await setTimeout(LATER);
    return compared(mine, tries - 1);
  }
};

/** Some repositories at a time: nearly all of the work is git's. */
const work = async (): Promise<void> => {
  while (tally.pairs < pairs && !stopping) {
    const mine = seed;
    seed += 1;
    add(await compared(mine));
    if (tally.pairs - told < 5_000) continue;
    told = tally.pairs;
    say();
  }
};

// Ended early, it still takes its repositories away and says what it has.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => (stopping = true));
await Promise.all(Array.from({ length: Number(values.workers) }, work));
say();
process.exitCode = tally.disagreements.length === 0 ? 0 : 1;
