// After an install in a checkout: `npx forkjoin …` finds this project's own command, as it would in a project that depends on it.
import { existsSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../node_modules/.bin/', import.meta.url));
if (existsSync(fileURLToPath(new URL('../node_modules/', import.meta.url)))) {
  mkdirSync(folder, { recursive: true });
  rmSync(`${folder}forkjoin`, { force: true });
  symlinkSync('../../src/bin.mjs', `${folder}forkjoin`);
}
