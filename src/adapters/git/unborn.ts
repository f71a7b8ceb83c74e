/** Worktrees of a bare clone that have no commit yet: git does not fetch into a clone that has one. */
import { readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { GitFailure } from './git.ts';

const UNBORN = /bad object worktrees\/([A-Za-z0-9][A-Za-z0-9-]*)\/HEAD/;
const NO_COMMIT = /^0+\s*$/;

/** `git worktree add` writes the name of no commit first and the real one next; a later second of life has none. Milliseconds. */
const AT_ONCE = 5_000;

/** Does it again while a worktree is being made; an entry whose making a kill cut short is removed. */
export async function pastUnborn<Result>(gitDir: string, run: () => Promise<Result>): Promise<Result> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await run();
    } catch (failure) {
      const name = failure instanceof GitFailure ? UNBORN.exec(failure.errors)?.[1] : undefined;
      if (name === undefined || tries === 50) throw failure;
      const entry = join(gitDir, 'worktrees', name);
      if (await isDead(entry)) await rm(entry, { recursive: true, force: true });
      else await pause(200);
    }
  }
}

async function isDead(entry: string): Promise<boolean> {
  const head = join(entry, 'HEAD');
  const written = await stat(head).catch(() => undefined);
  if (written === undefined || Date.now() - written.mtimeMs < AT_ONCE) return false;
  return NO_COMMIT.test(await readFile(head, 'utf8').catch(() => ''));
}
