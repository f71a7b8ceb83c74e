import { execFile, execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '..', '..');
const home = realpathSync(mkdtempSync(join(tmpdir(), 'forkjoin-tools-')));
const repository = join(home, 'repository');
afterAll(() => rmSync(home, { recursive: true, force: true, maxRetries: 3 }));

/** What npm trusts and asks, the others are to trust and ask too: a network may have a registry or an authority of its own. */
const npmSays = (key: string): string =>
  execFileSync('npm', ['config', 'get', key], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
const authority = npmSays('cafile');

/** The tools of the checkout, with caches of their own; the registry is the machine's. */
const env = {
  ...process.env,
  YARN_NPM_REGISTRY_SERVER: npmSays('registry'),
  ...(authority === 'null' ? {} : { NODE_EXTRA_CA_CERTS: authority, YARN_HTTPS_CA_FILE_PATH: authority }),
  PATH: `${join(ROOT, 'node_modules', '.bin')}:${process.env['PATH']}`,
  npm_config_cache: join(home, 'npm'),
  npm_config_store_dir: join(home, 'pnpm'),
  XDG_CACHE_HOME: join(home, 'cache'),
  XDG_STATE_HOME: join(home, 'state'),
  XDG_DATA_HOME: join(home, 'data'),
  YARN_GLOBAL_FOLDER: join(home, 'yarn'),
  YARN_ENABLE_TELEMETRY: 'false',
  FORKJOIN_HOME: join(home, 'forkjoin'),
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
};

const ran = (command: string, cwd = repository): Promise<{ status: number; stdout: string }> =>
  promisify(execFile)('/bin/sh', ['-c', command], { cwd, env, maxBuffer: 50_000_000 }).then(
    ({ stdout }) => ({ status: 0, stdout }),
    (error: { code: number; stdout: string }) => ({ status: error.code, stdout: error.stdout }),
  );

const well = async (command: string, cwd = repository): Promise<string> => {
  const { status, stdout } = await ran(command, cwd);
  expect({ command, status, stdout }).toMatchObject({ status: 0 });
  return stdout.trim();
};

const TOOLS = ['npm', 'pnpm', 'yarn'] as const;
const LOCK = { npm: 'package-lock.json', pnpm: 'pnpm-lock.yaml', yarn: 'yarn.lock' };
const MAKE = {
  npm: 'npm install --package-lock-only --ignore-scripts',
  pnpm: 'pnpm install --lockfile-only --ignore-scripts',
  yarn: 'YARN_ENABLE_IMMUTABLE_INSTALLS=false yarn install --mode=update-lockfile',
};
/** Installs exactly what the lock file says, or fails. */
const CHECK = {
  npm: 'npm ci --ignore-scripts --no-audit --no-fund',
  pnpm: 'pnpm install --frozen-lockfile --ignore-scripts',
  yarn: 'yarn install --immutable',
};
/** Each tool in its folder, side by side: they wait for the registry more than they compute. */
const all = (commands: Readonly<Record<(typeof TOOLS)[number], string>>, below = '.'): Promise<readonly string[]> =>
  Promise.all(TOOLS.map((tool) => well(`cd ${below}/${tool} && ${commands[tool]}`)));

const SMALL: Readonly<Record<string, string>> = {
  'is-buffer': '1.1.6',
  'is-obj': '3.0.0',
  'kind-of': '3.2.2',
  'left-pad': '1.3.0',
  'object-assign': '4.1.1',
  'path-key': '3.1.1',
  'path-type': '4.0.0',
};
type Manifest = { dependencies: Record<string, string>; devDependencies: Record<string, string> };
const edit = (change: (manifest: Manifest) => void): void => {
  for (const tool of TOOLS) {
    const path = join(repository, tool, 'package.json');
    const manifest = JSON.parse(readFileSync(path, 'utf8'));
    change(manifest);
    writeFileSync(path, `${JSON.stringify(manifest, null, 2)}\n`);
  }
};
const commit = (branch: string): Promise<string> =>
  well(`git add -A && git -c user.name=A -c user.email=a@b.c commit -qm ${branch}`);

it('lock files of npm, pnpm and yarn are made again where both sides changed what they are about: in conflict, and clean but stale', async () => {
  mkdirSync(repository);
  await well('git init -q -b main . && printf "node_modules\\n.yarn\\n.pnp*\\n.yarnrc.yml\\n" > .gitignore');
  for (const tool of TOOLS) {
    mkdirSync(join(repository, tool));
    writeFileSync(
      join(repository, tool, 'package.json'),
      `${JSON.stringify({ name: 'sample', version: '1.0.0', dependencies: { 'left-pad': '1.3.0' }, scripts: { one: '1', two: '2' }, devDependencies: { 'is-obj': '3.0.0' } }, null, 2)}\n`,
    );
    writeFileSync(join(repository, tool, LOCK[tool]), tool === 'yarn' ? '__metadata:\n  version: 8\n' : '');
  }
  rmSync(join(repository, 'npm', LOCK.npm));
  rmSync(join(repository, 'pnpm', LOCK.pnpm));
  await all(MAKE);
  await commit('main');
  for (const [branch, name, version] of [
    ['a', 'is-number', '7.0.0'],
    ['b', 'is-odd', '3.0.1'],
  ] as const) {
    await well(`git checkout -q -b ${branch} main`);
    edit((manifest) => (manifest.dependencies = { [name]: version, ...manifest.dependencies }));
    await all(MAKE);
    await commit(branch);
  }
  // Nobody told the lock files of this one.
  await well('git checkout -q -b c main');
  edit((manifest) => (manifest.devDependencies['is-plain-obj'] = '4.1.0'));
  await commit('c');
  await well('git checkout -q main');

  // Git alone: two are in conflict, the third is clean and cannot be installed.
  expect((await ran('git merge-tree --write-tree a b')).status).toBe(1);
  const tree = await well('git merge-tree --write-tree a c');
  await well(`git archive --prefix=plain/ ${tree} | tar -x -C ${home}`);
  expect((await ran(CHECK.npm, join(home, 'plain', 'npm'))).status).toBe(1);

  const command = `node ${join(ROOT, 'src', 'cli.ts')} integrate --json --base main --into integration/1 a b c`;
  const { status, stdout } = await ran(command);
  const answer = JSON.parse(stdout);
  expect({ status, held: answer.held }).toEqual({ status: 0, held: [] });
  const actions = (how: string): string[] =>
    answer.merged.map(({ resolved }: { resolved: { path: string; how: string }[] }) =>
      resolved.flatMap((one) => (one.how === how ? one.path : [])).join(' '),
    );
  const locks = TOOLS.map((tool) => `${tool}/${LOCK[tool]}`).join(' ');
  expect(actions('lock-file')).toEqual(['', locks, locks]);
  expect(actions('json-keys')).toEqual(['', TOOLS.map((tool) => `${tool}/package.json`).join(' '), '']);
  await well('mkdir ../result && git archive integration/1 | tar -x -C ../result');
  await all(CHECK, '../result');
  for (const tool of TOOLS) {
    const { dependencies, devDependencies } = JSON.parse(await well(`git show integration/1:${tool}/package.json`));
    expect(Object.keys({ ...dependencies, ...devDependencies })).toEqual([
      'is-number',
      'is-odd',
      'left-pad',
      'is-obj',
      'is-plain-obj',
    ]);
  }
  // Nothing but manifests and lock files came, and the same again gives the same.
  expect((await well('git diff --name-only main integration/1')).split('\n').toSorted()).toEqual(
    TOOLS.flatMap((tool) => [`${tool}/${LOCK[tool]}`, `${tool}/package.json`]).toSorted(),
  );
  expect(JSON.parse((await ran(command)).stdout).sha).toBe(answer.sha);
}, 300_000);

/** A repository with one package: branches from main by what they need. `settings`: of the tool that `make` starts. */
const shop = (name: string, settings: string, make: string) => {
  const folder = join(home, name);
  mkdirSync(folder);
  const manifest = (dependencies: readonly string[], devDependencies: readonly string[]): string => {
    const versions = (names: readonly string[]) => Object.fromEntries(names.map((one) => [one, SMALL[one]]));
    const parts = { dependencies: versions(dependencies), scripts: { one: '1', two: '2' } };
    return `${JSON.stringify({ name, license: 'MIT', ...parts, devDependencies: versions(devDependencies) }, null, 2)}\n`;
  };
  return {
    folder,
    branch: async (branch: string, dependencies: readonly string[], devDependencies: readonly string[] = []) => {
      await well(branch === 'main' ? 'git init -q -b main .' : `git checkout -q -b ${branch} main`, folder);
      writeFileSync(join(folder, 'package.json'), manifest(dependencies, devDependencies));
      writeFileSync(join(folder, '.gitignore'), 'node_modules\n');
      await well(`${settings} ${make}`, folder);
      await well(`git add -A && git -c user.name=A -c user.email=a@b.c commit -qm ${branch}`, folder);
    },
    unpacked: async (treeish: string): Promise<string> => {
      const to = mkdtempSync(join(home, 'unpacked-'));
      await well(`git archive ${treeish} | tar -x -C ${to}`, folder);
      return to;
    },
    /** What was done for each member, a line each. Nobody is held. */
    integrate: async (members: string): Promise<readonly string[]> => {
      const cli = `node ${join(ROOT, 'src', 'cli.ts')} integrate --json --base main --into integration/1 ${members}`;
      const { merged } = JSON.parse(await well(`${settings} ${cli}`, folder)) as {
        merged: { resolved: { path: string; words: string }[] }[];
      };
      return merged.map(({ resolved }) => resolved.map(({ path, words }) => `${path} ${words}`).join('; '));
    },
  };
};

it('a yarn.lock of classic yarn is made again by it: in conflict, and where git merged it without what another member needs now', async () => {
  await well(`npm install --prefix ${join(home, 'classic')} --no-audit --no-fund --ignore-scripts yarn@1.22.22`, home);
  // Debian calls it otherwise, and its successor, with settings of its own, is on PATH here.
  const trust = authority === 'null' ? '' : `npm_config_cafile=${authority}`;
  const settings = `PATH=${home}/classic/node_modules/.bin:$PATH YARN_CACHE_FOLDER=${home}/classic/packages YARN_REGISTRY=${npmSays('registry')} ${trust}`;
  const make = 'yarn install --ignore-scripts --non-interactive';
  const check = `${settings} ${make} --frozen-lockfile`;
  const { folder, branch, unpacked, integrate } = shop('shop', settings, make);
  await branch('main', ['left-pad', 'object-assign']);
  await branch('drops', ['object-assign']);
  await branch('takes', ['left-pad', 'object-assign'], ['left-pad']);
  await branch('a', ['left-pad', 'object-assign', 'path-key']);
  await branch('b', ['left-pad', 'object-assign', 'path-type']);

  expect((await ran('git merge-tree --write-tree a b', folder)).status).toBe(1);
  const plain = await unpacked(await well('git merge-tree --write-tree drops takes', folder));
  expect((await ran(check, plain)).status).toBe(1);
  expect(await integrate('drops takes a b')).toEqual([
    '',
    `yarn.lock made again with ${make}`,
    'package.json merged by key: dependencies.path-key of this member',
    `package.json merged by key: dependencies.path-type of this member; yarn.lock made again with ${make}`,
  ]);
  await well(check, await unpacked('integration/1'));
});

it('a pnpm-lock.yaml is made again where git merged it without what a package in it needs, although it has all that the manifest names', async () => {
  const make = 'pnpm install --lockfile-only --ignore-scripts';
  const { folder, branch, unpacked, integrate } = shop('pnpm-shop', '', make);
  await branch('main', ['is-buffer', 'is-obj']);
  await branch('drops', ['is-obj']);
  await branch('takes', ['is-buffer', 'is-obj'], ['kind-of']);
  const plain = await unpacked(await well('git merge-tree --write-tree drops takes', folder));
  // By itself the tool leaves it so.
  expect((await ran(`${make} && ${CHECK.pnpm}`, plain)).status).toBe(1);
  expect(await integrate('drops takes')).toEqual(['', `pnpm-lock.yaml made again with ${make}`]);
  await well(CHECK.pnpm, await unpacked('integration/1'));
});
