import { execFile, execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { leftFile } from '#adapters/git/left-file.ts';
import { merge } from '#adapters/git/merge.ts';
import { mergeObjects } from '#adapters/git/merge-objects.ts';
import type { Mirror } from '#adapters/git/mirror.ts';
import { addWorktree, removeWorktree } from '#adapters/git/worktree.ts';
import type { CommandResult, Sha } from '#core/types.ts';
import type { ResolvePlace } from '#engine/integrate/resolve/place.ts';
import { type Resolution, resolve } from '#engine/integrate/resolve.ts';
import { AT, type Files, typed, write } from './place.ts';

const root = realpathSync(mkdtempSync(join(tmpdir(), 'forkjoin-resolve-')));
const gitDir = join(root, 'home', 'mirrors', '42.git');
const mirror: Mirror = {
  gitDir,
  repository: { installation: 1, id: 42, owner: 'octo', name: 'sample' },
  ground: {
    home: join(root, 'home'),
    protocols: '',
    names: new Map(),
    remote: async () => ({ url: '' }),
  },
};
let ledger: Map<string, unknown>;
/** Programs that stand for tools: a shell script each. What they were called with is told to `calls`. */
let tools: Record<string, string>;
let setUp: readonly string[];

beforeAll(() => {
  mkdirSync(gitDir, { recursive: true });
  typed(root, 'init', '-q', '--bare', gitDir);
});
beforeEach(() => {
  ledger = new Map();
  tools = {};
  setUp = [];
  for (const name of ['calls', 'bin']) rmSync(join(root, name), { recursive: true, force: true });
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** What the tools were called with to make lock files: folder below the checkout, arguments. */
const calls = (): string[] => {
  const log = join(root, 'calls');
  const lines = existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : [];
  return lines.filter((line) => !line.endsWith('npm ls --all --package-lock-only'));
};

/** A worker without a sandbox. */
const worker = (): ResolvePlace => {
  const bin = join(root, 'bin');
  for (const [name, script] of Object.entries(tools))
    write(bin, {
      [name]: { run: `#!/bin/sh\necho "\${PWD#"$CHECKOUT"}: ${name} $*" >> ${join(root, 'calls')}\n${script}\n` },
    });
  return {
    objects: mergeObjects(mirror),
    setUp,
    run: async (commit, command, keep) => {
      const worktree = await addWorktree(mirror, 'resolve', commit);
      const env = { PATH: `${bin}:/usr/bin:/bin`, CHECKOUT: worktree.path, HOME: root };
      const ended = await promisify(execFile)('/bin/sh', ['-c', command], { cwd: worktree.path, env }).then(
        () => ({ status: 0, tail: '' }),
        (error: { code: number; stderr: string }) => ({ status: error.code, tail: error.stderr }),
      );
      const files = new Map<string, Uint8Array>();
      for (const path of keep) {
        const bytes = await leftFile(worktree.path, path);
        if (bytes !== undefined) files.set(path, bytes);
      }
      await removeWorktree(mirror.ground, mirror.repository, 'resolve');
      const result: CommandResult = { command, ok: ended.status === 0, seconds: 0, ...ended };
      return { result, files };
    },
    recall: async (name) => ledger.get(name),
    record: async (name, value) => void ledger.set(name, value),
    hash: (text) => createHash('sha256').update(text).digest('hex'),
  };
};

/** A side of a merge: files that it writes, `undefined` for one that it deletes. */
type Side = Record<string, Files[string] | undefined>;
type Heads = readonly [base: Sha, into: Sha, head: Sha];

/** Commits in one process: the base, and sides that part there; `apart`: the last has no history in common. */
const heads = (base: Files, ours: Side, theirs: Side, apart = false): Heads => {
  const marks = join(root, 'marks');
  const parts: Buffer[] = [];
  const say = (text: string | Uint8Array) => parts.push(Buffer.from(text));
  for (const [at, files] of [base, ours, theirs].entries()) {
    say(`commit refs/heads/${at}\nmark :${at + 1}\ncommitter A <a@b.c> ${at} +0000\ndata 0\n`);
    if (at > 0 && !(apart && at === 2)) say('from :1\n');
    for (const [path, file] of Object.entries(files)) {
      if (file === undefined) say(`D ${path}\n`);
      else {
        const [mode, content] =
          typeof file === 'string' || file instanceof Uint8Array
            ? ['100644', file]
            : 'run' in file
              ? ['100755', file.run]
              : ['120000', file.link];
        say(`M ${mode} inline ${path}\ndata ${Buffer.byteLength(content)}\n`);
        say(content);
        say('\n');
      }
    }
    say('\n');
  }
  const args = [`--git-dir=${gitDir}`, 'fast-import', '--quiet', '--force', `--export-marks=${marks}`];
  execFileSync('git', args, { input: Buffer.concat(parts) });
  const found = new Map(
    readFileSync(marks, 'utf8')
      .split('\n')
      .map((line) => line.split(' ') as [string, string]),
  );
  return [found.get(':1') ?? '', found.get(':2') ?? '', found.get(':3') ?? ''];
};

type Answer = Resolution & { readonly plain: boolean };

/** Merged as a round does it; `plain`: git alone could. */
const mergedHeads = async ([base, into, head]: Heads): Promise<Answer> => {
  const outcome = await merge(mirror, into, head, 'Merge theirs', AT);
  const asked = { base, into, head, outcome, message: 'Merge theirs', at: AT };
  return { ...(await resolve(worker(), asked, new AbortController().signal)), plain: outcome.clean };
};

const merged = (base: Files, ours: Side, theirs: Side): Promise<Answer> => mergedHeads(heads(base, ours, theirs));

const textAt = (resolution: Resolution, path: string): string => {
  if (!resolution.clean) throw new Error(JSON.stringify(resolution));
  return typed(gitDir, 'show', `${resolution.commit}:${path}`);
};

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
const manifest = (dependencies: Record<string, string>, more = {}): string =>
  json({ name: 'x', dependencies, ...more });

describe('a merge that git could not finish', () => {
  it('is settled in every file by rule, as one merge commit of both sides', async () => {
    const body = 'start();\n\nmore();\n';
    const sides = heads(
      { 'package.json': manifest({ b: '1' }), 'src/a.ts': `import k from 'k';\n\n${body}`, 'x.txt': '1\n2\n3\n4\n5\n' },
      {
        'package.json': manifest({ a: '1', b: '1' }),
        'src/a.ts': `import k from 'k';\nimport { o } from './o.ts';\n\n${body}o();\n`,
        'x.txt': 'ours\n2\n3\n4\n5\n',
      },
      {
        'package.json': manifest({ b: '1', c: '2' }),
        'src/a.ts': `import k from 'k';\nimport { t } from './t.ts';\n\n${body.replace('start', 't')}`,
        'x.txt': '1\n2\n3\n4\ntheirs\n',
      },
    );
    const answer = await mergedHeads(sides);
    expect(answer).toMatchObject({
      clean: true,
      plain: false,
      resolved: [
        { path: 'package.json', how: 'json-keys', words: 'merged by key: dependencies.c of this member' },
        { path: 'src/a.ts', how: 'imports', words: 'the imports of both sides' },
      ],
    });
    expect(textAt(answer, 'package.json')).toBe(manifest({ a: '1', b: '1', c: '2' }).trimEnd());
    expect(textAt(answer, 'src/a.ts')).toBe(
      `import k from 'k';\nimport { o } from './o.ts';\nimport { t } from './t.ts';\n\nt();\n\nmore();\no();`,
    );
    // What git merged by itself is there too.
    expect(textAt(answer, 'x.txt')).toBe('ours\n2\n3\n4\ntheirs');
    const commit = answer.clean ? answer.commit : '';
    expect(typed(gitDir, 'log', '-1', '--format=%P|%s', commit)).toBe(`${sides[1]} ${sides[2]}|Merge theirs`);
    expect(typed(gitDir, 'ls-tree', '-r', '--name-only', commit).split('\n')).toEqual([
      'package.json',
      'src/a.ts',
      'x.txt',
    ]);
  });

  it('is left whole to a person when one file is not to be settled by rule, and that file is named', async () => {
    const answer = await merged(
      { 'package.json': manifest({}), 'a.txt': 'x\n' },
      { 'package.json': manifest({ a: '1' }), 'a.txt': 'ours\n' },
      { 'package.json': manifest({ b: '1' }), 'a.txt': 'theirs\n' },
    );
    expect(answer).toEqual({ clean: false, plain: false, files: ['a.txt'] });
  });

  it('says which keys both sides changed, and that a manifest is no JSON', async () => {
    expect(
      await merged(
        { 'package.json': manifest({ a: '1' }) },
        { 'package.json': manifest({ a: '2' }) },
        { 'package.json': manifest({ a: '3' }) },
      ),
    ).toMatchObject({
      clean: false,
      files: ['package.json'],
      why: 'package.json: both sides changed dependencies.a, each in its own way.',
    });
    expect(
      await merged(
        { 'p/package.json': '{ }\n' },
        { 'p/package.json': '{ "a": 1, }\n' },
        { 'p/package.json': '{ "b": 1 }\n' },
      ),
    ).toMatchObject({ clean: false, why: 'p/package.json cannot be merged by key: ours: it is no JSON (offset 10).' });
  });

  it('stays one when it is about whole files, modes or bytes', async () => {
    const two = (file: Files[string], ours: Files[string], theirs: Files[string]) =>
      merged({ 'a.ts': file }, { 'a.ts': ours }, { 'a.ts': theirs });
    const [plain, o, t] = ["import k from 'k';\n", "import o from 'o';\n", "import t from 't';\n"];
    expect(await two(plain, { run: o }, t)).toMatchObject({ clean: false, files: ['a.ts'] });
    expect(await two(`\0${plain}`, `\0${o}`, `\0${t}`)).toMatchObject({ clean: false, files: ['a.ts'] });
    expect(await two(Buffer.from('\xff\n', 'latin1'), Buffer.from('\xfe\n', 'latin1'), t)).toMatchObject({
      clean: false,
    });
    expect(await merged({ 'a.ts': plain }, { 'a.ts': undefined, 'b.ts': o }, { 'a.ts': t })).toMatchObject({
      clean: false,
      files: ['a.ts'],
    });
    expect(await merged({ 'a.ts': plain }, { 'a.ts': { link: 'o' } }, { 'a.ts': t })).toMatchObject({ clean: false });
  });

  it('stays one when attributes say that lines are not to be merged, and when its histories are unrelated', async () => {
    expect(
      await merged(
        { '.gitattributes': '*.ts -merge\n', 'a.ts': "import k from 'k';\n" },
        { 'a.ts': "import o from 'o';\n" },
        { 'a.ts': "import t from 't';\n" },
      ),
    ).toMatchObject({ clean: false, files: ['a.ts'] });
    expect(await mergedHeads(heads({ 'a.ts': '' }, { 'b.ts': '' }, { 'a.ts': 'x\n' }, true))).toMatchObject({
      clean: false,
      why: 'the histories are unrelated',
    });
  });

  it('stays one when names would collide in the result', async () => {
    expect(
      await merged(
        { 'package.json': manifest({}) },
        { 'package.json': manifest({ a: '1' }), 'src/Read.ts': '' },
        { 'package.json': manifest({ b: '1' }), 'src/read.ts': '' },
      ),
    ).toMatchObject({ clean: false, files: ['src/Read.ts', 'src/read.ts'] });
  });

  it('is no trap when a file holds what looks like markers', async () => {
    const text = '`\n<<<<<<< ours\n=======\n>>>>>>> theirs\n`;\n';
    const answer = await merged(
      { 'a.ts': `import k from 'k';\n${text}` },
      { 'a.ts': `import k from 'k';\nimport o from 'o';\n${text}` },
      { 'a.ts': `import k from 'k';\nimport t from 't';\n${text}` },
    );
    expect(textAt(answer, 'a.ts')).toBe(
      `import k from 'k';\nimport o from 'o';\nimport t from 't';\n${text}`.trimEnd(),
    );
  });
});

describe('imports of both sides', () => {
  const sides = (settings: string) =>
    heads(
      { [settings]: '{}\n', 'src/a.ts': "import k from 'k';\n" },
      { 'src/a.ts': "import k from 'k';\nimport o from 'o';\n" },
      { 'src/a.ts': "import k from 'k';\nimport t from 't';\n" },
    );
  const text = "import k from 'k';\nimport o from 'o';\nimport t from 't';";
  const install = (name: string) => ['mkdir -p node_modules/.bin', `cp "$(command -v ${name})" node_modules/.bin/`];

  it.each([
    ['biome.json', 'biome', 'format --write ./src/a.ts'],
    ['.prettierrc.json', 'prettier', '--write ./src/a.ts'],
  ])('are formatted as %s says, once the set-up has installed the formatter', async (settings, name, args) => {
    tools = { [name]: `sed -i "s/'/\\"/g" src/a.ts` };
    const heads = sides(settings);
    // Without its program it is left as it is.
    expect(textAt(await mergedHeads(heads), 'src/a.ts')).toBe(text);
    setUp = install(name);
    const answer = await mergedHeads(heads);
    expect(textAt(answer, 'src/a.ts')).toBe(text.replaceAll("'", '"'));
    expect(answer).toMatchObject({ resolved: [{ how: 'imports', words: expect.stringContaining('formatted') }] });
    expect(await mergedHeads(heads)).toEqual(answer);
    expect(calls()).toEqual([`: ${name} ${args}`]);
  });

  it('stay as they are when the formatter fails, or changes what is imported', async () => {
    const heads = sides('biome.json');
    setUp = install('biome');
    tools = { biome: 'echo rubbish > src/a.ts; exit 1' };
    expect(textAt(await mergedHeads(heads), 'src/a.ts')).toBe(text);
    ledger.clear();
    tools = { biome: 'sed -i 2d src/a.ts' };
    expect(textAt(await mergedHeads(heads), 'src/a.ts')).toBe(text);
    expect(calls()).toHaveLength(2);
  });
});

describe('a manifest that git merged into none', () => {
  const lines = (first: string, last: string): string =>
    `{\n  "dependencies": {\n${first}    "b": "1",\n    "c": "1",\n    "d": "1"${last}\n  }\n}\n`;

  it('is merged by key', async () => {
    const answer = await merged(
      { 'package.json': lines('', '') },
      { 'package.json': lines('    "z": "1",\n', '') },
      { 'package.json': lines('', ',\n    "z": "1"') },
    );
    expect(answer).toMatchObject({ plain: true, clean: true, resolved: [{ path: 'package.json', how: 'json-keys' }] });
    expect(textAt(answer, 'package.json').match(/"z"/g)).toHaveLength(1);
  });

  it('because attributes told it to unite lines is merged by key, and its lock file made again from ours', async () => {
    tools = { npm: 'sed -i s/1/again/ package-lock.json' };
    const side = (name: string): Files => ({
      'package.json': manifest({ [name]: '1' }),
      'package-lock.json': json({ [name]: 1 }),
    });
    const answer = await merged({ '.gitattributes': '*.json merge=union\n', ...side('b') }, side('a'), side('c'));
    expect(answer).toMatchObject({ plain: true, clean: true });
    expect(textAt(answer, 'package.json')).toBe(manifest({ a: '1', c: '1' }).trimEnd());
    expect(textAt(answer, 'package-lock.json')).toBe('{\n  "a": again\n}');
  });

  it('is left to a person when both said something else', async () => {
    expect(
      await merged(
        { 'package.json': lines('', '') },
        { 'package.json': lines('    "z": "1",\n', '') },
        { 'package.json': lines('', ',\n    "z": "2"') },
      ),
    ).toMatchObject({
      plain: true,
      clean: false,
      files: ['package.json'],
      why: expect.stringContaining('dependencies.z'),
    });
  });
});

/** A repository in which both sides change what a lock file is about. `lock` may be in conflict. */
const bothSides = (
  folder: string,
  manifestName: string,
  lockName: string,
  locks: readonly [string, string, string],
) => {
  const at = (name: string) => (folder === '' ? name : `${folder}/${name}`);
  const side = (text: string, lock: string): Files => ({ [at(manifestName)]: text, [at(lockName)]: lock });
  const text = (first: string, last: string) => `# ${first}\n\n[a]\n\n[b]\n\n# ${last}\n`;
  return heads(side(text('0', '0'), locks[0]), side(text('1', '0'), locks[1]), side(text('0', '1'), locks[2]));
};

const mergedBoth = (...sides: Parameters<typeof bothSides>): Promise<Answer> => mergedHeads(bothSides(...sides));

describe('a lock file that both sides had a hand in', () => {
  it.each([
    ['Cargo.toml', 'Cargo.lock', 'cargo', 'cargo metadata --format-version 1'],
    ['go.mod.txt', 'go.sum', 'go', 'go mod tidy'],
    ['pyproject.toml', 'poetry.lock', 'poetry', 'poetry lock'],
    ['pyproject.toml', 'uv.lock', 'uv', 'uv lock'],
    ['pnpm-workspace.yaml', 'pnpm-lock.yaml', 'pnpm', 'pnpm install --lockfile-only --ignore-scripts'],
  ])('of %s and %s is made again by its tool, from ours, in its folder', async (manifestName, lock, tool, command) => {
    tools = {
      [tool]: `cat ${lock} >> made; echo "# again" >> made; mv made ${lock}; echo rubbish > other; echo changed > ../x`,
    };
    const answer = await mergedBoth("it's here", manifestName, lock, ['# base\n', '# ours\n', '# theirs\n']);
    expect(calls()).toEqual([`/it's here: ${command}`]);
    const from = lock === 'go.sum' ? '# ours\n# theirs\n' : '# ours\n';
    expect(textAt(answer, `it's here/${lock}`)).toBe(`${from}# again`);
    expect(answer).toMatchObject({ plain: false, resolved: [{ path: `it's here/${lock}`, how: 'lock-file' }] });
    expect(answer.clean && typed(gitDir, 'ls-tree', '-r', '--name-only', answer.commit)).not.toContain('other');
  });

  it('of yarn is told by what it says: berry, or the classic one', async () => {
    const side = (lock: string, name: string): Files => ({
      'package.json': manifest({ [name]: '1' }),
      'yarn.lock': lock,
    });
    tools = { yarn: 'echo "$YARN_ENABLE_IMMUTABLE_INSTALLS" >> yarn.lock' };
    const berry = await merged(
      side('__metadata:\n  v: 0\n', 'b'),
      side('__metadata:\n  v: 1\n', 'a'),
      side('__metadata:\n  v: 2\n', 'c'),
    );
    expect(berry).toMatchObject({ clean: true, plain: false });
    expect(textAt(berry, 'yarn.lock')).toBe('__metadata:\n  v: 1\nfalse');
    await merged(
      side('# yarn lockfile v1\n#0\n', 'b'),
      side('# yarn lockfile v1\n#1\n', 'a'),
      side('# yarn lockfile v1\n#2\n', 'c'),
    );
    expect(calls()).toEqual([
      ': yarn install --mode=update-lockfile',
      ': yarn install --ignore-scripts --non-interactive',
    ]);
  });

  it('is made again also where git merged it, because it may be stale; no change is no action', async () => {
    tools = { npm: 'test ! -e stale || echo "{}" > package-lock.json' };
    const side = (more: Files, dependencies: Record<string, string>, rest = {}): Files => ({
      'package.json': manifest(dependencies, { a: 1, b: 2, c: 3, d: 4, scripts: {}, ...rest }),
      'package-lock.json': '{"lock":1}\n',
      ...more,
    });
    const optional = { optionalDependencies: { b: '1' } };
    const stale = await merged(side({ stale: '' }, {}), side({}, { a: '1' }), side({}, {}, optional));
    expect(calls()).toEqual([': npm install --package-lock-only --ignore-scripts']);
    expect(stale).toMatchObject({
      plain: true,
      clean: true,
      resolved: [{ path: 'package-lock.json', how: 'lock-file' }],
    });
    expect(textAt(stale, 'package-lock.json')).toBe('{}');
    const fresh = await merged(side({}, {}), side({}, { a: '1' }), side({}, {}, optional));
    expect(fresh).toMatchObject({ plain: true, clean: true, resolved: [] });
    expect(calls()).toHaveLength(2);
    // What was merged before has its lock file already, and a script needs no package.
    const [start, one, other] = heads(side({}, {}), side({}, { a: '1' }), { 'a.txt': '' });
    expect(await mergedHeads([start, one, other])).toMatchObject({ plain: true, clean: true, resolved: [] });
    const script = side({}, {}, { scripts: { x: 'x' } });
    expect(await merged(side({}, {}), { 'a.txt': '' }, script)).toMatchObject({ resolved: [] });
    expect(await merged(side({}, {}), side({}, { a: '1' }), script)).toMatchObject({ resolved: [] });
    expect(calls()).toHaveLength(2);
  });

  it('is no link: what that leads to is made again, or stays', async () => {
    tools = { npm: 'exit 1' };
    const side = (...names: readonly string[]): Files => ({
      'web/package.json': manifest(Object.fromEntries(names.map((name) => [name, '1']))),
    });
    const base = { ...side('k'), 'web/package-lock.json': { link: '../shared.json' }, 'shared.json': '{}\n' };
    expect(await merged(base, side('a', 'k'), side('b', 'k'))).toMatchObject({
      clean: true,
      resolved: [{ path: 'web/package.json', how: 'json-keys' }],
    });
    expect(calls()).toEqual([]);
  });

  it('is asked for once where nobody answers its tool, whatever is tried', async () => {
    tools = { npm: 'echo "npm error code ECONNREFUSED" >&2; exit 1' };
    const side = (name: string): Files => ({
      'package.json': manifest({ [name]: '1' }),
      'package-lock.json': `{"${name}":1}\n`,
    });
    const place = worker();
    for (const [ours, theirs] of [
      ['a', 'b'],
      ['c', 'd'],
    ] as const) {
      const [base, into, head] = heads(side('k'), side(ours), side(theirs));
      const outcome = await merge(mirror, into, head, 'Merge theirs', AT);
      const asked = { base, into, head, outcome, message: 'Merge theirs', at: AT };
      expect(await resolve(place, asked, new AbortController().signal)).toMatchObject({ clean: false });
    }
    expect(calls()).toHaveLength(1);
  });

  it('that a member alone forgot is made again if that can be done, and else left to its verification', async () => {
    const side = (dependencies: Record<string, string>): Files => ({ 'package.json': manifest(dependencies) });
    const sides = heads({ ...side({}), 'package-lock.json': '{}\n' }, { 'a.txt': '' }, side({ a: '1' }));
    tools = { npm: 'exit 1' };
    expect(await mergedHeads(sides)).toMatchObject({ plain: true, clean: true, resolved: [] });
    tools = { npm: 'echo "{ }" > package-lock.json' };
    const answer = await mergedHeads(sides);
    expect(answer).toMatchObject({ clean: true, resolved: [{ path: 'package-lock.json', how: 'lock-file' }] });
    expect(textAt(answer, 'package-lock.json')).toBe('{ }');
    // One that the member changed itself is its own.
    const own = heads(
      { ...side({}), 'package-lock.json': '{}\n' },
      { 'a.txt': '' },
      { ...side({ a: '1' }), 'package-lock.json': '[]\n' },
    );
    expect(await mergedHeads(own)).toMatchObject({ clean: true, resolved: [] });
    expect(calls()).toHaveLength(2);
  });

  it('is the one that speaks for the manifest: the nearest above it', async () => {
    tools = { npm: 'echo "{}" > package-lock.json' };
    const pack = (name: string, dependencies: Record<string, string>): Files => ({
      [`${name}/package.json`]: manifest(dependencies),
    });
    const base: Files = {
      ...pack('packages/a', {}),
      ...pack('packages/b', {}),
      ...pack('apps/own', {}),
      'package-lock.json': '{"root":1}\n',
      'apps/own/package-lock.json': '{"own":1}\n',
    };
    expect(await merged(base, pack('packages/a', { x: '1' }), pack('packages/b', { y: '1' }))).toMatchObject({
      resolved: [{ path: 'package-lock.json' }],
    });
    expect(await merged(base, pack('packages/a', { x: '2' }), pack('apps/own', { y: '2' }))).toMatchObject({
      resolved: [{ path: 'apps/own/package-lock.json' }],
    });
    expect(calls()).toHaveLength(2);
  });

  it('that git merged and the tool cannot read is made again from ours', async () => {
    tools = { uv: 'grep -q theirs uv.lock && exit 3; echo "# again" >> uv.lock' };
    const lock = (first: string, last: string): string => `${first}\n\n\n\n\n${last}\n`;
    const answer = await mergedBoth('', 'pyproject.toml', 'uv.lock', [
      lock('1', '2'),
      lock('ours', '2'),
      lock('1', 'theirs'),
    ]);
    expect(answer.plain).toBe(true);
    expect(textAt(answer, 'uv.lock')).toBe(`${lock('ours', '2')}# again`);
    expect(calls()).toHaveLength(2);
  });

  it('that git merged into what npm would take for none is made again from ours at once', async () => {
    tools = { npm: 'cp package-lock.json seen; sed -i s/1/again/ package-lock.json' };
    const side = (first: string, last: string, name: string): Files => ({
      'package.json': manifest({}, { version: name, a: 1, b: 2, c: 3 }),
      'package-lock.json': `{\n${first}  "b": 1,\n  "c": 1,\n  "d": 1${last}\n}\n`,
    });
    const answer = await merged(side('', '', 'x'), side('  "z": 1,\n', '', 'x'), side('', ',\n  "z": 1', 'y'));
    expect(answer.plain).toBe(true);
    expect(textAt(answer, 'package-lock.json')).toBe('{\n  "z": again,\n  "b": again,\n  "c": again,\n  "d": again\n}');
    expect(calls()).toHaveLength(1);
  });

  it('of npm begins with ours where what both sides locked does not hold together, unless ours does not either', async () => {
    const lock = (...packages: readonly string[]) =>
      json({ packages: Object.fromEntries(packages.map((name) => [name, 1])) });
    const side = (...packages: readonly string[]): Files => ({
      'package.json': manifest(Object.fromEntries(packages.map((name) => [name, '1']))),
      'package-lock.json': lock(...packages),
    });
    const sides = [side('k'), side('a', 'k'), side('b', 'k')] as const;
    tools = { npm: 'test "$1" != ls || ! grep -q b package-lock.json' };
    expect(textAt(await merged(...sides), 'package-lock.json')).toBe(lock('a', 'k').trim());
    expect(calls()).toHaveLength(2);
    ledger.clear();
    tools = { npm: 'test "$1" != ls' };
    const first = await merged(...sides);
    expect(textAt(first, 'package-lock.json')).toBe(lock('a', 'b', 'k').trim());
    expect(calls()).toHaveLength(4);
    // Known again, doubts included.
    expect(await merged(...sides)).toEqual(first);
    expect(calls()).toHaveLength(4);
  });

  it('is the same the next time, without a second run, also after everything else was forgotten', async () => {
    tools = { uv: 'date +%N > uv.lock' };
    const sides = bothSides('', 'pyproject.toml', 'uv.lock', ['0\n', '1\n', '2\n']);
    const first = await mergedHeads(sides);
    expect(await mergedHeads(sides)).toEqual(first);
    expect(calls()).toHaveLength(1);
    // What is recorded and not there any more is made again.
    for (const name of ledger.keys()) ledger.set(name, { 'uv.lock': '0'.repeat(40) });
    await mergedHeads(sides);
    expect(calls()).toHaveLength(2);
  });

  it.each([
    ['is not installed', '', 'uv is not installed where commands run.'],
    [
      'fails',
      'echo half > uv.lock; echo "error: no such package: zzz" >&2; echo more >&2; exit 2',
      'it ended with status 2 (error: no such package: zzz · more).',
    ],
    [
      'cannot reach its registry',
      'echo "getaddrinfo ENOTFOUND pypi.org" >&2; exit 1',
      'The registry could not be reached, which is no fault of the member: try again when it answers; on a worker,',
    ],
    ['leaves an empty file', ': > uv.lock', 'uv left no lock file that is whole.'],
    ['leaves markers', 'printf "<<<<<<< a\\n=======\\n>>>>>>> b\\n" > uv.lock', 'uv left no lock file that is whole.'],
    ['takes it away', 'rm uv.lock', 'uv left no lock file that is whole.'],
    ['puts a link in its place', 'ln -sf /etc/hostname uv.lock', 'uv left no lock file that is whole.'],
  ])('holds the member when its tool %s, with what to do by hand', async (_what, script, why) => {
    if (script !== '') tools = { uv: script };
    const answer = await mergedBoth('py', 'pyproject.toml', 'uv.lock', ['0\n', '1\n', '2\n']);
    expect(answer).toMatchObject({ clean: false, files: ['py/uv.lock'] });
    expect(!answer.clean && answer.why).toContain(why);
    expect(!answer.clean && answer.why).toContain('run "uv lock" in py, commit py/uv.lock and push.');
    expect(ledger.size).toBe(0);
    expect(calls().length).toBeLessThan(2);
  });

  it("is nobody's fault when commands cannot be run at all, or the round is called off", async () => {
    const [base, into, head] = bothSides('', 'pyproject.toml', 'uv.lock', ['0\n', '1\n', '2\n']);
    const outcome = await merge(mirror, into, head, 'Merge theirs', AT);
    const asked = { base, into, head, outcome, message: 'Merge theirs', at: AT };
    const result: CommandResult = { command: '', ok: false, tail: '', seconds: 0, why: 'no sandbox', unasked: true };
    const place: ResolvePlace = { ...worker(), run: async () => ({ result, files: new Map() }) };
    const { signal } = new AbortController();
    await expect(resolve(place, asked, signal)).rejects.toThrow('uv.lock could not be made again now: no sandbox');
    await expect(resolve(place, asked, AbortSignal.abort())).rejects.toThrow(/abort/i);
    // Asked again, it is tried again.
    tools = { uv: 'echo again > uv.lock' };
    const { run } = worker();
    expect(await resolve(Object.assign(place, { run }), asked, signal)).toMatchObject({ clean: true });
  });

  it('of Go is made from the requirements of both sides, and its go.mod comes with it', async () => {
    tools = { go: 'sed -i "s/ *$//" go.mod; echo "// tidy" >> go.mod; sort -o go.sum go.sum' };
    const module = (...lines: string[]): string =>
      `module m\n\ngo 1.22\n\nrequire (\n${lines.map((line) => `\t${line}\n`).join('')})\n`;
    const side = (sum: string, ...lines: string[]): Files => ({ 'go.mod': module(...lines), 'go.sum': sum });
    const answer = await merged(
      side('k v1\n', 'k v1.0.0', 'i v1.2.0 // indirect'),
      side('k v1\na v1\n', 'a v1.0.0', 'k v1.0.0', 'i v1.10.0 // indirect'),
      side('k v1\nb v1\n', 'b v1.0.0', 'k v1.0.0', 'i v1.9.0 // indirect'),
    );
    expect(textAt(answer, 'go.mod')).toBe(
      `${module('a v1.0.0', 'b v1.0.0', 'k v1.0.0', 'i v1.10.0 // indirect')}// tidy`,
    );
    expect(textAt(answer, 'go.sum')).toBe('a v1\nb v1\nk v1');
    expect(answer).toMatchObject({
      resolved: [
        { path: 'go.mod', how: 'lock-file' },
        { path: 'go.sum', how: 'lock-file' },
      ],
    });
    expect(await merged(side('', 'k v1.0.0'), side('', 'k v1.1.0'), side('', 'k v1.2.0'))).toMatchObject({
      clean: false,
      files: ['go.mod'],
    });
  });
});
