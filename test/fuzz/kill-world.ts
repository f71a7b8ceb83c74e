/** A repository in which an integration meets everything: rules, verification, every kind of held member, and what is a person's. */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const CLI = fileURLToPath(new URL('../../src/cli.ts', import.meta.url));

export type KillWorld = {
  readonly folder: string;
  readonly repository: string;
  /** FORKJOIN_HOME of every run. */
  readonly home: string;
  readonly environment: Readonly<Record<string, string>>;
  /** What comes after `node`. */
  readonly command: readonly string[];
  /** The branch that is made. */
  readonly into: string;
  readonly git: (...args: readonly string[]) => string;
  /** What another run, of fewer members, made of the branch. */
  readonly older: string;
  readonly close: () => void;
};

type Files = Readonly<Record<string, string>>;

const manifest = (dependencies: Files): string =>
  `${JSON.stringify({ name: 'shop', version: '1.0.0', private: true, dependencies }, null, 2)}\n`;
const part = (name: string): Files => ({
  [`packages/${name}/package.json`]: `${JSON.stringify({ name, version: '1.0.0' })}\n`,
});
const app = (...imports: readonly string[]): string =>
  `${imports.map((name) => `import { ${name} } from './${name}.ts';\n`).join('')}\nexport const app = () => one();\n`;

const BASE: Files = {
  'package.json': manifest({ one: 'file:./packages/one' }),
  ...part('one'),
  ...part('two'),
  ...part('three'),
  'src/app.ts': app('one'),
  'src/price.ts': 'export const price = 1;\n',
};

/** Two manifests for the rules, two lists of imports, one conflict, one red, one that needs it, one plain. */
const MEMBERS: Readonly<Record<string, Files>> = {
  'package-two': { 'package.json': manifest({ one: 'file:./packages/one', two: 'file:./packages/two' }) },
  'package-three': { 'package.json': manifest({ one: 'file:./packages/one', three: 'file:./packages/three' }) },
  'import-two': { 'src/app.ts': app('one', 'two'), 'src/two.ts': 'export const two = 2;\n' },
  'import-three': { 'src/app.ts': app('one', 'three'), 'src/price.ts': 'export const price = 3;\n' },
  'price-four': { 'src/price.ts': 'export const price = 4;\n' },
  red: { 'red.txt': 'red\n' },
  'after-red': { 'more.txt': 'more\n' },
  plain: { 'docs/plain.md': '# Plain\n' },
};

/** Its daemon is what a killed run leaves behind. */
const VERIFY = '(sleep 300 &); sleep 0.05; test ! -e red.txt';

const LOCK = ['npm', 'install', '--package-lock-only', '--ignore-scripts', '--no-audit', '--no-fund'];

/** Makes it; everything of it stands below one folder. */
export const openKillWorld = (): KillWorld => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'forkjoin-kill-')));
  const repository = join(folder, 'repository');
  const home = join(folder, 'home');
  for (const path of [repository, home, join(folder, 'tmp')]) mkdirSync(path);
  const environment = {
    PATH: process.env['PATH'] ?? '',
    HOME: folder,
    TMPDIR: join(folder, 'tmp'),
    FORKJOIN_HOME: home,
    npm_config_cache: join(folder, 'npm'),
    npm_config_update_notifier: 'false',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_NOSYSTEM: '1',
    ...Object.fromEntries(
      ['AUTHOR', 'COMMITTER'].flatMap((who) => [
        [`GIT_${who}_NAME`, 'a'],
        [`GIT_${who}_EMAIL`, 'a@example.org'],
        [`GIT_${who}_DATE`, '2026-01-01T00:00:00Z'],
      ]),
    ),
  };
  const run = (program: string, args: readonly string[]): string => {
    const done = spawnSync(program, args, { cwd: repository, env: environment, encoding: 'utf8' });
    if (done.status !== 0) throw new Error(`${program} ${args.join(' ')}: ${done.stderr}${done.stdout}`);
    return done.stdout.trimEnd();
  };
  const git = (...args: readonly string[]): string => run('git', args);
  const commit = (message: string, files: Files): void => {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(repository, path)), { recursive: true });
      writeFileSync(join(repository, path), text);
    }
    if ('package.json' in files) run('npm', LOCK.slice(1));
    git('add', '-A');
    git('commit', '-q', '-m', message);
  };
  git('init', '-q', '-b', 'main', '.');
  commit('base', BASE);
  for (const [name, files] of Object.entries(MEMBERS)) {
    git('checkout', '-q', '-b', name, 'main');
    commit(name, files);
  }
  git('checkout', '-q', 'main');
  git('branch', '-q', 'of-a-person', 'plain');
  git('tag', 'v1');
  writeFileSync(join(repository, 'src/price.ts'), 'export const price = "not committed";\n');
  const into = 'integration/1-shop';
  const command = (members: readonly string[]): readonly string[] => [
    ...[CLI, 'integrate', '--json', '--base', 'main', '--into', into, '--after', 'after-red:red'],
    ...['--verify', VERIFY, ...members],
  ];
  const first = spawnSync(process.execPath, command(['red', 'after-red', 'plain']), {
    cwd: repository,
    env: { ...environment, FORKJOIN_HOME: '' },
    encoding: 'utf8',
  });
  if (first.status !== 1) throw new Error(`the first run ended with ${first.status}: ${first.stderr}`);
  const older = git('rev-parse', into);
  git('update-ref', 'refs/of-a-person/older', older);
  git('update-ref', '-d', `refs/heads/${into}`);
  return {
    ...{ folder, repository, home, environment, into, git, older },
    command: command(Object.keys(MEMBERS)),
    close: () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }),
  };
};

/** All that may differ after a run, and must not: lines by name. */
export const standing = ({
  repository,
  folder,
  home,
  git,
}: KillWorld): Readonly<Record<string, readonly string[]>> => ({
  refs: git('for-each-ref').split('\n'),
  head: [git('symbolic-ref', 'HEAD')],
  index: git('ls-files', '--stage').split('\n'),
  status: git('status', '--porcelain').split('\n'),
  config: readFileSync(join(repository, '.git/config'), 'utf8').split('\n'),
  worktrees: git('worktree', 'list').split('\n'),
  locks: filesOf(join(repository, '.git')).filter((path) => path.endsWith('.lock')),
  home: filesOf(home),
  // Node's own cache of what it compiled is nobody's leftover.
  temporary: filesOf(join(folder, 'tmp')).filter((path) => !path.startsWith('node-compile-cache')),
});

/** Paths of the files and of the empty folders below a folder. */
const filesOf = (folder: string): readonly string[] =>
  readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => !entry.isDirectory() || readdirSync(join(entry.parentPath, entry.name)).length === 0)
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();

/** Where a git that holds its locks says so (its process number), and what it waits for. */
export type Gate = {
  readonly reached: string;
  readonly open: string;
  readonly environment: Readonly<Record<string, string>>;
};

/** A `git` that is put before the real one: transactions of references wait while their locks are held. */
export const gateOf = (world: KillWorld): Gate => {
  const programs = join(world.folder, 'gate');
  const [reached, open] = [join(programs, 'reached'), join(programs, 'open')];
  rmSync(programs, { recursive: true, force: true });
  mkdirSync(join(programs, 'hooks'), { recursive: true });
  const real = spawnSync('/bin/sh', ['-c', 'command -v git'], { env: world.environment, encoding: 'utf8' });
  const script = (name: string, text: string): void => {
    writeFileSync(join(programs, name), `#!/bin/sh\n${text}\n`);
    chmodSync(join(programs, name), 0o755);
  };
  const hooks = `core.hooksPath=${join(programs, 'hooks')}`;
  script(
    'git',
    `for word do shift; [ "$word" = core.hooksPath=/dev/null ] && word='${hooks}'; set -- "$@" "$word"; done; exec ${real.stdout.trim()} "$@"`,
  );
  script(
    'hooks/reference-transaction',
    `[ "$1" = prepared ] || exit 0; echo $PPID > ${reached}.draft; mv ${reached}.draft ${reached}; until test -e ${open}; do sleep 0.01; done`,
  );
  return {
    reached,
    open,
    environment: { ...world.environment, PATH: `${programs}:${world.environment['PATH'] ?? ''}` },
  };
};
