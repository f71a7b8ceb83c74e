/** Lock files: which tool makes them again, and for which manifests they speak. */
import { posix } from './path.ts';

/** A tool with a lock file. `command` runs in the lock file's folder, with install scripts off, in `environment`. */
export type LockTool = {
  readonly name: string;
  readonly locks: readonly string[];
  readonly manifests: readonly string[];
  readonly command: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Fails when what the tool made does not hold together. Absent for tools that look at every package by themselves. */
  readonly check?: string;
  /** Files beside the lock that the tool brings in order with it. */
  readonly also: readonly string[];
};

/** A registry that cannot be reached, or does not answer, is told soon, and nobody is asked for advice. Milliseconds. */
const SOON = {
  npm_config_fetch_timeout: '30000',
  npm_config_fetch_retries: '1',
  npm_config_fetch_retry_mintimeout: '1000',
  npm_config_fetch_retry_maxtimeout: '2000',
  npm_config_audit: 'false',
  npm_config_fund: 'false',
};

/** The status of a run whose command passed and whose check did not. */
export const UNSURE = 86;

const NPM: LockTool = {
  name: 'npm',
  locks: ['package-lock.json', 'npm-shrinkwrap.json'],
  manifests: ['package.json'],
  command: 'npm install --package-lock-only --ignore-scripts',
  environment: SOON,
  // npm takes what is locked below workspaces for right, and npm ci installs that.
  check: 'npm ls --all --package-lock-only',
  also: [],
};

const PNPM: LockTool = {
  name: 'pnpm',
  locks: ['pnpm-lock.yaml'],
  manifests: ['package.json', 'pnpm-workspace.yaml'],
  command: 'pnpm install --lockfile-only --ignore-scripts',
  // Else it looks no further than the manifests, and leaves a lock file without what a package in it needs.
  environment: { ...SOON, npm_config_prefer_frozen_lockfile: 'false' },
  also: [],
};

/** In a CI environment berry refuses to change its lock file unless told so. */
const YARN: LockTool = {
  name: 'yarn',
  locks: ['yarn.lock'],
  manifests: ['package.json'],
  command: 'yarn install --mode=update-lockfile',
  environment: {
    YARN_ENABLE_IMMUTABLE_INSTALLS: 'false',
    YARN_ENABLE_SCRIPTS: 'false',
    YARN_HTTP_RETRY: '1',
    YARN_HTTP_TIMEOUT: '30000',
  },
  also: [],
};

/** Classic knows no way to write the lock file alone; what it installs goes with the checkout. */
const YARN_CLASSIC: LockTool = {
  ...YARN,
  name: 'yarn (classic)',
  command: 'yarn install --ignore-scripts --non-interactive',
  environment: {},
};

const CARGO: LockTool = {
  name: 'cargo',
  locks: ['Cargo.lock'],
  manifests: ['Cargo.toml'],
  command: 'cargo metadata --format-version 1 > /dev/null',
  environment: { CARGO_NET_RETRY: '1' },
  also: [],
};

const GO: LockTool = {
  name: 'go',
  locks: ['go.sum'],
  manifests: ['go.mod'],
  command: 'go mod tidy',
  environment: {},
  also: ['go.mod'],
};

const POETRY: LockTool = {
  name: 'poetry',
  locks: ['poetry.lock'],
  manifests: ['pyproject.toml'],
  command: 'poetry lock',
  environment: {},
  also: [],
};

const UV: LockTool = {
  name: 'uv',
  locks: ['uv.lock'],
  manifests: ['pyproject.toml'],
  command: 'uv lock',
  environment: {},
  also: [],
};

const TOOLS: readonly LockTool[] = [NPM, PNPM, YARN, CARGO, GO, POETRY, UV];

const byLock = new Map(TOOLS.flatMap((tool) => tool.locks.map((lock) => [lock, tool] as const)));
const named = new Set(TOOLS.flatMap(({ locks, manifests }) => [...locks, ...manifests]));

/** Is the file a lock file that one of the tools makes? */
export const isLock = (path: string): boolean => byLock.has(posix.name(path));

/** Can a change of the file make a lock file stale? */
export const concernsLocks = (path: string): boolean => named.has(posix.name(path));

/** The tool of a lock file; yarn's two generations are told apart by what the file says. */
export const lockTool = (path: string, content: string): LockTool | undefined => {
  const tool = byLock.get(posix.name(path));
  return tool === YARN && !/^__metadata:/m.test(content) ? YARN_CLASSIC : tool;
};

/**
 * The lock files that both sides of a merge had a hand in, by changing them or a manifest that they speak for (the
 * nearest lock file of a manifest's tool, in its folder or above it): stale, even where git merged them.
 */
export const staleLocks = (
  locks: readonly string[],
  ours: readonly string[],
  theirs: readonly string[],
): readonly string[] => {
  const here = new Set(locks);
  const [left, right] = [ours, theirs].map((paths) => new Set(paths.flatMap((path) => governing(here, path))));
  return locks.filter((lock) => left?.has(lock) === true && right?.has(lock) === true);
};

/** The lock files of manifests that a member changed without them: nobody may own a lock file that all items need. */
export const forgottenLocks = (locks: readonly string[], theirs: readonly string[]): readonly string[] => {
  const here = new Set(locks);
  const wanted = new Set(theirs.flatMap((path) => governing(here, path)));
  // Before version 2 `poetry lock` raises everything there is: not for a member that may have changed a setting only.
  return locks.filter((lock) => wanted.has(lock) && !theirs.includes(lock) && posix.name(lock) !== 'poetry.lock');
};

const governing = (locks: ReadonlySet<string>, path: string): readonly string[] => {
  if (locks.has(path)) return [path];
  const name = posix.name(path);
  return TOOLS.filter(({ manifests }) => manifests.includes(name)).flatMap((tool) => {
    for (let folder = posix.folder(path); ; folder = posix.folder(folder)) {
      const found = tool.locks.map((lock) => posix.join(folder, lock)).filter((lock) => locks.has(lock));
      if (found.length > 0) return found;
      if (folder === '') return [];
    }
  });
};

/** A file of the same generation as the one before, and no half-made one? */
export const isWhole = (path: string, before: string, after: string): boolean =>
  // A module of which everything is replaced has no checksums.
  (after.trim() !== '' || posix.name(path) === 'go.sum') &&
  !/^(?:<{7}|={7}|>{7})(?: |\r?$)/m.test(after) &&
  lockTool(path, before)?.name === lockTool(path, after)?.name;
