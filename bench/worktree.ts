/**
 * What a worktree costs: `addWorktree` of the app against `git worktree add`, and against a clone with its checkout from
 * the same place. The repository is made here: 50,000 files, and the history that a repository of that size has. Starts
 * alternate, so that all see the same machine; medians are compared. It lies in memory where there is room, so that git's
 * work is compared and not the moods of a disk; `TMPDIR` puts it elsewhere. `node bench/worktree.ts [commits] [rounds]`,
 * some four minutes.
 */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { createGit } from '#adapters/git/create-git.ts';

const FILES = 50_000;
/** Four files a commit; about 15 objects each, with their trees. What a clone costs grows with them, a worktree does not. */
const COMMITS = Number(process.argv[2] ?? 150_000);
const ROUNDS = Number(process.argv[3] ?? 3);
const CLONES = 2;
const [MOST_OVER_RAW, LEAST_UNDER_CLONE] = [1.2, 20];

/** What the repository, its worktrees and one clone of it take at most, bytes. */
const ROOM = 4 * 1024 ** 3;
const MEMORY = '/dev/shm';

function hasRoom(folder: string): boolean {
  if (!existsSync(folder)) return false;
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize > ROOM;
}

const place = process.env['TMPDIR'] === undefined && hasRoom(MEMORY) ? MEMORY : tmpdir();
const root = realpathSync(mkdtempSync(join(place, 'forkjoin-bench-')));
const home = join(root, 'home');
const repository = { installation: 1, id: 1, owner: 'octo', name: 'bench' };
/** Where the app keeps the clone of a repository. */
const mirror = join(home, 'mirrors', '1.git');

const typed = (...args: readonly string[]): string =>
  execFileSync('git', args, {
    cwd: root,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], HOME: '/nonexistent', GIT_CONFIG_NOSYSTEM: '1' },
    stdio: ['ignore', 'pipe', 'inherit'],
  }).trim();

const path = (file: number): string => `src/d${file % 50}/s${Math.floor(file / 50) % 20}/f${file}.ts`;
const body = (file: number, version: number): string =>
  `// file ${file}, version ${version}\n${`export const line${file} = 'file ${file}';\n`.repeat(20)}`;

function change(file: number, version: number): string {
  const text = body(file, version);
  return `M 100644 inline ${path(file)}\ndata ${text.length}\n${text}\n`;
}

/** History as git's fast-import reads it: all files at once, then change after change. */
function* history(): Generator<string> {
  const head = (at: number): string =>
    `commit refs/heads/main\ncommitter a <a@b.invalid> ${1_700_000_000 + at} +0000\ndata 1\nx\n`;
  yield head(0);
  for (let file = 0; file < FILES; file++) yield change(file, 0);
  let next = 1;
  for (let commit = 1; commit <= COMMITS; commit++) {
    let text = head(commit);
    for (let one = 0; one < 4; one++) {
      next = (next * 48_271) % 2_147_483_647;
      text += change(next % FILES, commit);
    }
    yield text;
  }
}

async function make(): Promise<string> {
  mkdirSync(join(mirror, '..'), { recursive: true });
  typed('init', '-q', '--bare', '-b', 'main', mirror);
  const importer = spawn('git', [`--git-dir=${mirror}`, 'fast-import', '--quiet'], {
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  for (const text of history()) if (!importer.stdin.write(text)) await once(importer.stdin, 'drain');
  importer.stdin.end();
  await once(importer, 'close');
  return typed(`--git-dir=${mirror}`, 'rev-parse', 'main');
}

async function timed(work: () => Promise<unknown> | string): Promise<number> {
  const from = performance.now();
  await work();
  return (performance.now() - from) / 1_000;
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

const print = (text: string): boolean => process.stdout.write(`${text}\n`);

/** What is waited for, for who watches. */
const doing = (text: string): boolean => process.stderr.write(`${text} …\n`);

try {
  doing(`making a repository of ${FILES} files and ${COMMITS} commits in ${place}`);
  const commit = await make();
  const objects = /in-pack: (\d+)/.exec(typed(`--git-dir=${mirror}`, 'count-objects', '-v'))?.[1];
  print(`repository: ${FILES} files, ${COMMITS} commits, ${objects} objects`);
  const git = createGit({ home, remote: async () => ({ url: `file://${mirror}` }), protocols: 'file' });
  const raw: number[] = [];
  const ours: number[] = [];
  // The first of each warms the caches of the machine, and does not count.
  for (let round = 0; round <= ROUNDS; round++) {
    doing(round === 0 ? 'warming up' : `worktrees, round ${round} of ${ROUNDS}`);
    const folder = join(root, `raw-${round}`);
    const [a, b] = [
      await timed(() => typed(`--git-dir=${mirror}`, 'worktree', 'add', '-q', '--detach', folder, commit)),
      await timed(() => git.addWorktree(repository, `item-1-${round}`, commit)),
    ];
    if (round > 0) [raw, ours].map((times, at) => times.push([a, b][at] ?? 0));
    typed(`--git-dir=${mirror}`, 'worktree', 'remove', '--force', folder);
    await git.removeWorktree(repository, `item-1-${round}`);
  }
  const clones: number[] = [];
  for (let round = 0; round < CLONES; round++) {
    doing(`clone ${round + 1} of ${CLONES}`);
    const folder = join(root, 'clone');
    clones.push(await timed(() => typed('clone', '-q', `file://${mirror}`, folder)));
    rmSync(folder, { recursive: true, force: true });
  }
  const [mine, plain, clone] = [median(ours), median(raw), Math.min(...clones)];
  print(`a ready worktree, median of ${ROUNDS}: ours ${mine.toFixed(2)} s, git worktree add ${plain.toFixed(2)} s`);
  print(`a clone with checkout, best of ${CLONES}: ${clone.toFixed(2)} s`);
  print(`ours takes ${(mine / plain).toFixed(2)} of git worktree add; promised: at most ${MOST_OVER_RAW}`);
  print(`a clone takes ${(clone / mine).toFixed(1)} times as long as ours; promised: at least ${LEAST_UNDER_CLONE}`);
  process.exitCode = mine / plain <= MOST_OVER_RAW && clone / mine >= LEAST_UNDER_CLONE ? 0 : 1;
} finally {
  rmSync(root, { recursive: true, force: true });
}
