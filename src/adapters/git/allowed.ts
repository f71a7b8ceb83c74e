/** Allow-lists for what reaches git's arguments: an unlisted shape is a bug of the caller, so these throw. */
const SHA = /^[0-9a-f]{40}$|^[0-9a-f]{64}$/;
const WORKTREE = /^[A-Za-z0-9][A-Za-z0-9-]{0,199}$/;
/** The prefixes under which the app pushes and deletes (spec 6). */
const OURS = /^(?:parallel|integration|forkjoin)\/./;
const SEGMENT = /^[\p{L}\p{N}_][\p{L}\p{M}\p{N}._-]*$/u;

/** A full lower-case hash, or a throw. */
export function allowedSha(sha: string): string {
  if (!SHA.test(sha)) throw new Error(`not a full hash: ${JSON.stringify(sha.slice(0, 80))}`);
  return sha;
}

/** A worktree's name (letters, digits, `-`), or a throw. */
export function allowedWorktree(name: string): string {
  if (!WORKTREE.test(name)) throw new Error(`not a name for a worktree: ${JSON.stringify(name.slice(0, 80))}`);
  return name;
}

/** Could this be a branch of somebody's repository? The rules of `git check-ref-format`. */
export function isBranch(name: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: git forbids exactly these
  if (name === '' || name === '@' || name.length > 1000 || /[\x00-\x20\x7f~^:?*[\\]|\.\.|@\{/.test(name)) return false;
  return name
    .split('/')
    .every((part) => part !== '' && !part.startsWith('.') && !part.endsWith('.') && !part.endsWith('.lock'));
}

/** A branch that the app may push to or delete, or a throw: nothing outside our prefixes, only plain characters. */
export function allowedBranch(name: string): string {
  const plain = isBranch(name) && name.split('/').every((part) => SEGMENT.test(part));
  if (!plain || !OURS.test(name)) throw new Error(`not a branch of ours: ${JSON.stringify(name.slice(0, 200))}`);
  return name;
}

/** Is it a path inside a repository as git holds it (no `..`, no `.git`)? */
export function isPath(path: string): boolean {
  const good = (part: string) => part !== '' && part !== '.' && part !== '..' && part.toLowerCase() !== '.git';
  return !path.includes('\0') && path.split('/').every(good);
}

/** Such a path, or a throw. */
export function allowedPath(path: string): string {
  if (!isPath(path)) throw new Error(`not a path of a repository: ${JSON.stringify(path.slice(0, 200))}`);
  return path;
}
