/** Lock files of cargo, go and poetry, made again by the tools of Debian, and of npm where it fetches nothing: packages are folders. */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '..', '..');
const home = realpathSync(mkdtempSync(join(tmpdir(), 'forkjoin-languages-')));
const proxy = join(home, 'proxy');
afterAll(() => rmSync(home, { recursive: true, force: true, maxRetries: 3 }));

/** npm comes with Node, wherever that is. */
const npm = (process.env['PATH'] ?? '').split(delimiter).find((folder) => existsSync(join(folder, 'npm')));

/** The system's tools before all others, as the sandbox sees them. */
const env = {
  PATH: [join(ROOT, 'node_modules', '.bin'), '/usr/local/bin', '/usr/bin', '/bin', npm].join(delimiter),
  HOME: join(home, 'person'),
  FORKJOIN_HOME: join(home, 'forkjoin'),
  LC_ALL: 'C.UTF-8',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  CARGO_NET_OFFLINE: 'true',
  GOPROXY: `file://${proxy}`,
  GOSUMDB: 'off',
  GOFLAGS: '-modcacherw',
  GOTOOLCHAIN: 'local',
};

type Ran = { readonly status: number; readonly said: string };

/** One repository a tool: files by path, branches by name. */
class Repository {
  readonly folder: string;

  constructor(name: string) {
    this.folder = join(home, name);
    mkdirSync(this.folder);
  }

  async run(command: string, folder = this.folder, more: NodeJS.ProcessEnv = {}): Promise<Ran> {
    const options = { cwd: folder, env: { ...env, ...more }, maxBuffer: 50_000_000 };
    return promisify(execFile)('/bin/sh', ['-c', command], options).then(
      ({ stdout }) => ({ status: 0, said: stdout.trim() }),
      (error: { code: number; stdout: string; stderr: string }) => ({
        status: error.code,
        said: `${error.stdout}${error.stderr}`.trim(),
      }),
    );
  }

  async well(command: string, folder = this.folder): Promise<string> {
    const { status, said } = await this.run(command, folder);
    if (status !== 0) throw new Error(`${command} ended with ${status}: ${said}`);
    return said;
  }

  write(files: Readonly<Record<string, string>>): void {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(this.folder, path)), { recursive: true });
      writeFileSync(join(this.folder, path), text);
    }
  }

  edit(path: string, from: string, to: string): void {
    const text = readFileSync(join(this.folder, path), 'utf8');
    if (!text.includes(from)) throw new Error(`${path} has no ${JSON.stringify(from)}`);
    writeFileSync(join(this.folder, path), text.replace(from, to));
  }

  /** A branch from main: what it changes, and the command that brings its lock file in order. */
  async branch(name: string, change: () => void, lock: string): Promise<void> {
    await this.well(name === 'main' ? 'git init -q -b main .' : `git checkout -q -b ${name} main`);
    change();
    await this.well(`${lock} && git add -A && git -c user.name=A -c user.email=a@b.c commit -qm ${name}`);
  }

  /** Does the check pass on what git alone makes of two branches? Undefined: it makes nothing of them. */
  async plain(one: string, other: string, check: string): Promise<boolean | undefined> {
    const { status, said } = await this.run(`git merge-tree --write-tree ${one} ${other}`);
    if (status === 1) return undefined;
    return (await this.run(check, await this.unpacked(said))).status === 0;
  }

  async unpacked(treeish: string): Promise<string> {
    const folder = mkdtempSync(join(home, 'unpacked-'));
    await this.well(`git archive ${treeish} | tar -x -C ${folder}`);
    return folder;
  }

  /** The members integrated: what was done to lock files, a line for each. Nobody is held. */
  async integrate(into: string, members: string, more: string, data: string): Promise<readonly string[]> {
    const command = `${process.execPath} ${join(ROOT, 'src', 'cli.ts')} integrate --json --base main --into ${into} ${more} ${members}`;
    const { status, said } = await this.run(command, this.folder, { FORKJOIN_HOME: join(home, data) });
    if (status !== 0) throw new Error(`${command} ended with ${status}: ${said}`);
    const { merged } = JSON.parse(said) as {
      merged: { member: string; resolved: { path: string; how: string; words: string }[] }[];
    };
    return merged.flatMap(({ member, resolved }) =>
      resolved.map(({ path, how, words }) => `${member} ${path} ${how}: ${words}`),
    );
  }
}

const crate = (name: string, ...needs: readonly string[]): string =>
  `[package]\nname = "${name}"\nversion = "1.0.0"\nedition = "2021"\n\n[dependencies]\n${needs.map((need) => `${need} = { path = "../../shelf/${need}" }\n`).join('')}`;

it('Cargo.lock is made again: in conflict, and where git merged it without the package that another member needs now', async () => {
  const repository = new Repository('cargo');
  const make = 'cargo metadata --format-version 1 > /dev/null';
  const check = 'cargo metadata --locked --format-version 1';
  const put = (path: string, name: string, ...needs: readonly string[]) =>
    repository.write({ [`${path}/${name}/Cargo.toml`]: crate(name, ...needs), [`${path}/${name}/src/lib.rs`]: '' });
  await repository.branch(
    'main',
    () => {
      repository.write({ 'Cargo.toml': '[workspace]\nmembers = ["crates/*"]\nexclude = ["shelf"]\n' });
      for (const name of ['dates', 'maths', 'words']) put('shelf', name);
      put('crates', 'app', 'dates');
      put('crates', 'zoo');
    },
    make,
  );
  await repository.branch('a', () => put('crates', 'left', 'maths'), make);
  await repository.branch('b', () => put('crates', 'lower', 'words'), make);
  await repository.branch('drops', () => put('crates', 'app'), make);
  await repository.branch('takes', () => put('crates', 'zoo', 'dates'), make);

  expect(await repository.plain('a', 'b', check)).toBeUndefined();
  expect(await repository.plain('drops', 'takes', check)).toBe(false);
  const again = 'lock-file: made again with cargo metadata --format-version 1 > /dev/null';
  const actions = await repository.integrate('integration/1', 'drops takes a b', '', 'cargo-caller');
  expect(actions).toEqual(['takes', 'b'].map((member) => `${member} Cargo.lock ${again}`));
  const named = await repository.well(check, await repository.unpacked('integration/1'));
  expect(named).toMatch(/dates.*maths.*words/);
  // Contained, as on a worker, the same comes of it.
  expect(await repository.integrate('integration/2', 'drops takes a b', '--sandbox', 'cargo-contained')).toEqual(
    actions,
  );
  expect(await repository.well('git rev-parse integration/2')).toBe(
    await repository.well('git rev-parse integration/1'),
  );
});

/** A module of the proxy: `needs` others at v1.0.0. */
const publish = async (repository: Repository, name: string, ...needs: readonly string[]): Promise<void> => {
  const folder = `example.org/${name}/@v`;
  const mod = goMod(`example.org/${name}`, needs);
  const code = `package ${name}\n\n${needs.map((need) => `import _ "example.org/${need}"\n`).join('')}`;
  repository.write({ [`sources/${name}/go.mod`]: mod, [`sources/${name}/${name}.go`]: code });
  mkdirSync(join(proxy, folder), { recursive: true });
  const at = (file: string) => join(proxy, folder, file);
  writeFileSync(at('list'), 'v1.0.0\n');
  writeFileSync(at('v1.0.0.info'), '{"Version":"v1.0.0","Time":"2024-01-01T00:00:00Z"}');
  writeFileSync(at('v1.0.0.mod'), mod);
  // Go knows a module by its files alone: no folder may be an entry of the archive.
  const pack = `import sys, zipfile as z\nwith z.ZipFile(sys.argv[1], "w") as to: [to.write(name, sys.argv[2] + name) for name in sys.argv[3:]]`;
  await repository.well(
    `python3 -c '${pack}' ${at('v1.0.0.zip')} example.org/${name}@v1.0.0/ go.mod ${name}.go`,
    join(repository.folder, 'sources', name),
  );
};

const goMod = (module: string, needs: readonly string[]): string =>
  `module ${module}\n\ngo 1.19\n${needs.map((need) => `\nrequire example.org/${need} v1.0.0\n`).join('')}`;

it('go.sum and go.mod are made again: in conflict, and where git merged them without what another member needs now', async () => {
  const shelf = new Repository('shelf');
  for (const name of ['ants', 'bees', 'eggs', 'frogs', 'wasps', 'worms']) await publish(shelf, name);
  for (const name of ['cats', 'zebras']) await publish(shelf, name, 'frogs');
  await publish(shelf, 'dogs', 'eggs', 'worms');

  const repository = new Repository('go');
  const make = 'go mod tidy';
  const check = 'go mod verify && go build -mod=readonly ./... && go vet ./...';
  const use = (file: string, name: string) =>
    repository.write({ [file]: `package shop\n\nimport _ "example.org/${name}"\n` });
  await repository.branch(
    'main',
    () => {
      repository.write({ 'go.mod': 'module example.org/shop\n\ngo 1.19\n', '.gitattributes': '' });
      for (const [at, name] of ['cats', 'dogs', 'wasps'].entries()) use(`kept${at}.go`, name);
    },
    make,
  );
  const drop = (file: string) => rmSync(join(repository.folder, file));
  await repository.branch('drops', () => drop('kept0.go'), make);
  await repository.branch('takes', () => use('z.go', 'zebras'), make);
  await repository.branch('a', () => use('a.go', 'ants'), make);
  await repository.branch('b', () => use('b.go', 'bees'), make);

  expect(await repository.plain('a', 'b', check)).toBeUndefined();
  expect(await repository.plain('drops', 'takes', check)).toBe(false);
  const [again, united] = ['made again with go mod tidy', 'the requirements of both sides, for go mod tidy'];
  expect(await repository.integrate('integration/1', 'drops takes a b', '', 'go-caller')).toEqual([
    `takes go.mod lock-file: ${again}`,
    `takes go.sum lock-file: ${again}`,
    ...['a', 'b'].flatMap((member) => [
      `${member} go.mod lock-file: ${united}`,
      `${member} go.sum lock-file: ${again}`,
    ]),
  ]);
  const folder = await repository.unpacked('integration/1');
  await repository.well(check, folder);
  expect(await repository.well('go list -m all', folder)).toMatch(
    /ants.*bees.*dogs.*eggs.*frogs.*wasps.*worms.*zebras/s,
  );
});

it('poetry.lock is made again: in conflict, and where the member left it as it was', async () => {
  const repository = new Repository('poetry');
  const make = 'poetry lock -n -q';
  // The first is the older poetry's, the second the newer one's.
  const check = 'poetry lock --check -n || poetry check --lock -n';
  const project = (name: string, rest: string) =>
    `[tool.poetry]\nname = "${name}"\nversion = "1.0.0"\ndescription = ""\nauthors = []\n\n[tool.poetry.dependencies]\npython = "*"\n${rest}\n[build-system]\nrequires = ["poetry-core"]\nbuild-backend = "poetry.core.masonry.api"\n`;
  const group = (name: string) => `\n[tool.poetry.group.${name}.dependencies]\n`;
  const need = (table: string, name: string) => () =>
    repository.edit('pyproject.toml', table, `${table}${name} = { path = "shelf/${name}" }\n`);
  const tables = ['python = "*"\n', group('lint').trimStart(), group('test').trimStart()] as const;
  await repository.branch(
    'main',
    () => {
      for (const name of ['dates', 'maths', 'words'])
        repository.write({ [`shelf/${name}/pyproject.toml`]: project(name, ''), [`shelf/${name}/${name}.py`]: '' });
      repository.write({ 'pyproject.toml': project('shop', `${group('lint')}${group('test')}`) });
    },
    make,
  );
  await repository.branch('a', need(tables[0], 'dates'), make);
  await repository.branch('b', need(tables[1], 'maths'), make);
  await repository.branch('forgets', need(tables[2], 'words'), 'true');

  expect(await repository.plain('a', 'b', check)).toBeUndefined();
  expect(await repository.plain('a', 'forgets', check)).toBe(false);
  const actions = await repository.integrate('integration/1', 'a b forgets', '', 'poetry-caller');
  expect(actions).toEqual(
    ['b', 'forgets'].map((member) => `${member} poetry.lock lock-file: made again with poetry lock`),
  );
  await repository.well(check, await repository.unpacked('integration/1'));
  expect(await repository.integrate('integration/2', 'a b forgets', '--sandbox', 'poetry-contained')).toEqual(actions);
  expect(await repository.well('git rev-parse integration/2')).toBe(
    await repository.well('git rev-parse integration/1'),
  );
});

it('package-lock.json is made again where one member moved the package, and another one left the lock file as it was', async () => {
  const repository = new Repository('moved');
  const make = (folder: string) => `cd ${folder} && npm install --package-lock-only --ignore-scripts && cd ..`;
  const check = 'cd web && npm ci --ignore-scripts';
  const needs = (...names: readonly string[]) =>
    Object.fromEntries(names.map((name) => [name, `file:../shelf/${name}`]));
  const put = (folder: string, dependencies: object, devDependencies: object) => () => {
    const manifest = {
      name: 'shop',
      version: '1.0.0',
      dependencies,
      scripts: { a: '1', b: '2', c: '3' },
      devDependencies,
    };
    repository.write({ [`${folder}/package.json`]: `${JSON.stringify(manifest, null, 2)}\n` });
  };
  await repository.branch(
    'main',
    () => {
      for (const name of ['dates', 'months', 'weeks'])
        repository.write({ [`shelf/${name}/package.json`]: JSON.stringify({ name, version: '1.0.0' }) });
      put('app', needs('dates'), {})();
    },
    make('app'),
  );
  await repository.branch('moves', put('app', needs('dates', 'months'), {}), `${make('app')} && git mv app web`);
  await repository.branch('forgets', put('app', needs('dates'), needs('weeks')), 'true');

  expect(await repository.plain('moves', 'forgets', check)).toBe(false);
  expect(await repository.integrate('integration/1', 'moves forgets', '', 'moved')).toEqual([
    'forgets web/package-lock.json lock-file: made again with npm install --package-lock-only --ignore-scripts',
  ]);
  await repository.well(check, await repository.unpacked('integration/1'));
});
