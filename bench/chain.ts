/**
 * The chain: 40 members merged one after another into an integration commit, as rounds of plans and `forkjoin integrate`
 * do it, the check for lost changes included; against raw plumbing (merge-tree and commit-tree, two processes a member)
 * and against merging in a worktree. `node bench/chain.ts`
 */
import { execFile, execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { createGit } from '#adapters/git/create-git.ts';
import { buildChain, type ChainRequest } from '#engine/integrate/chain.ts';
import type { Site } from '#engine/integrate/site.ts';
import { unsound } from '#engine/integrate/sound.ts';

const FILES = 5_000;
const MEMBERS = 40;
const ROUNDS = 7;
const AT = '2026-01-01T00:00:00.000Z';
const REPOSITORY = { installation: 1, id: 1, owner: 'a', name: 'b' };

const root = mkdtempSync(join(tmpdir(), 'forkjoin-bench-'));
const home = join(root, 'home');
const person = join(root, 'person');
const env = {
  PATH: process.env['PATH'] ?? '',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_AUTHOR_NAME: 'a',
  GIT_AUTHOR_EMAIL: 'a@b',
  GIT_COMMITTER_NAME: 'a',
  GIT_COMMITTER_EMAIL: 'a@b',
};
const git = (cwd: string, ...args: string[]) =>
  execFileSync('git', ['-c', 'gc.auto=0', ...args], {
    cwd,
    env,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trimEnd();
const write = (path: string, text: string) => {
  mkdirSync(dirname(join(person, path)), { recursive: true });
  writeFileSync(join(person, path), text);
};
const file = (n: number) => `src/d${n % 50}/s${n % 7}/f${n}.ts`;
const text = (n: number) => Array.from({ length: 20 }, (_, line) => `export const v${n}_${line} = ${line};\n`).join('');

const build = (): { base: string; heads: string[] } => {
  mkdirSync(person);
  git(person, 'init', '-q');
  for (let n = 0; n < FILES; n += 1) write(file(n), text(n));
  git(person, 'add', '-A');
  git(person, 'commit', '-qm', 'base');
  const base = git(person, 'rev-parse', 'HEAD');
  const heads = Array.from({ length: MEMBERS }, (_, member) => {
    git(person, 'checkout', '-q', '-B', `b${member}`, base);
    for (let n = 0; n < 5; n += 1) write(file(member * 100 + n), text(member).repeat(2));
    for (let n = 0; n < 2; n += 1) write(`src/new/b${member}-${n}.ts`, text(n));
    git(person, 'add', '-A');
    git(person, 'commit', '-qm', `b${member}`);
    return git(person, 'rev-parse', 'HEAD');
  });
  git(person, 'repack', '-qad');
  return { base, heads };
};

/** A place without a ledger, where nothing is verified and no lock file is made again. */
const siteOf = async (port: ReturnType<typeof createGit>): Promise<Site> => {
  const recall = async () => undefined;
  const record = async () => {};
  const hash = (text: string) => text;
  const run = () => Promise.reject(new Error('Nothing is run here.'));
  const resolvers = { objects: await port.objects(REPOSITORY), run, recall, record, hash };
  const signal = new AbortController().signal;
  return { git: port, repository: REPOSITORY, resolvers, recall, record, hash, signal, tell: () => {} };
};

/** The best of some rounds of each, in turn: what else the machine does meets both alike. */
const bestOf = async (runs: readonly (() => Promise<unknown>)[]): Promise<number[]> => {
  const times = runs.map(() => Number.POSITIVE_INFINITY);
  for (let round = 0; round < ROUNDS; round += 1)
    for (const [which, run] of runs.entries()) {
      const start = performance.now();
      await run();
      times[which] = Math.min(times[which] ?? 0, (performance.now() - start) / 1000);
    }
  return times;
};

try {
  const { base, heads } = build();
  const port = createGit({ home, remote: async () => ({ url: person }), protocols: 'file' });
  await port.fetch(REPOSITORY);
  const mirror = join(home, 'mirrors', '1.git');
  const site = await siteOf(port);
  const tree = await site.resolvers.objects.treeOf(base);
  const members = heads.map((head, at) => ({ name: `${at}`, head, after: [], message: `Merge ${head}`, at: AT }));
  const request: ChainRequest = { base: { commit: base, tree }, members, out: [], policy: 'each' };
  let checked = Number.POSITIVE_INFINITY;
  const asBuilt = async () => {
    const chain = await buildChain(site, request);
    if (chain.outcomes.some((one) => 'held' in one)) throw new Error('A member is held.');
    const start = performance.now();
    const fault = await unsound(site, request, chain);
    checked = Math.min(checked, (performance.now() - start) / 1000);
    if (fault !== undefined) throw new Error(fault);
  };
  const run = promisify(execFile);
  const bare = async () => {
    let tip = base;
    for (const head of heads) {
      const tree = (await run('git', ['merge-tree', '--write-tree', tip, head], { cwd: mirror, env })).stdout.trim();
      tip = (
        await run('git', ['commit-tree', tree, '-p', tip, '-p', head, '-m', `Merge ${head}`], { cwd: mirror, env })
      ).stdout.trim();
    }
  };
  const [ours = 0, plumbing = 0] = await bestOf([asBuilt, bare]);
  git(person, 'checkout', '-q', '--detach', base);
  const start = performance.now();
  for (const head of heads) git(person, 'merge', '-q', '--no-ff', '--no-edit', head);
  const checkout = (performance.now() - start) / 1000;
  const line = (name: string, value: string) => process.stdout.write(`${name.padEnd(34)} ${value}\n`);
  line(
    `chain of ${MEMBERS} members, ${FILES} files`,
    `${ours.toFixed(3)} s   of which ${checked.toFixed(3)} s is the check for lost changes`,
  );
  line('raw plumbing', `${plumbing.toFixed(3)} s   ratio ${(ours / plumbing).toFixed(2)} (at most 1.6)`);
  line('git merge in a worktree', `${checkout.toFixed(3)} s   ${(checkout / ours).toFixed(1)} times slower`);
} finally {
  rmSync(root, { recursive: true, force: true });
}
