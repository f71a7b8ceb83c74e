import { readJson } from './read.ts';
import { same } from './same.ts';

/** What of a `package.json` a lock file follows from. */
const FOLLOWED = [
  'name',
  'version',
  'dependencies',
  'devDependencies',
  'optionalDependencies',
  'peerDependencies',
  'peerDependenciesMeta',
  'bundledDependencies',
  'bundleDependencies',
  'workspaces',
  'overrides',
  'resolutions',
  'pnpm',
];

/** Do two versions of a `package.json` need the same packages? Not when one of them cannot be read. */
export const needsAlike = (before: string, after: string): boolean => {
  const [a, b] = [readJson(before), readJson(after)];
  if ('unreadable' in a || 'unreadable' in b) return false;
  return FOLLOWED.every((key) => {
    const [left, right] = [a.root.byKey.get(key)?.value, b.root.byKey.get(key)?.value];
    return left === undefined || right === undefined ? left === right : same(left, right, false);
  });
};
