import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { closeQuarantine, forgetQuarantines, openQuarantine } from '#adapters/git/quarantine.ts';

const home = mkdtempSync(join(tmpdir(), 'forkjoin-quarantine-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));
const folder = { gitDir: join(home, 'none'), ground: { home } };

test('what a killed process left in memory is found by its home folder, and nothing else is taken away', async () => {
  const [killed, closed] = [await openQuarantine(folder, 1, 'memory'), await openQuarantine(folder, 1, 'memory')];
  await closeQuarantine(closed);
  expect(existsSync(closed.objects)).toBe(false);
  writeFileSync(join(killed.objects, 'pack'), 'x');
  const inMemory = killed.objects.startsWith('/dev/shm/');
  const mine = join(home, 'mine');
  mkdirSync(mine);
  const link = `forkjoin-${'0'.repeat(8)}-0000-0000-0000-${'0'.repeat(12)}`;
  symlinkSync(mine, join(home, 'scratch', link));
  await forgetQuarantines(home);
  expect(existsSync(mine)).toBe(true);
  // Where there is no memory to write to it lies below the home folder, and goes away with it.
  expect(existsSync(killed.objects)).toBe(!inMemory);
  const left = readdirSync(join(home, 'scratch')).filter((name) => name !== link);
  expect(left).toEqual([killed.objects.slice(killed.objects.lastIndexOf('/') + 1)]);
});
