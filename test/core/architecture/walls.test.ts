import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

/** A violation of every wall, planted in a tree of its own, and the reason that the linter must give. */
const PLANTED: readonly (readonly [path: string, text: string, reason: string])[] = [
  [
    'src/core/journey/a.ts',
    "import { readFile } from 'node:fs/promises';\nreadFile;",
    'The core decides and does nothing',
  ],
  ['src/core/words/a.ts', "import { parse } from 'yaml';\nparse;", 'The core decides and does nothing'],
  ['src/core/guard/a.ts', "import 'mdast-util-from-markdown';", 'The core decides and does nothing'],
  [
    'src/core/guard/b.ts',
    "import type { Store } from '#engine/ports.ts';\nexport type A = Store;",
    'The core decides and does nothing',
  ],
  ['src/core/guard/c.ts', "import '../../engine/ports.ts';", 'Another room is entered by its name'],
  ['src/core/guard/d.ts', "export const a = await import('node:os');", 'The core decides and does nothing'],
  ['src/core/guard/e.ts', "export { a } from '#adapters/git/git.ts';", 'The core decides and does nothing'],
  ['src/core/dispatch/a.ts', "import '#core/guard/verdict.ts';", 'A step of the journey knows no other step'],
  ['src/core/intake/a.ts', "import '../check/check.ts';", 'A step of the journey knows no other step'],
  ['src/core/clean/a.ts', "import '#core/journey/step.ts';", 'A step of the journey knows no other step'],
  ['src/core/pattern/a.ts', "import '#core/check/check.ts';", 'Steps stand on this'],
  ['src/core/types.ts', "import './check/check.ts';", 'Steps stand on this'],
  ['src/core/contract/a.ts', "import { parse } from '@babel/parser';\nparse;", 'The core decides and does nothing'],
  ['src/core/forecast/a.ts', "import '#core/integrate/order.ts';", 'Steps stand on this'],
  ['src/core/code/a.ts', "import '#core/check/check.ts';", 'Steps stand on this'],
  ['src/core/clean/b.ts', 'export const now = () => Date.now();', 'comes in as a value'],
  ['src/core/clean/c.ts', 'export const now = () => new Date();', 'comes in as a value'],
  ['src/core/clean/d.ts', 'export const chance = () => Math.random();', 'The core decides and does nothing'],
  ['src/core/clean/e.ts', 'export const home = process.env;', 'comes in as a value'],
  ['src/core/words/time.ts', 'export const now = () => Date.now();', 'The core decides and does nothing'],
  ['src/engine/a.ts', "import 'bullmq';", 'The engine knows the core and its own ports'],
  ['src/engine/b.ts', "import '#adapters/git/git.ts';", 'The engine knows the core and its own ports'],
  ['src/engine/perform/c.ts', "import '../../adapters/git/git.ts';", 'Another room is entered by its name'],
  ['src/engine/d.ts', "import 'node:fs';", 'The engine knows the core and its own ports'],
  ['src/adapters/web/a.ts', "import '#adapters/store/open.ts';", 'An adapter knows its library'],
  ['src/adapters/web/b.ts', "import '../store/open.ts';", 'An adapter knows its library'],
  ['src/adapters/store/a.ts', "import '#core/journey.ts';", 'An adapter knows its library'],
  ['src/adapters/store/b.ts', "import '#engine/turn.ts';", 'An adapter knows its library'],
  ['src/adapters/web/c.ts', "import 'ioredis';", 'only adapters/store and adapters/queue imports this'],
  ['src/adapters/store/c.ts', "import '@octokit/rest';", 'only adapters/github imports this'],
  ['src/adapters/github/a.ts', "import 'simple-git';", 'only adapters/git imports this'],
  ['src/adapters/store/d.ts', "import 'bullmq';", 'only adapters/queue imports this'],
  ['src/adapters/queue/a.ts', "import 'pg';", 'only adapters/store imports this'],
  ['src/cli/a.ts', "import 'probot';", 'only adapters/github imports this'],
  ['src/main.ts', "import '@electric-sql/pglite';", 'only adapters/store imports this'],
  ['src/adapters/github/b.ts', "import 'nock';", 'only tests and the demo'],
  ['src/config/a.ts', "import '#adapters/store/open.ts';", 'Configuration is read before anything starts'],
  ['src/adapters/web/d.ts', "import { spawn } from 'node:child_process';\nspawn('git');", 'behind one door each'],
  ['src/adapters/git/mirror.ts', "import { spawn } from 'node:child_process';\nspawn('git');", 'behind one door each'],
  ['src/main.ts', "import { spawn } from 'node:child_process';\nspawn('git');", 'behind one door each'],
  ['src/engine/e.ts', "import '#main.ts';", 'The engine knows the core and its own ports'],
  ['src/adapters/web/e.ts', "import '../../main.ts';", 'main.ts puts everything together'],
  ['src/other/a.ts', "import '#main.ts';", 'main.ts puts everything together'],
  ['src/cli/b.ts', 'const work = async () => {};\nwork();', 'Promises must be'],
  [
    'src/cli/c.ts',
    "export const f = (kind: 'a' | 'b'): number => {\n  switch (kind) {\n    case 'a':\n      return 1;\n  }\n  return 0;\n};",
    'Switch is not exhaustive',
  ],
  ['test/core/a.test.ts', "import { test } from 'vitest';\ntest.skip('later', () => {});", 'Disabled test'],
];

/** The same doors, used by those whose doors they are. */
const ALLOWED: readonly (readonly [path: string, text: string])[] = [
  [
    'src/core/check/ok.ts',
    "import 'mdast-util-from-markdown';\nimport '#core/types.ts';\nimport '../pattern/pattern.ts';\nimport './b.ts';",
  ],
  ['src/core/journey.ts', "import '#core/guard/verdict.ts';\nimport './check/check.ts';"],
  ['src/core/words/ok.ts', "export { z } from 'zod';"],
  ['src/core/code/ok.ts', "export { parse } from '@babel/parser';"],
  ['src/core/contract/ok.ts', "import '#core/code/parse.ts';"],
  ['src/engine/ok.ts', "import '#core/journey.ts';\nimport './ports.ts';"],
  ['src/adapters/git/git.ts', "import 'simple-git';\nimport { spawn } from 'node:child_process';\nspawn('git');"],
  [
    'src/adapters/github/ok.ts',
    "import '@octokit/rest';\nimport 'probot';\nimport 'node:crypto';\nimport '#engine/ports.ts';",
  ],
  ['src/adapters/store/ok.ts', "import 'ioredis';\nimport 'pg';\nimport '@electric-sql/pglite';\nimport './sql.ts';"],
  ['src/adapters/queue/ok.ts', "import 'bullmq';\nimport 'ioredis';"],
  [
    'src/cli/ok.ts',
    "import '#main.ts';\nimport '#adapters/git/git.ts';\nimport 'node:child_process';\nimport 'commander';",
  ],
  ['test/adapters/ok.test.ts', "import 'nock';\nimport 'ioredis';\nimport 'node:child_process';"],
];

const CHECKOUT = fileURLToPath(new URL('../../..', import.meta.url));

type Finding = { readonly message: string; readonly help?: string; readonly filename: string };

/** Lints a tree with its own configuration; findings as the linter tells them. */
const lint = (folder: string, ...args: readonly string[]): Promise<readonly Finding[]> =>
  new Promise((resolve, reject) => {
    const program = join(CHECKOUT, 'node_modules/oxlint/bin/oxlint');
    execFile(
      process.execPath,
      [program, '-f', 'json', ...args],
      { cwd: folder, timeout: 100_000, maxBuffer: 64 * 1024 * 1024 },
      (_error, out, problem) => {
        try {
          const answer: { diagnostics: Finding[] } = JSON.parse(out);
          resolve(answer.diagnostics);
        } catch (cause) {
          reject(new Error(`the linter did not answer: ${out.slice(0, 2_000)}${problem}`, { cause }));
        }
      },
    );
  });

const plant = async (files: readonly (readonly [path: string, text: string])[]): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'walls-'));
  await symlink(join(CHECKOUT, 'node_modules'), join(folder, 'node_modules'));
  for (const file of ['oxlint.config.ts', 'tsconfig.json', 'package.json'])
    await cp(join(CHECKOUT, file), join(folder, file));
  for (const [path, text] of files) {
    await mkdir(join(folder, dirname(path)), { recursive: true });
    await writeFile(join(folder, path), `${text}\n`);
  }
  return folder;
};

describe('the walls between the rooms', { timeout: 120_000 }, () => {
  const folders: string[] = [];
  let found: readonly Finding[] = [];

  beforeAll(async () => {
    // Several plants may stand for one path; each then gets a folder of its own.
    const rounds: (readonly (readonly [string, string])[])[] = [];
    for (const [path, text] of PLANTED) {
      const round = rounds.findIndex((files) => !files.some(([other]) => other === path));
      rounds[round === -1 ? rounds.length : round] = [...(rounds[round] ?? []), [path, text]];
    }
    for (const files of rounds) folders.push(await plant(files));
    found = (await Promise.all(folders.map((folder) => lint(folder, '--type-aware')))).flat();
  }, 120_000);

  afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true }))));

  test.each(PLANTED)('the linter finds a breach in %s (%j) and says why', (path, _text, reason) => {
    const told = found
      .filter(({ filename }) => filename.endsWith(path))
      .map(({ message, help }) => `${message} ${help}`);
    expect(told.join('\n')).toContain(reason);
  });

  test('the linter leaves alone what stays within its walls', async () => {
    const folder = await plant(ALLOWED);
    folders.push(folder);
    const told = await lint(folder);
    expect(
      told.map(({ filename, message }) => `${filename}: ${message}`).filter((line) => !line.includes('import is not')),
    ).toEqual([]);
  });

  test('the house itself breaks none of them', async () => {
    const told = await lint(CHECKOUT, 'src', 'demo', 'test', 'bench');
    const walls = told.filter(({ message }) =>
      /import is restricted|Unexpected use of|is restricted from/.test(message),
    );
    expect(walls.map(({ filename, message }) => `${filename}: ${message}`)).toEqual([]);
  });
});
