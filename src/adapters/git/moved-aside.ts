import type { Sha } from '#core/types.ts';

/**
 * The files of a conflict as the branches know them: where one side has a file and the other a folder, git calls the file
 * `name~commit` (and `_0`, when that is taken), after a commit of ours that nobody has heard of.
 */
export const asBranchesKnow = (files: readonly string[], into: Sha, head: Sha): string[] => {
  const known = files.map((file) => {
    for (const commit of [into, head]) {
      const at = file.indexOf(`~${commit}`);
      if (at > 0 && /^(?:_\d+)?$/.test(file.slice(at + commit.length + 1))) return file.slice(0, at);
    }
    return file;
  });
  return [...new Set(known)].sort();
};
