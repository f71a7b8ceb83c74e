import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allReady, filePlan, itemBody, type Local, openLocal } from './local.ts';

const PACKAGES = { 'left-pad': '1.3.0', 'is-number': '7.0.0', 'is-odd': '3.0.1', 'is-obj': '3.0.0' };
const registry = execFileSync('npm', ['config', 'get', 'registry'], {
  encoding: 'utf8',
  stdio: ['ignore', 'pipe', 'ignore'],
});
const { hostname, port } = new URL(registry.trim());

/** A manifest with these packages, and the lock file that npm makes of it. */
const withLock = (...names: readonly (keyof typeof PACKAGES)[]): Record<string, string> => {
  const folder = mkdtempSync(join(tmpdir(), 'forkjoin-lock-'));
  const dependencies = Object.fromEntries(names.map((name) => [name, PACKAGES[name]]));
  const manifest = `${JSON.stringify({ name: 'shop', version: '1.0.0', dependencies }, null, 2)}\n`;
  writeFileSync(join(folder, 'package.json'), manifest);
  execFileSync('npm', ['install', '--package-lock-only', '--ignore-scripts', '--no-audit', '--no-fund'], {
    cwd: folder,
    stdio: 'ignore',
  });
  const lock = readFileSync(join(folder, 'package-lock.json'), 'utf8');
  rmSync(folder, { recursive: true });
  return { 'package.json': manifest, 'package-lock.json': lock };
};

/** An item that owns the manifest and its lock file besides. */
const addsPackages = (body: string): string =>
  body.replace('### Scope\n', '### Scope\n- `package.json`, `package-lock.json`\n');

describe('an item that depends on two that each add a package', () => {
  let local: Local;
  beforeAll(async () => {
    local = await openLocal({
      files: {
        '.github/parallel.yml': 'integrate: approved\nsetup: npm ci --ignore-scripts --no-audit --no-fund\n',
        '.gitignore': 'node_modules\n',
        ...withLock('left-pad'),
      },
      operator: { setup_egress: [`${hostname}:${port === '' ? 443 : port}`] },
      script: {
        Number: { seconds: 0, write: { 'src/number.md': 'number\n', ...withLock('is-number', 'left-pad') } },
        Odd: { seconds: 0, write: { 'src/odd.md': 'odd\n' } },
        Both: {
          seconds: 0,
          write: { 'src/both.md': 'both\n', ...withLock('is-number', 'is-obj', 'is-odd', 'left-pad') },
        },
      },
    });
  }, 120_000);
  afterAll(() => local.close());

  it('begins where a round of integration would have brought them: with one lock file that npm takes', async () => {
    const maintainer = local.world.as('maintainer');
    const writer = local.world.as('writer');
    const { plan, items } = await filePlan(
      local.world,
      [
        { title: 'Number', body: addsPackages(itemBody('src/number.md')) },
        { title: 'Odd', body: itemBody('src/odd.md') },
      ],
      { body: '### Goal\nA better shop.' },
    );
    const [number = 0, odd = 0] = items;
    await local.plan(plan, allReady(2));
    await maintainer.comment(plan, '/parallel start');
    const proposed = await local.plan(plan, (found) => found.items.every((item) => item.state.name === 'proposed'));
    // A writer adds what the item's scope did not foresee, and stands by it.
    const branch = proposed.items.find((item) => item.issue === odd)?.branch ?? '';
    await writer.push(branch, withLock('is-odd', 'left-pad'));
    await local.plan(plan, (found) => found.items.some((item) => item.state.name === 'held'));
    await writer.comment(odd, '/parallel unhold');
    await local.plan(plan, (found) => found.items.every((item) => item.state.name === 'proposed'));

    const { number: both } = await maintainer.createIssue({
      title: 'Both',
      body: addsPackages(
        itemBody('src/both.md', {
          dependsOn: items,
          command: 'npm ls is-number is-odd is-obj left-pad && test -s src/both.md',
        }),
      ),
    });
    await maintainer.addSubIssue(plan, both);
    await maintainer.label(both, 'parallel');
    await local.plan(plan, (found) => found.items.length === 3);
    await maintainer.comment(both, '/parallel start');
    const built = await local.plan(plan, (found) => found.items[2]?.state.name === 'proposed', 90);
    const [last] = built.items.slice(2);
    if (last?.state.name !== 'proposed') throw new Error('not proposed');
    const { work } = last.state;
    expect(Object.keys(work.on ?? {}).map(Number)).toEqual([number, odd]);

    for (const { state } of built.items) if ('pull' in state) await writer.review(state.pull ?? 0, 'APPROVE');
    const done = await local.plan(
      plan,
      (found) => found.state.name === 'proposed' && found.integration?.members.length === 3,
      90,
    );
    await local.quiet();
    expect(done.items.map(({ state }) => state.name)).toEqual(['merged', 'merged', 'merged']);
    // The chain of the round is the very commits that the last one began from.
    const git = local.world.repo().git;
    expect((await git.text(['rev-parse', `${done.branch}^1`])).trim()).toBe(work.base);
    expect(await git.text(['show', `${done.branch}:package.json`])).toBe(
      withLock('is-number', 'is-obj', 'is-odd', 'left-pad')['package.json'],
    );
  });
});
