import { apiUrl, pageUrl } from '../routes/shapes.ts';
import type { Json, Measured, Pull, Repo } from '../state.ts';

/** One file between two commits. `previous` is set for a rename. */
export type DiffEntry = {
  readonly path: string;
  readonly previous?: string;
  readonly status: 'added' | 'removed' | 'modified' | 'renamed' | 'changed';
  readonly blob: string;
  readonly additions: number;
  readonly deletions: number;
};

const STATUS: Readonly<Record<string, DiffEntry['status']>> = {
  A: 'added',
  D: 'removed',
  M: 'modified',
  R: 'renamed',
  T: 'changed',
};

type RawEntry = Omit<DiffEntry, 'additions' | 'deletions'>;

/** `:100644 100644 <old> <new> M`, then the path; a rename has the old path before the new one. */
const rawEntry = (about: string, next: () => string): RawEntry => {
  const [, , before = '', after = '', letter = ''] = about.split(' ');
  const status = STATUS[letter.slice(0, 1)] ?? 'modified';
  const first = next();
  const blob = status === 'removed' ? before : after;
  return status === 'renamed' ? { status, blob, previous: first, path: next() } : { status, blob, path: first };
};

/** Files that differ between two commits, renames found as GitHub does. */
export const diffBetween = async (repo: Repo, from: string, to: string): Promise<readonly DiffEntry[]> => {
  const args = ['diff-tree', '-r', '-z', '-M', '--no-commit-id', '--raw', '--numstat', '--no-abbrev', from, to];
  const fields = (await repo.git.text(args)).split('\0').slice(0, -1);
  const next = () => fields.shift() ?? '';
  const entries: RawEntry[] = [];
  const counts = new Map<string, readonly [number, number]>();
  // All raw lines come first, then one line of numbers a file: `1\t0\tpath`, where a rename has its two paths behind.
  while (fields.length > 0) {
    const field = next();
    if (field.startsWith(':')) {
      entries.push(rawEntry(field, next));
      continue;
    }
    const [added = '', deleted = '', path = ''] = field.split('\t');
    const name = path === '' ? (next(), next()) : path;
    counts.set(name, [Number(added) || 0, Number(deleted) || 0]);
  }
  return entries.map((entry) => {
    const [additions, deletions] = counts.get(entry.path) ?? [0, 0];
    return { ...entry, additions, deletions };
  });
};

/** GitHub's "diff entry"; `patch` is left out, as GitHub does for files that are too large. */
export const diffEntryJson = (repo: Repo, sha: string, entry: DiffEntry): Json => {
  const path = entry.path.split('/').map(encodeURIComponent).join('/');
  return {
    sha: entry.blob,
    filename: entry.path,
    status: entry.status,
    additions: entry.additions,
    deletions: entry.deletions,
    changes: entry.additions + entry.deletions,
    blob_url: `${pageUrl(repo)}/blob/${sha}/${path}`,
    raw_url: `${pageUrl(repo)}/raw/${sha}/${path}`,
    contents_url: `${apiUrl(repo)}/contents/${path}?ref=${sha}`,
    ...(entry.previous === undefined ? {} : { previous_filename: entry.previous }),
  };
};

/** Measures a pull request's head against the tip of its base. */
export const measure = async (repo: Repo, head: string, base: string): Promise<Measured> => {
  const from = (await repo.git.mergeBase(base, head)) ?? base;
  const [tree, count, entries] = await Promise.all([
    repo.git.mergeTree(base, head),
    repo.git.text(['rev-list', '--count', `${base}..${head}`]),
    diffBetween(repo, from, head),
  ]);
  return {
    mergeable: tree !== undefined,
    commits: Number(count),
    additions: entries.reduce((sum, entry) => sum + entry.additions, 0),
    deletions: entries.reduce((sum, entry) => sum + entry.deletions, 0),
    files: entries.length,
  };
};

/** Files of a pull request: what its head changed since it left the base. */
export const filesOf = async (repo: Repo, pull: Pull): Promise<readonly DiffEntry[]> =>
  diffBetween(repo, (await repo.git.mergeBase(pull.baseSha, pull.headSha)) ?? pull.baseSha, pull.headSha);
