import type { GitFolder } from './mirror.ts';
import { inMirror } from './read.ts';

/** The ref that a name stands for, behind symbolic ones such as `HEAD`, by its full name; undefined for hashes and expressions. */
export async function namedRef(folder: GitFolder, name: string): Promise<string | undefined> {
  if (name === 'HEAD' || name === '@') {
    const { output } = await inMirror(folder, ['symbolic-ref', '-q', 'HEAD'], { answers: [0, 1] });
    return output.toString().trimEnd() || undefined;
  }
  // A branch wins, as everywhere in this command line.
  const folders = ['refs/heads/', '', 'refs/', 'refs/tags/', 'refs/remotes/'];
  const candidates = folders.map((above) => `${above}${name}`).filter((ref) => ref.startsWith('refs/'));
  const { output } = await inMirror(folder, ['for-each-ref', '--format=%(refname)%00%(symref)', ...candidates]);
  const found = new Map(
    output
      .toString()
      .split('\n')
      .map((line) => line.split('\0'))
      .map(([ref = '', symbolic = '']) => [ref, symbolic || ref]),
  );
  const ref = candidates.find((candidate) => found.has(candidate));
  return ref === undefined ? undefined : found.get(ref);
}
