import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

/** The door, and the one function behind it that spawns. */
const DOOR = ['src/adapters/git/git.ts', 'src/adapters/git/run.ts'];
/** A program called git given to something that starts programs, or the library that does. */
const STARTS_GIT =
  /(?:spawn|spawnSync|exec|execSync|execFile|execFileSync|fork|execa|x)\s*\(\s*(['"`])(?:[^'"`\n]*[/\s])?git(?:\1|\s)|from\s+['"]simple-git['"]|import\(\s*['"]simple-git['"]/;

test('no file but the door starts git', () => {
  const sources = globSync('src/{core,engine,adapters}/**/*.{ts,mjs,js}');
  expect(sources).toEqual(expect.arrayContaining(DOOR));
  expect(sources.filter((file) => STARTS_GIT.test(readFileSync(file, 'utf8'))).sort()).toEqual(DOOR);
});

test('the rule bites: each way to start git is seen, and talk of git is not', () => {
  const planted = [
    `spawn('git', ['status'])`,
    `execFile("git", args)`,
    `execSync(\`git status\`)`,
    `spawn('/usr/bin/git', [])`,
    `exec('cd x && git status')`,
    `import { simpleGit } from 'simple-git';`,
    `await import('simple-git')`,
  ];
  expect(planted.filter((line) => !STARTS_GIT.test(line))).toEqual([]);
  const innocent = [`inMirror(mirror, ['git'])`, `spawn('bwrap', ['git'])`, `createGit(options)`, `// spawn git here`];
  expect(innocent.filter((line) => STARTS_GIT.test(line))).toEqual([]);
});
