import { posix } from './path.ts';

/** Package manifests that are JSON: merged by key. */
const MANIFESTS = new Set(['package.json', 'composer.json', 'deno.json', 'jsr.json', 'bower.json']);

/** Is the file a manifest that may be merged by key? */
export const isJsonManifest = (path: string): boolean => MANIFESTS.has(posix.name(path));
