import { canonical } from '#core/pattern/canonical.ts';
import { matches, type Pattern } from '#core/pattern/pattern.ts';
import type { BaseTree, Problem, ScopeEntry } from '#core/types.ts';
import { namesOf } from './names.ts';
import { itemProblem } from './problem.ts';
import type { OwnedScope } from './scopes.ts';

/** The base tree, made for questions: paths that differ only in case or normal form are the same. */
export type KnownTree = {
  readonly hasFile: (path: string) => boolean;
  readonly hasFolder: (path: string) => boolean;
  readonly hasMatch: (pattern: Pattern) => boolean;
  /** Variables that `.env.example` lists. */
  readonly variables: ReadonlySet<string>;
};

export const knownTree = (tree: BaseTree): KnownTree => {
  const files = [...tree.paths].map(canonical).sort();
  const known = new Set(files);
  const folders = new Set<string>();
  for (const file of files) {
    for (let at = file.lastIndexOf('/'); at > 0; at = file.lastIndexOf('/', at - 1)) {
      const folder = file.slice(0, at);
      if (folders.has(folder)) break;
      folders.add(folder);
    }
  }
  return {
    hasFile: (path) => known.has(canonical(path)),
    hasFolder: (path) => folders.has(canonical(path)),
    hasMatch: (pattern) => {
      const beginning = /^[^*?{]*/.exec(pattern.key)?.[0] ?? '';
      // Neighbours in order share their beginning; `a/**` matches `a` as well, one character less.
      const from = beginning.replace(/\/$/, '');
      for (let at = firstNotBefore(files, from); (files[at] ?? '\u0000').startsWith(from) && at < files.length; at += 1)
        if (matches(pattern, files[at] ?? '')) return true;
      return false;
    },
    variables: new Set(
      [
        ...(tree.read['.env.example'] ?? '').matchAll(/^[ \t]*#?[ \t]*(?:export[ \t]+)?([A-Za-z_]\w{0,199})[ \t]*=/gm),
      ].map((match) => match[1] ?? ''),
    ),
  };
};

/** Patterns that the base tree contradicts: a folder without its slash, what is there already or not there at all. */
export const treeProblems = ({ owned }: OwnedScope, tree: KnownTree): readonly Problem[] =>
  owned.flatMap(({ entry, pattern }) => {
    const folder = namesOf(pattern).find((name) => !name.endsWith('/') && tree.hasFolder(name));
    if (folder !== undefined) return [isFolder(entry, folder)];
    const stale = staleness(entry, pattern, tree);
    return stale === undefined ? [] : [stale];
  });

const staleness = (entry: ScopeEntry, pattern: Pattern, tree: KnownTree): Problem | undefined => {
  if (entry.verb === 'create') {
    const there = namesOf(pattern).find((name) => tree.hasFile(name));
    if (there === undefined) return undefined;
    return itemProblem(
      'scope-stale',
      entry.line,
      `"${there}" is to be created, and is there already.`,
      `- modify \`${entry.pattern}\``,
    );
  }
  if (entry.verb === 'any' || tree.hasMatch(pattern)) return undefined;
  const done = entry.verb === 'modify' ? 'modified' : 'deleted';
  return itemProblem(
    'scope-stale',
    entry.line,
    `"${entry.pattern}" is to be ${done}, and matches no file of the base.`,
    `- create \`${entry.pattern}\``,
  );
};

const isFolder = (entry: ScopeEntry, folder: string): Problem =>
  itemProblem(
    'pattern-is-folder',
    entry.line,
    `"${folder}" is a folder; as it stands it names a file of that name.`,
    `Write \`${folder}/\` for everything below it.`,
  );

const firstNotBefore = (sorted: readonly string[], text: string): number => {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? '') < text) low = middle + 1;
    else high = middle;
  }
  return low;
};
