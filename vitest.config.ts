import { defineConfig } from 'vitest/config';

/** One project a kind of test, so that `vitest --project core` answers in seconds. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'core',
          include: ['test/core/**/*.test.ts'],
          // They compute for milliseconds, and a machine that has other things to do takes seconds for that.
          testTimeout: 60_000,
          expect: { poll: { timeout: 20_000 } },
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: 'adapters',
          include: ['test/adapters/**/*.test.ts'],
          // A hang is found all the same; a database that starts on a busy machine is none.
          testTimeout: 120_000,
          hookTimeout: 120_000,
          expect: { poll: { timeout: 20_000 } },
          // They wait for servers, for agents and for what must not come.
          maxWorkers: 3,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'journeys',
          include: ['test/{journeys,faults,safety}/**/*.test.ts'],
          testTimeout: 180_000,
          hookTimeout: 120_000,
          // Stories wait more than they compute: for pauses between writes, for retries, for takeovers.
          maxWorkers: 4,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
