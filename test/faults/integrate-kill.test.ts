import { describe, expect, it } from 'vitest';
import { chanceOf } from '../fuzz/chance.ts';
import { drawKill, killOnce, undisturbed } from '../fuzz/kill-once.ts';

const SEED = Number(process.env['FORKJOIN_SEED'] ?? Math.floor(Math.random() * 1_000_000));

/** The sample of `node test/fuzz/kill-integrate.ts`; more seeds and kills there. */
describe('kill -9 at any instant of forkjoin integrate', () => {
  it(`leaves nothing that stops or changes the next run (seed ${SEED})`, async () => {
    const run = await undisturbed();
    try {
      const locked = await killOnce(run, { victim: 'whole', moment: { at: 'locked' }, cold: false, into: 'older' });
      expect(locked).toEqual({ hit: true, locks: ['refs/heads/integration/1-shop.lock'], wrong: [] });
      expect((await killOnce(run, drawKill(chanceOf(SEED)))).wrong).toEqual([]);
    } finally {
      run.world.close();
    }
  });
});
