/** What stands in changed files, before and after: for the guard, which judges contents too. */
import type { Brought, Sha } from '#core/types.ts';
import { allowedSha } from './allowed.ts';
import type { GitFolder } from './mirror.ts';
import { fields, inMirror } from './read.ts';

/** A file is read up to this size, and all of them together up to the other; the guard refuses far less. Bytes. */
const LONGEST = 8_000_000;
const TOGETHER = 64_000_000;
/** Bytes at the begin of a file in which a NUL makes it binary: git's own rule. */
const LOOKED_AT = 8_000;

const ENTRY = /^:(\d{6}) (\d{6}) ([0-9a-f]+) ([0-9a-f]+) [AMDT]$/;

type Changed = { readonly path: string; readonly before?: Sha; readonly after?: Sha };

/** Files and links that differ between two commits or trees, with their contents; what is too long has none. */
export async function brought(folder: GitFolder, from: Sha, to: Sha): Promise<Brought[]> {
  const args = ['diff-tree', '-r', '-z', '--raw', '--no-renames', '--no-abbrev', allowedSha(from), allowedSha(to)];
  const parts = fields((await inMirror(folder, args)).output);
  const changed: Changed[] = [];
  for (let at = 0; at + 1 < parts.length; at += 2) {
    const [, oldMode, newMode, before, after] = ENTRY.exec(parts[at] ?? '') ?? [];
    const path = parts[at + 1];
    if (path === undefined || oldMode === undefined || newMode === undefined)
      throw new Error(`git diff-tree said something else: ${JSON.stringify(parts[at])}`);
    changed.push({
      path,
      ...(holdsBytes(oldMode) && before !== undefined ? { before } : {}),
      ...(holdsBytes(newMode) && after !== undefined ? { after } : {}),
    });
  }
  const contents = await blobs(
    folder,
    // What is new first: nothing that was there before may take its room from it.
    [...changed.map(({ after }) => after), ...changed.map(({ before }) => before)].filter((blob) => blob !== undefined),
  );
  return changed.map(({ path, before, after }) =>
    broughtBy(path, contents.get(before ?? ''), contents.get(after ?? '')),
  );
}

const holdsBytes = (mode: string): boolean => mode.startsWith('100') || mode === '120000';

function broughtBy(path: string, before: Buffer | undefined, after: Buffer | undefined): Brought {
  const binary = [before, after].some((bytes) => bytes?.subarray(0, LOOKED_AT).includes(0));
  const encoding = binary ? 'latin1' : 'utf8';
  return {
    path,
    binary,
    ...(before === undefined ? {} : { before: before.toString(encoding) }),
    ...(after === undefined ? {} : { after: after.toString(encoding) }),
  };
}

async function blobs(folder: GitFolder, ids: readonly Sha[]): Promise<ReadonlyMap<Sha, Buffer>> {
  const found = new Map<Sha, Buffer>();
  const asked = [...new Set(ids)];
  if (asked.length === 0) return found;
  const sizes = await inMirror(folder, ['cat-file', '--batch-check=%(objectsize)'], { input: lines(asked) });
  let room = TOGETHER;
  const read = sizes.output
    .toString()
    .trimEnd()
    .split('\n')
    .flatMap((size, at) => {
      const id = asked[at];
      if (id === undefined || Number(size) > LONGEST || Number(size) > room) return [];
      room -= Number(size);
      return [{ id, size: Number(size) }];
    });
  if (read.length === 0) return found;
  const { output } = await inMirror(folder, ['cat-file', '--batch'], {
    input: lines(read.map(({ id }) => id)),
    megabytes: 128,
  });
  // `hash SP type SP size LF content LF`, in the order of the questions.
  let at = 0;
  for (const { id, size } of read) {
    const begin = output.indexOf('\n', at) + 1;
    found.set(id, output.subarray(begin, begin + size));
    at = begin + size + 1;
  }
  return found;
}

function lines(ids: readonly Sha[]): string {
  return ids.map((id) => `${id}\n`).join('');
}
