import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { closeQuarantine, forgetQuarantines, openQuarantine, QUARANTINE } from '#adapters/git/quarantine.ts';

const home = mkdtempSync(join(tmpdir(), 'forkjoin-quarantine-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));
const folder = { gitDir: join(home, 'none'), ground: { home } };

test('what a killed process left in memory is found by its home folder, and nothing else is taken away', async () => {
  const [killed, closed] = [await openQuarantine(folder, 1, 'memory'), await openQuarantine(folder, 1, 'memory')];
  await closeQuarantine(closed);
  expect(existsSync(closed.objects)).toBe(false);
  writeFileSync(join(killed.objects, 'pack'), 'x');
  const inMemory = killed.objects.startsWith('/dev/shm/');
  const other = await openQuarantine({ ...folder, ground: { home: `${home}/other` } }, 1, 'memory');
  await forgetQuarantines(home);
  // Where there is no memory to write to it lies below the home folder, and goes away with it.
  expect(existsSync(killed.objects)).toBe(!inMemory);
  expect(existsSync(other.objects)).toBe(true);
  for (const { objects } of [killed, other]) expect(objects).toMatch(QUARANTINE);
  await closeQuarantine(other);
});
