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

/** Files that differ between two commits, renames found as GitHub does. */
export const diffBetween = async (repo: Repo, from: string, to: string): Promise<readonly DiffEntry[]> => {
  const args = ['diff-tree', '-r', '-z', '-M', '--no-commit-id'];
  const [raw, counted] = await Promise.all([
    repo.git.text([...args, '--raw', '--no-abbrev', from, to]),
    repo.git.text([...args, '--numstat', from, to]),
  ]);
  const counts = new Map<string, readonly [number, number]>();
  const numbers = counted.split('\0');
  for (let at = 0; at < numbers.length - 1; at += 1) {
    const [added = '', deleted = '', path = ''] = (numbers[at] ?? '').split('\t');
    // A rename has an empty path here, and old and new name as entries of their own.
    const name = path === '' ? (numbers[(at += 2)] ?? '') : path;
    counts.set(name, [Number(added) || 0, Number(deleted) || 0]);
  }
  const entries: DiffEntry[] = [];
  const fields = raw.split('\0');
  for (let at = 0; at < fields.length - 1; at += 2) {
    const [, , , blob = '', letter = ''] = (fields[at] ?? '').split(' ');
    const status = STATUS[letter.slice(0, 1)] ?? 'modified';
    const first = fields[at + 1] ?? '';
    const path = status === 'renamed' ? (fields[(at += 1) + 1] ?? '') : first;
    const [additions, deletions] = counts.get(path) ?? [0, 0];
    entries.push({ path, status, blob, additions, deletions, ...(status === 'renamed' ? { previous: first } : {}) });
  }
  return entries;
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
