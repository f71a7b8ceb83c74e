import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { ownOwner } from '#adapters/agents/owner.ts';
import { inPlaces } from '#cli/integrate/home.ts';

const home = mkdtempSync(join(tmpdir(), 'forkjoin-left-'));
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(home, { recursive: true });
});

it('what runs left that were killed is taken away, and what belongs to one that may still work stays', async () => {
  vi.stubEnv('FORKJOIN_HOME', home);
  const uuid = '00000000-0000-4000-8000-000000000000';
  const [namespace, pid] = ownOwner().split('-');
  const [dead, elsewhere] = [`${namespace}-${pid}-1`, '1-1-1'];
  const week = Date.now() / 1000 - 8 * 24 * 3600;
  const left = [
    { name: `forkjoin-integrate-${dead}-${uuid}`, stays: false },
    { name: `forkjoin-integrate-${dead}-${uuid}.${uuid}`, stays: false },
    { name: `forkjoin-integrate-${elsewhere}-${uuid.replace('4', '5')}`, stays: false, old: true },
    { name: `forkjoin-integrate-${elsewhere}-${uuid}`, stays: true },
    { name: `forkjoin-integrate-${ownOwner()}-${uuid}`, stays: true },
    { name: 'something-else', stays: true, old: true },
  ];
  for (const { name, old } of left) {
    const folder = join(home, 'scratch', name);
    mkdirSync(join(folder, 'deep'), { recursive: true });
    if (old === true) utimesSync(folder, week, week);
  }
  expect(await inPlaces(async ({ scratch }) => readdirSync(join(scratch, '..')).length)).toBe(4);
  expect(readdirSync(join(home, 'scratch')).sort()).toEqual(
    left.flatMap(({ name, stays }) => (stays ? [name] : [])).sort(),
  );
});
