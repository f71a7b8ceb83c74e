/** Raw differences with the hashes of both sides, for the check before a push. */
import type { Difference, Sha, TreeEntry } from '#core/types.ts';
import { allowedSha } from './allowed.ts';
import type { GitFolder } from './mirror.ts';
import { inMirror } from './read.ts';

/** Renames are a deletion and an addition; submodules count, whatever the repository's configuration says. */
const RAW = ['-r', '-z', '--raw', '--no-renames', '--no-abbrev', '--ignore-submodules=none'];
const MEGABYTES = 1_000;

/** What `to` changed since `from`. */
export async function differences(folder: GitFolder, from: Sha, to: Sha): Promise<Difference[]> {
  const args = ['diff-tree', ...RAW, allowedSha(from), allowedSha(to)];
  const { output } = await inMirror(folder, args, { megabytes: MEGABYTES });
  return [...separated(output)].flatMap(([, found]) => found);
}

/** What each commit changed since another, by one process; commits that changed nothing are absent. Each `to` stands once. */
export async function manyDifferences(
  folder: GitFolder,
  asked: readonly { readonly from: Sha; readonly to: Sha }[],
): Promise<ReadonlyMap<Sha, Difference[]>> {
  if (asked.length === 0) return new Map();
  const input = asked.map(({ from, to }) => `${allowedSha(to)} ${allowedSha(from)}\n`).join('');
  const call = { input, megabytes: MEGABYTES };
  return separated((await inMirror(folder, ['diff-tree', '--stdin', ...RAW], call)).output);
}

const ENTRY = /^:(\d{6}) (\d{6}) ([0-9a-f]+) ([0-9a-f]+) [AMDT]$/;

/** `(commit NUL)? (entry NUL path NUL)*`: entries begin with a colon, and so no hash does. */
function separated(output: Buffer): Map<Sha, Difference[]> {
  const found = new Map<Sha, Difference[]>();
  let current: Difference[] = [];
  let begun = false;
  for (const next = parts(output); ; ) {
    const head = next();
    if (head === undefined) return found;
    const text = head.toString('latin1');
    if (!text.startsWith(':')) {
      current = [];
      begun = true;
      found.set(text, current);
      continue;
    }
    if (!begun) found.set('', current);
    begun = true;
    const [, oldMode = '', newMode = '', oldBlob = '', newBlob = ''] = ENTRY.exec(text) ?? [];
    const path = next();
    if (newBlob === '' || path === undefined) throw new Error(`git diff-tree said something else: ${text}`);
    const [before, after] = [entry(oldMode, oldBlob), entry(newMode, newBlob)];
    current.push({
      path: pathText(path),
      ...(before === undefined ? {} : { before }),
      ...(after === undefined ? {} : { after }),
    });
  }
}

function parts(output: Buffer): () => Buffer | undefined {
  let at = 0;
  return () => {
    const end = output.indexOf(0, at);
    if (end < 0) return undefined;
    const part = output.subarray(at, end);
    at = end + 1;
    return part;
  };
}

function entry(mode: string, blob: string): TreeEntry | undefined {
  return mode === '000000' ? undefined : { mode, blob };
}

/** A path as people read it; bytes that are no UTF-8 as git quotes them, so that two paths never look the same. */
function pathText(bytes: Buffer): string {
  const text = bytes.toString('utf8');
  if (!text.includes('\u{fffd}') || Buffer.from(text).equals(bytes)) return text;
  return [...bytes]
    .map((byte) =>
      byte < 0x80 && byte !== 0x5c ? String.fromCharCode(byte) : `\\${byte.toString(8).padStart(3, '0')}`,
    )
    .join('');
}
