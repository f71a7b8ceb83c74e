/** One bare clone per repository and machine. Never `--mirror`: a plain push from such a clone deletes other people's branches. */
import { randomUUID } from 'node:crypto';
import { lstat, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Repository } from '#core/types.ts';
import type { Log } from '#engine/ports.ts';
import { git } from './git.ts';
import type { TreeNames } from './tree-names.ts';

/** What every file of this folder is given. */
export type Ground = {
  /** FORKJOIN_HOME, absolute. */
  readonly home: string;
  readonly remote: (repository: Repository) => Promise<{ readonly url: string; readonly token?: string }>;
  /** GIT_ALLOW_PROTOCOL for commands that reach a remote. */
  readonly protocols: string;
  readonly log?: Log | undefined;
  /** Ends every running git. */
  readonly signal?: AbortSignal | undefined;
  /** Local git is started by the small process beside the app. */
  readonly apart?: boolean;
  /** What the last merges left for the next, by clone and commit. */
  readonly names: Map<string, TreeNames>;
};

/** A git folder that questions can be put to, and the folder that git runs in meanwhile. */
export type GitFolder = { readonly gitDir: string; readonly ground: Pick<Ground, 'home' | 'signal' | 'apart'> };

/** A bare clone that was looked at just now. */
export type Mirror = GitFolder & { readonly ground: Ground; readonly repository: Repository };

/** The whole configuration of a bare clone; compared byte by byte, so that nothing planted in it is ever read. */
const CONFIG = `[core]
	repositoryformatversion = 0
	filemode = true
	bare = true
	logAllRefUpdates = false
[gc]
	auto = 0
[maintenance]
	auto = false
`;

/**
 * A blob is the file's bytes, whatever a committed or an agent's `.gitattributes` says: no filter, no line-end or
 * encoding conversion in either direction. This file outranks every `.gitattributes`.
 */
const ATTRIBUTES = '* -text !eol -ident !filter !working-tree-encoding\n';

/** Files that would make git look elsewhere or obey somebody else; none belongs in a clone of ours. */
const FOREIGN = [
  'commondir',
  'config.worktree',
  'info/exclude',
  'info/grafts',
  'shallow',
  'objects/info/alternates',
  'objects/info/http-alternates',
];

/** Where the clone of a repository stands. Keyed by number: names change hands. */
export function mirrorPath(home: string, id: number): string {
  return join(home, 'mirrors', `${id}.git`);
}

/** Where it is written down which repository a number is. */
export function notePath(home: string, id: number): string {
  return join(home, 'mirrors', `${id}.json`);
}

/** The clone, made if need be (empty until the first fetch) and checked before each use. */
export async function mirrorOf(ground: Ground, repository: Repository): Promise<Mirror> {
  if (!Number.isSafeInteger(repository.id) || repository.id < 0)
    throw new Error(`not a repository id: ${repository.id}`);
  const gitDir = mirrorPath(ground.home, repository.id);
  if (!(await isWhole(gitDir))) await make(ground, gitDir);
  await cleanse(ground, gitDir);
  await note(ground, repository);
  return { ground, repository, gitDir };
}

/** The same clone for calls that a signal ends, too. */
export function until(mirror: Mirror, signal: AbortSignal | undefined): Mirror {
  if (signal === undefined) return mirror;
  const { ground } = mirror;
  const both = ground.signal === undefined ? signal : AbortSignal.any([ground.signal, signal]);
  return { ...mirror, ground: { ...ground, signal: both } };
}

async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

/** What a clone of ours is configured with, by path below it: written when it is made, compared before each use. */
export function seal(format = 'sha1'): Readonly<Record<string, string>> {
  return { config: format === 'sha1' ? CONFIG : inFormat(format), 'info/attributes': ATTRIBUTES };
}

/** The same for a repository whose hashes are of another sort. */
const inFormat = (format: string): string =>
  `${CONFIG.replace('repositoryformatversion = 0', 'repositoryformatversion = 1')}[extensions]\n\tobjectFormat = ${format}\n`;

/** A clone that lost a part cannot be told from one whose making was cut short: it is made again. */
async function isWhole(gitDir: string): Promise<boolean> {
  const parts = await Promise.all(['HEAD', 'config', 'objects', 'refs'].map((part) => exists(join(gitDir, part))));
  return parts.every(Boolean);
}

/** Made beside its place and moved there, so that a kill leaves a whole clone or none. */
async function make(ground: Ground, gitDir: string): Promise<void> {
  const draft = `${gitDir}.draft-${randomUUID()}`;
  await mkdir(draft, { recursive: true });
  await git(['init', '--quiet', '--bare', '--template=', '--end-of-options', draft], {
    cwd: draft,
    signal: ground.signal,
  });
  await mkdir(join(draft, 'info'), { recursive: true });
  for (const [path, content] of Object.entries(seal())) await writeFile(join(draft, path), content);
  if ((await exists(gitDir)) && !(await isWhole(gitDir))) await discard(gitDir);
  try {
    await rename(draft, gitDir);
  } catch (cause) {
    await rm(draft, { recursive: true, force: true });
    // Another worker of this machine was quicker; its clone is as good.
    if (!(await isWhole(gitDir))) throw new Error(`no bare clone could be made at ${gitDir}`, { cause });
  }
}

/** Moves a broken clone aside first: what is half deleted never stands in its place. */
export async function discard(gitDir: string): Promise<void> {
  const aside = `${gitDir}.broken-${randomUUID()}`;
  await rename(gitDir, aside).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code !== 'ENOENT') throw cause;
  });
  await rm(aside, { recursive: true, force: true, maxRetries: 3 });
}

async function cleanse(ground: Ground, gitDir: string): Promise<void> {
  await restore(ground, gitDir, seal());
}

/** Puts files of ours back as they were, and takes away what makes git look elsewhere. */
export async function restore(ground: Ground, gitDir: string, ours: Readonly<Record<string, string>>): Promise<void> {
  await Promise.all([
    ...Object.entries(ours).map(([path, content]) => keep(ground, join(gitDir, path), content)),
    ...FOREIGN.filter((name) => ours[name] === undefined).map(async (name) => {
      const path = join(gitDir, name);
      if (!(await exists(path))) return;
      ground.log?.error({ path }, 'A bare clone held a file that is not ours; it was removed.');
      await rm(path, { recursive: true, force: true });
    }),
  ]);
}

async function keep(ground: Ground, path: string, content: string): Promise<void> {
  if ((await readFile(path, 'utf8').catch(() => undefined)) === content) return;
  ground.log?.error({ path }, 'A file of a bare clone was changed by somebody else; it was put back.');
  await replace(path, content);
}

async function note(ground: Ground, repository: Repository): Promise<void> {
  const { installation, id, owner, name } = repository;
  const text = `${JSON.stringify({ installation, id, owner, name })}\n`;
  const path = notePath(ground.home, id);
  if ((await readFile(path, 'utf8').catch(() => undefined)) !== text) await replace(path, text);
}

async function replace(path: string, content: string): Promise<void> {
  const draft = `${path}.draft-${randomUUID()}`;
  await mkdir(join(path, '..'), { recursive: true });
  await writeFile(draft, content);
  await rename(draft, path);
}
