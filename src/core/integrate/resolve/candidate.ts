import { readerOf } from './imports/readers.ts';
import { isLock } from './lock-files.ts';
import { isJsonManifest } from './manifests.ts';
import { posix } from './path.ts';

/** May a conflict in a file of this name be settled by rule? What stands in it decides. */
export const isCandidate = (path: string): boolean =>
  isLock(path) || isJsonManifest(path) || posix.name(path) === 'go.mod' || readerOf(path) !== undefined;
