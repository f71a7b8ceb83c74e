import { fileURLToPath } from 'node:url';
import { filesOf } from './world/folder.ts';
import type { Files } from './world/git/bare.ts';

/** The sample repository's files by path: a small site in TypeScript whose tests run without an install. */
export const sampleFiles = (): Promise<Files> => filesOf(fileURLToPath(new URL('sample', import.meta.url)));
