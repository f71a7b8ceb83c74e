import { execFileSync, type StdioOptions } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createGit } from '#adapters/git/create-git.ts';
import type { Repository, Sha } from '#core/types.ts';
import type { Git } from '#engine/ports.ts';

/** A tree as a test writes it: text, bytes, `{ link }`, `{ run }` for an executable. */
export type Files = Record<string, string | Uint8Array | { link: string } | { run: string }>;

export const AT = '2026-03-01T12:00:00.000Z';

/** Git as a person types it, with that person's name and nobody's configuration. */
export function typed(cwd: string, ...args: string[]): string {
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: '/nonexistent',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_AUTHOR_NAME: 'Ada',
    GIT_AUTHOR_EMAIL: 'ada@example.com',
    GIT_COMMITTER_NAME: 'Ada',
    GIT_COMMITTER_EMAIL: 'ada@example.com',
    GIT_AUTHOR_DATE: '@1767225600 +0000',
    GIT_COMMITTER_DATE: '@1767225600 +0000',
  };
  const all = ['-c', 'init.defaultBranch=main', '-c', 'protocol.file.allow=always', ...args];
  const stdio: StdioOptions = ['ignore', 'pipe', 'pipe'];
  return execFileSync('git', all, { cwd, env, encoding: 'utf8', maxBuffer: 100_000_000, stdio }).trimEnd();
}

export function write(folder: string, files: Files): void {
  for (const [path, content] of Object.entries(files)) {
    const at = join(folder, path);
    mkdirSync(dirname(at), { recursive: true });
    if (typeof content === 'string' || content instanceof Uint8Array) writeFileSync(at, content);
    else if ('link' in content) symlinkSync(content.link, at);
    else {
      writeFileSync(at, content.run);
      chmodSync(at, 0o755);
    }
  }
}

/** A home folder, a bare remote and a person's clone of it, all real, all in one temporary folder. */
export class Place {
  readonly root = realpathSync(mkdtempSync(join(tmpdir(), 'forkjoin-git-')));
  readonly home = join(this.root, 'home');
  readonly remote = join(this.root, 'remote.git');
  readonly person = join(this.root, 'person');
  readonly repository: Repository = { installation: 1, id: 42, owner: 'octo', name: 'sample' };

  constructor() {
    typed(this.root, 'init', '-q', '--bare', this.remote);
    typed(this.root, 'init', '-q', this.person);
    // Trees as a test writes them, byte for byte, whatever attributes stand in them.
    write(this.person, { '.git/info/attributes': '* -text -ident !filter !working-tree-encoding\n' });
    typed(this.person, 'remote', 'add', 'origin', this.remote);
  }

  git(options: Partial<Parameters<typeof createGit>[0]> = {}): Git {
    return createGit({ home: this.home, remote: async () => ({ url: this.remote }), protocols: 'file', ...options });
  }

  get mirror(): string {
    return join(this.home, 'mirrors', '42.git');
  }

  /** A person commits on a branch (from `from`, or where it stands) and pushes it. */
  commit(branch: string, files: Files, options: { from?: string; remove?: string[]; push?: boolean } = {}): Sha {
    const exists = typed(this.person, 'branch', '--list', branch) !== '';
    if (options.from !== undefined) typed(this.person, 'checkout', '-q', '-B', branch, options.from);
    else if (exists) typed(this.person, 'checkout', '-q', branch);
    else typed(this.person, 'checkout', '-q', '--orphan', branch);
    for (const path of options.remove ?? []) typed(this.person, 'rm', '-rq', '--', path);
    write(this.person, files);
    typed(this.person, 'add', '-A', '-f');
    typed(this.person, 'commit', '-q', '--allow-empty', '-m', `work on ${branch}`);
    if (options.push !== false) typed(this.person, 'push', '-q', '-f', 'origin', `${branch}:${branch}`);
    return typed(this.person, 'rev-parse', 'HEAD');
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}
