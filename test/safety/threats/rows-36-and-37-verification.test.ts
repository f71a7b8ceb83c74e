import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createAgents } from '#adapters/agents/agents.ts';
import type { CommandResult } from '#core/types.ts';
import type { Agents, Git, Worktree } from '#engine/ports.ts';
import { quiet } from '../../adapters/agents/world.ts';
import { AT, type Files, Place, typed, write } from '../../adapters/git/place.ts';

/** The numbers are rows of the threat table: what verification and set-up run was written by the agent. */
let place: Place;
let git: Git;
let agents: Agents;
beforeEach(async () => {
  place = new Place();
  git = place.git();
  const home = place.home;
  agents = await createAgents({ home, sandbox: 'bubblewrap', default: '', agents: {}, models: {}, log: quiet });
  writeFileSync(join(place.root, 'app.pem'), 'CANARY-APP-KEY');
});
afterEach(() => place.remove());

async function worktreeOf(files: Files): Promise<Worktree> {
  const base = place.commit('main', files);
  await git.fetch(place.repository);
  return git.addWorktree(place.repository, 'item-1-1', base);
}

/** What the engine does with an agent's files: a commit built from them, checked out anew. */
async function published(worktree: Worktree): Promise<Worktree> {
  const { tree } = await git.snapshot(place.repository, worktree);
  const commit = await git.commitTree(place.repository, tree, [worktree.base], 'work', AT);
  return git.addWorktree(place.repository, 'item-1-1-verify', commit);
}

const run = (at: Worktree, command: string, network = false): Promise<CommandResult> =>
  agents.command(at, command, { minutes: 1, network }, new AbortController().signal);

test('row 36: an install script that the agent wrote takes keys and leaves traces outside, and neither in the sandbox', async () => {
  const worktree = await worktreeOf({ 'package.json': '{"name":"sample","version":"1.0.0"}\n' });
  const stolen = join(place.root, 'stolen');
  const steal = `cat ${place.root}/app.pem > ${stolen}; env | grep CANARY >> ${stolen}; echo ran > ran.txt; cat ${place.root}/app.pem > taken.txt; env | grep CANARY >> taken.txt; true`;
  write(worktree.path, {
    'package.json': JSON.stringify({ name: 'sample', version: '1.0.0', scripts: { postinstall: 'sh ./steal.sh' } }),
    'steal.sh': steal,
  });
  process.env['DEPLOY_TOKEN'] = 'CANARY-DEPLOY-TOKEN';
  try {
    execFileSync('npm', ['install', '--no-audit', '--no-fund'], { cwd: worktree.path, stdio: 'pipe' });
    expect(readFileSync(stolen, 'utf8')).toMatch(/CANARY-APP-KEY.*CANARY-DEPLOY-TOKEN/s);
    for (const name of ['ran.txt', 'taken.txt', 'package-lock.json']) rmSync(join(worktree.path, name));
    rmSync(stolen);

    const clean = await published(worktree);
    expect(await run(clean, 'npm install --no-audit --no-fund', true)).toMatchObject({ ok: true });
    // It did run, and found nothing.
    expect(readFileSync(join(clean.path, 'ran.txt'), 'utf8')).toBe('ran\n');
    expect(readFileSync(join(clean.path, 'taken.txt'), 'utf8')).toBe('');
    expect(existsSync(stolen)).toBe(false);
  } finally {
    delete process.env['DEPLOY_TOKEN'];
  }
});

test('row 37: files that are ignored, marked or left over make a careless verification green, and ours red', async () => {
  const worktree = await worktreeOf({
    '.gitignore': 'dist/\n',
    'check.sh': 'test -e dist/built && grep -q right src.txt\n',
    'src.txt': 'wrong\n',
  });
  write(worktree.path, { 'dist/built': 'by hand\n' });
  // The change that makes it pass is hidden from the agent's own git, and comes in all the same.
  write(worktree.path, { 'src.txt': 'right\n' });
  typed(worktree.path, 'update-index', '--skip-worktree', 'src.txt');
  expect(typed(worktree.path, 'status', '--porcelain')).toBe('');
  expect(await run(worktree, 'sh check.sh')).toMatchObject({ ok: true });

  const clean = await published(worktree);
  expect(readFileSync(join(clean.path, 'src.txt'), 'utf8')).toBe('right\n');
  expect(existsSync(join(clean.path, 'dist'))).toBe(false);
  expect(await run(clean, 'sh check.sh')).toMatchObject({ ok: false, status: 1 });
});
