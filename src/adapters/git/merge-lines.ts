/** Three versions of one file merged line by line, with all three in what conflicts. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GitFailure } from './git.ts';
import type { GitFolder } from './mirror.ts';
import { inMirror } from './read.ts';
import { withScratch } from './scratch.ts';

/** Undefined when git calls one of them binary, or the result is no UTF-8. */
export async function mergeLines(
  folder: GitFolder,
  versions: { readonly base: Uint8Array; readonly ours: Uint8Array; readonly theirs: Uint8Array },
  marker: number,
): Promise<string | undefined> {
  return withScratch(folder.ground.home, async (scratch) => {
    const names = { base: join(scratch, 'base'), ours: join(scratch, 'ours'), theirs: join(scratch, 'theirs') };
    for (const side of ['base', 'ours', 'theirs'] as const) await writeFile(names[side], versions[side]);
    const labels = ['-L', 'ours', '-L', 'base', '-L', 'theirs'];
    const args = ['merge-file', '-p', '-q', '--diff3', `--marker-size=${marker}`, ...labels];
    // The status counts the conflicts, up to 127; above is a failure.
    const answers = Array.from({ length: 128 }, (_, count) => count);
    try {
      const { output } = await inMirror(folder, [...args, names.ours, names.base, names.theirs], { answers });
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(output);
    } catch (failure) {
      if (failure instanceof GitFailure && /binary/i.test(failure.errors)) return undefined;
      if (failure instanceof TypeError) return undefined;
      throw failure;
    }
  });
}
