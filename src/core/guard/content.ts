import { namesItsSort } from '#core/guard/binary.ts';
import type { FindSecret } from '#core/guard/known-secrets.ts';
import { tokenShapes } from '#core/guard/token-shapes.ts';
import { addedPackages } from '#core/packages/added.ts';
import type { Added, Brought, Change, Refusal } from '#core/types.ts';
import { code } from '#core/words/safe.ts';

/** Places of one path that are named; more say the same. */
const MOST_PLACES = 5;

/** Refusals of what stands in the changed files: secrets, links out of the repository, bytes that nobody agreed on. */
export const contentRefusals = (
  changes: readonly Change[],
  brought: readonly Brought[],
  scope: readonly string[],
  findSecret: FindSecret,
): readonly Refusal[] => {
  const modes = new Map(changes.map((change) => [change.path, change.newMode]));
  return brought.flatMap((file): readonly Refusal[] => {
    const { path, before, after, binary } = file;
    if (after === undefined) return [];
    const secret = findSecret(after);
    if (secret !== undefined) return [{ path, why: `it holds ${secret} of this installation` }];
    if (modes.get(path) === '120000')
      return leavesRepository(path, after) ? [{ path, why: 'it is a link that points out of the repository' }] : [];
    if (binary)
      return scope.some((pattern) => namesItsSort(pattern, path))
        ? []
        : [{ path, why: 'it is binary, and the scope names neither this file nor its extension' }];
    return tokenShapes(after, before)
      .slice(0, MOST_PLACES)
      .map(({ what, line }) => ({ path, why: `line ${line} looks like ${what}` }));
  });
};

const leavesRepository = (path: string, target: string): boolean => {
  if (target.startsWith('/') || target.includes('\\') || /^[A-Za-z]:/.test(target)) return true;
  if (target.split('/').some((part) => part.toLowerCase() === '.git')) return true;
  let depth = path.split('/').length - 1;
  return target.split('/').some((part) => {
    if (part === '..') depth -= 1;
    else if (part !== '' && part !== '.') depth += 1;
    return depth < 0;
  });
};

/** Packages and install scripts that the changes bring, in the order of the changes. */
export const packagesBrought = (brought: readonly Brought[]): readonly Added[] =>
  brought.flatMap(({ path, before, after, binary }) => (binary ? [] : addedPackages(path, before, after)));

/** Packages that the repository's `allowed_packages` does not name; none where it has no such list. */
export const packageRefusals = (added: readonly Added[], allowed: readonly string[] | undefined): readonly Refusal[] =>
  allowed === undefined
    ? []
    : added
        .filter(({ kind, name }) => kind === 'package' && !allowed.includes(name))
        .map(({ path, name }) => ({
          path,
          why: `it adds the package ${code(name)}, which ${code('allowed_packages')} does not name`,
        }));
