/** Where a word stands in the text files of a commit. */
import type { Sha } from '#core/types.ts';
import { allowedSha } from './allowed.ts';
import type { GitFolder } from './mirror.ts';
import { fields, inMirror } from './read.ts';

/** One process a word: more words than this are not looked for, and have no answer. */
const MOST = 400;
const AT_ONCE = 4;
/** Paths that are named for a word. */
const NAMED = 1_000;

/** Paths by word, the first thousand in the tree's order; a word that stands nowhere has none. */
export async function mentions(
  folder: GitFolder,
  commit: Sha,
  words: readonly string[],
): Promise<Map<string, string[]>> {
  const asked = [...new Set(words)].filter((word) => /^[^\n\0]{1,200}$/.test(word)).slice(0, MOST);
  const found: [string, string[]][] = [];
  for (let from = 0; from < asked.length; from += AT_ONCE) {
    const some = asked.slice(from, from + AT_ONCE);
    found.push(
      ...(await Promise.all(
        some.map(async (word): Promise<[string, string[]]> => [word, await one(folder, commit, word)]),
      )),
    );
  }
  return new Map(found);
}

async function one(folder: GitFolder, commit: Sha, word: string): Promise<string[]> {
  const args = ['grep', '-z', '-l', '-I', '-w', '--no-color', '--fixed-strings', '-e', word, allowedSha(commit), '--'];
  const { output } = await inMirror(folder, args, { answers: [0, 1] });
  return fields(output)
    .slice(0, NAMED)
    .map((path) => path.slice(commit.length + 1));
}
