import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, vi } from 'vitest';
import { integrateVerb } from '#cli/integrate.ts';

export const CLI = fileURLToPath(new URL('../../src/cli.ts', import.meta.url));
const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** Everything that a run leaves in the folder for temporary files is found there. */
export const TMP = mkdtempSync(join(tmpdir(), 'forkjoin-integrate-test-'));
folders.push(TMP);

export const ENV = {
  PATH: process.env['PATH'] ?? '',
  TMPDIR: TMP,
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_AUTHOR_NAME: 'a',
  GIT_AUTHOR_EMAIL: 'a@example.org',
  GIT_AUTHOR_DATE: '2026-01-01T00:00:00Z',
  GIT_COMMITTER_NAME: 'a',
  GIT_COMMITTER_EMAIL: 'a@example.org',
  GIT_COMMITTER_DATE: '2026-01-01T00:00:00Z',
};

type Files = Readonly<Record<string, string | null>>;

/** A repository of a person, with `main` checked out. */
export class Person {
  readonly folder = mkdtempSync(join(tmpdir(), 'forkjoin-integrate-'));
  constructor(base: Files) {
    folders.push(this.folder);
    this.git('init', '-q', '-b', 'main', '.');
    this.write(base);
    this.git('add', '-A');
    this.git('commit', '-q', '-m', 'base');
  }
  git(...args: string[]): string {
    return execFileSync('git', args, { cwd: this.folder, env: ENV, encoding: 'utf8', stdio: 'pipe' }).trimEnd();
  }
  write(files: Files): void {
    for (const [path, text] of Object.entries(files)) {
      const full = join(this.folder, path);
      mkdirSync(dirname(full), { recursive: true });
      if (text === null) rmSync(full);
      else writeFileSync(full, text);
    }
  }
  /** A branch with one commit on top of another; then `main` is checked out again. */
  branch(name: string, files: Files, from = 'main'): string {
    this.git('checkout', '-q', '--detach', from);
    this.write(files);
    this.git('add', '-A');
    this.git('commit', '-q', '--allow-empty', '-m', name);
    const head = this.git('rev-parse', 'HEAD');
    this.git('update-ref', `refs/heads/${name}`, head);
    this.git('checkout', '-q', 'main');
    return head;
  }
  head(name: string): string {
    return this.git('rev-parse', `refs/heads/${name}`);
  }
  /** All that a run must leave as it is: other refs, HEAD, index, files, configuration. */
  surroundings(without: string): string {
    const refs = this.git('for-each-ref')
      .split('\n')
      .filter((line) => !line.endsWith(`\trefs/heads/${without}`));
    const file = (path: string) => readFileSync(join(this.folder, '.git', path), 'latin1');
    return JSON.stringify([refs, file('HEAD'), file('index'), file('config'), this.git('status', '--porcelain')]);
  }
  /** The verb as a process of its own: as people start it. */
  started(args: string[], env: Record<string, string> = {}) {
    const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, 'integrate', ...args], {
      cwd: this.folder,
      encoding: 'utf8',
      timeout: 120_000,
      env: { ...ENV, ...env },
    });
    return { status, stdout, stderr };
  }
  /** The same in this process, which saves the start of one. */
  async run(args: string[], env: Record<string, string> = {}) {
    const said = { stdout: '', stderr: '' };
    for (const stream of ['stdout', 'stderr'] as const)
      vi.spyOn(process[stream], 'write').mockImplementation((text) => {
        said[stream] += String(text);
        return true;
      });
    for (const [name, value] of Object.entries({ ...ENV, FORKJOIN_HOME: '', ...env })) vi.stubEnv(name, value);
    try {
      const where = args.includes('--repo') ? [] : ['--repo', this.folder];
      await integrateVerb().parseAsync([...where, ...args], { from: 'user' });
      return { ...said, status: Number(process.exitCode) };
    } finally {
      process.exitCode = undefined;
      vi.restoreAllMocks();
      vi.unstubAllEnvs();
    }
  }
  async json(args: string[], env?: Record<string, string>) {
    const ran = await this.run(['--json', ...args], env);
    return { ...ran, answer: JSON.parse(ran.stdout) };
  }
}

export const names = (list: readonly { readonly member: string }[]): string[] => list.map(({ member }) => member);
