import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Worktree } from '#engine/ports.ts';

/** A worker's machine in a folder: two bare clones, two worktrees, an app key, a folder of somebody else. */
export type Machine = {
  readonly home: string;
  readonly worktree: Worktree;
  readonly bare: string;
  readonly otherBare: string;
  readonly sibling: string;
  readonly key: string;
  readonly elsewhere: string;
  remove(): void;
};

const IDENTITY = [
  '-c',
  'safe.directory=*',
  '-c',
  'user.name=t',
  '-c',
  'user.email=t@example.invalid',
  '-c',
  'init.defaultBranch=main',
];

/** Makes it, owned by `uid` when this process may give things away. */
export function machine(uid?: number): Machine {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'forkjoin-safety-')));
  chmodSync(root, 0o755);
  const home = join(root, 'home');
  const [bare, otherBare] = [repository(root, home, '7'), repository(root, home, '8')];
  const worktree = addWorktree(bare, join(home, 'worktrees', '7', 'item-3-1'));
  const sibling = addWorktree(bare, join(home, 'worktrees', '7', 'item-4-1'));
  const key = join(home, 'app.pem');
  writeFileSync(key, 'CANARY-APP-KEY\n');
  const elsewhere = join(root, 'elsewhere');
  mkdirSync(elsewhere);
  writeFileSync(join(elsewhere, 'letter.txt'), 'CANARY-LETTER\n');
  if (uid !== undefined) give(root, uid);
  return {
    home,
    worktree: { path: worktree, name: 'item-3-1', base: git(bare, 'rev-parse', 'main') },
    bare,
    otherBare,
    sibling,
    key,
    elsewhere,
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}

/** A bare clone with one commit, as the app keeps them. */
function repository(root: string, home: string, id: string): string {
  const source = join(root, `source-${id}`);
  mkdirSync(source, { recursive: true });
  git(source, 'init', '-q');
  mkdirSync(join(source, 'src'));
  writeFileSync(join(source, 'src', 'contract.ts'), 'export type Contract = 1;\n');
  writeFileSync(join(source, 'README.md'), `CANARY-REPOSITORY-${id}\n`);
  git(source, 'add', '.');
  git(source, 'commit', '-qm', 'first');
  const bare = join(home, 'mirrors', `${id}.git`);
  mkdirSync(join(home, 'mirrors'), { recursive: true });
  execFileSync('git', ['clone', '-q', '--bare', source, bare], { stdio: 'pipe' });
  return bare;
}

function addWorktree(bare: string, path: string): string {
  git(bare, 'worktree', 'add', '-q', '--detach', path, 'main');
  return path;
}

/** Runs git in a folder, as a person would; answers what it prints. */
export function git(folder: string, ...args: string[]): string {
  return execFileSync('git', ['-C', folder, ...IDENTITY, ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  }).trim();
}

/** Gives a folder and all in it to a user; only root can. */
export function give(path: string, uid: number): void {
  chownSync(path, uid, uid);
  for (const entry of readdirSync(path, { recursive: true, withFileTypes: true })) {
    chownSync(join(entry.parentPath, entry.name), uid, uid);
  }
}
