import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { git } from '#adapters/git/git.ts';
import { Place, write } from './place.ts';

/** The door, and the one function behind it that spawns. */
const DOOR = ['src/adapters/git/git.ts', 'src/adapters/git/run.ts'];
/** A program called git given to something that starts programs, or the library that does. */
const STARTS_GIT =
  /(?:spawn|spawnSync|exec|execSync|execFile|execFileSync|fork|execa|x)\s*\(\s*(['"`])(?:[^'"`\n]*[/\s])?git(?:\1|\s)|from\s+['"]simple-git['"]|import\(\s*['"]simple-git['"]/;

/** Every file that starts programs at all, and which. A new one has to be written down here, where it is seen. */
const STARTS_PROGRAMS = [
  // The one that Node itself is: a newer Node, when this one is too old.
  'src/bin.mjs',
  // What an agent may do is held by the sandbox; `du`, container engines and versions are asked for by name.
  'src/adapters/agents/container.ts',
  'src/adapters/agents/disk.ts',
  // It tries to make a namespace, inside the sandbox and out.
  'src/adapters/agents/probe.mjs',
  'src/adapters/agents/process.ts',
  'src/adapters/agents/relay.mjs',
  'src/adapters/agents/sandbox.ts',
  'src/adapters/agents/version.ts',
  // The door, and the small process behind which it stands.
  'src/adapters/git/run.ts',
  'src/adapters/git/runner.ts',
  // `--version` of what the doctor finds.
  'src/cli/doctor/version.ts',
];

const sources = globSync('src/**/*.{ts,mjs,js}');
const holding = (pattern: RegExp): string[] =>
  sources.filter((file) => pattern.test(readFileSync(file, 'utf8'))).toSorted();

test('no file but the door starts git', () => {
  expect(sources).toEqual(expect.arrayContaining(DOOR));
  expect(holding(STARTS_GIT)).toEqual(DOOR);
});

test('no file but those with a reason starts a program at all: what cannot be started cannot be git by another name', () => {
  expect(holding(/['"](?:node:)?(?:child_process|cluster)['"]|process\.binding|execve\(/)).toEqual(
    STARTS_PROGRAMS.toSorted(),
  );
});

test('what the door starts carries the whole recipe, whatever it is asked', async () => {
  const place = new Place();
  try {
    const said = join(place.root, 'said');
    // In the place of git: says with what it was started.
    write(place.root, { 'bin/git': { run: `#!/bin/sh\n{ echo "$@"; env; } > ${said}\n` } });
    const path = process.env['PATH'];
    process.env['PATH'] = `${join(place.root, 'bin')}:${path}`;
    process.env['GIT_SSH_COMMAND'] = 'evil';
    try {
      await git(['status'], { cwd: place.root, gitDir: '/g', workTree: '/w', index: '/i' });
    } finally {
      process.env['PATH'] = path;
      delete process.env['GIT_SSH_COMMAND'];
    }
    const [argv = '', ...environment] = readFileSync(said, 'utf8').split('\n');
    for (const word of [
      '--git-dir=/g',
      '--work-tree=/w',
      'core.fsmonitor=false',
      'core.hooksPath=/dev/null',
      'submodule.recurse=false',
    ])
      expect(argv.split(' ')).toContain(word);
    const safety = [
      'GIT_CONFIG_GLOBAL=/dev/null',
      'GIT_CONFIG_NOSYSTEM=1',
      'GIT_ATTR_NOSYSTEM=1',
      'GIT_TERMINAL_PROMPT=0',
      'GIT_ALLOW_PROTOCOL=',
      'GIT_NO_REPLACE_OBJECTS=1',
      'GIT_LFS_SKIP_SMUDGE=1',
      'GIT_INDEX_FILE=/i',
    ];
    expect(environment).toEqual(expect.arrayContaining(safety));
    expect(environment.join('\n')).not.toContain('evil');
  } finally {
    place.remove();
  }
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
