import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';

const CLI = fileURLToPath(new URL('../../src/cli.ts', import.meta.url));
const PLANS = fileURLToPath(new URL('../fixtures/plans/', import.meta.url));
const folders: string[] = [];

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A folder with these files, gone when the tests are done. */
const folder = (files: Readonly<Record<string, string | Uint8Array>> = {}): string => {
  const path = mkdtempSync(join(tmpdir(), 'forkjoin-check-'));
  folders.push(path);
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), content);
  }
  return path;
};

const run = (cwd: string, ...words: string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, 'check', ...words], {
    cwd,
    encoding: 'utf8',
    timeout: 60_000,
    env: { PATH: process.env['PATH'] ?? '' },
  });
  return { status, stdout, stderr };
};

/** The answer in JSON, which is the only thing on standard output. */
const json = (cwd: string, ...words: string[]) => {
  const ran = run(cwd, '--json', ...words);
  return { ...ran, answer: JSON.parse(ran.stdout) };
};

const git = (cwd: string, ...words: string[]): string =>
  execFileSync(
    'git',
    ['-c', 'user.name=A', '-c', 'user.email=a@example.org', '-c', 'init.defaultBranch=main', ...words],
    { cwd, encoding: 'utf8', stdio: 'pipe' },
  );

const repository = (files: Readonly<Record<string, string>>): string => {
  const path = folder(files);
  git(path, 'init', '-q');
  git(path, 'add', '-A');
  git(path, 'commit', '-q', '-m', 'first');
  return path;
};

const body = (scope: string, more = ''): string =>
  `### Scope\n\n${scope}\n\n### Context\n\nIt fits in somewhere.\n\n### Contracts\n\nNone\n\n### Verification\n\n\`\`\`\nnpm test\n\`\`\`\n${more}`;

const items = (plan: string): string[] =>
  readdirSync(join(PLANS, plan))
    .filter((name) => !name.endsWith('-plan.md'))
    .sort();

const codes = (answer: { items: { problems: { code: string }[] }[]; problems: { code: string }[] }): string[] =>
  [...answer.items.flatMap((item) => item.problems), ...answer.problems].map(({ code }) => code).sort();

it('says nothing of a reader that has read enough', () => {
  const { status, stderr } = spawnSync('/bin/sh', ['-c', `"$0" "$1" check --json a.md | true`, process.execPath, CLI], {
    cwd: folder({ 'a.md': '# Nothing' }),
    encoding: 'utf8',
    timeout: 60_000,
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
});

describe('forkjoin check judges plans as people do', () => {
  it('passes four items with contracts, the last of which depends on the others', () => {
    const { status, stderr, answer } = json(join(PLANS, 'profile'), '--plan', '10-plan.md', ...items('profile'));
    expect([status, stderr]).toEqual([0, '']);
    expect(codes(answer)).toEqual(['scope-hot-file', 'scope-hot-file']);
    expect(answer.plan).toEqual({
      waves: [[11, 12, 13], [14]],
      mergeOrder: [11, 12, 13, 14],
      criticalPath: [11, 14],
      parallelism: 2,
    });
  });

  it('refuses "build the backend" and "build the frontend"', () => {
    const { status, answer } = json(join(PLANS, 'bad'), ...items('bad'));
    expect(status).toBe(1);
    expect(answer.ok).toBe(false);
    expect(codes(answer).filter((code) => code === 'section-missing')).toHaveLength(8);
  });

  it('shows four layers that wait for one another as four waves, and advises against them', () => {
    const { status, answer } = json(join(PLANS, 'dashboard'), '--plan', '20-plan.md', ...items('dashboard'));
    expect(status).toBe(0);
    expect(answer.plan).toEqual({
      waves: [[21], [22], [23], [24]],
      mergeOrder: [21, 22, 23, 24],
      criticalPath: [21, 22, 23, 24],
      parallelism: 1,
    });
    expect(codes(answer)).toEqual(['plan-sequential']);
    expect(answer.problems[0].issues).toEqual([20]);
  });
});

describe('the JSON of forkjoin check', () => {
  it('has exactly the keys that are promised', () => {
    const here = folder({
      '2-b.md': body('- create `src/a.ts`\n- a note'),
      '1.md': `---\ntitle: First\n---\n${body('- `src/*`', '\n### Depends on\n\n#9, #1\n')}`,
    });
    const { status, answer } = json(here, '2-b.md', '1.md');
    expect(status).toBe(1);
    expect(Object.keys(answer)).toEqual(['ok', 'items', 'problems', 'plan']);
    expect(answer.items).toEqual([
      {
        issue: 1,
        title: 'First',
        scope: ['src/*'],
        dependsOn: [1, 9],
        problems: [
          {
            code: 'dependency-unknown',
            severity: 'error',
            line: 21,
            message: expect.any(String),
            hint: expect.any(String),
          },
          {
            code: 'dependency-self',
            severity: 'error',
            line: 21,
            message: expect.any(String),
            hint: expect.any(String),
          },
        ],
      },
      {
        issue: 2,
        title: 'b',
        scope: ['src/a.ts'],
        dependsOn: [],
        problems: [
          {
            code: 'scope-entry-ignored',
            severity: 'advice',
            line: 4,
            message: expect.any(String),
            hint: expect.any(String),
          },
        ],
      },
    ]);
    expect(answer.problems).toEqual([
      {
        code: 'scope-overlap',
        severity: 'error',
        issues: [1, 2],
        at: [
          { issue: 1, line: 3 },
          { issue: 2, line: 3 },
        ],
        path: 'src/a.ts',
        message: expect.stringMatching(/src\/\*.*src\/a\.ts/),
        hint: expect.any(String),
      },
      {
        code: 'plan-small',
        severity: 'advice',
        issues: [1, 2],
        at: [],
        message: expect.any(String),
        hint: expect.any(String),
      },
    ]);
    expect(answer.plan).toEqual({ waves: [[1, 2]], mergeOrder: [1, 2], criticalPath: [1], parallelism: 2 });
  });

  it('is the same whatever the order of the files', () => {
    const here = folder({ '1.md': body('- `a/x.ts`'), '2.md': body('- `a/*`'), '3.md': body('- `a/`') });
    expect(json(here, '3.md', '1.md', '2.md').stdout).toBe(json(here, '1.md', '2.md', '3.md').stdout);
  });

  it("puts the plan file's problems at the top, with its own number", () => {
    const here = folder({ '5-plan.md': '### Items\n\n- [ ] #1\n', '1.md': body('- `a/x.ts`') });
    const { status, answer } = json(here, '--plan', '5-plan.md', '1.md');
    expect(status).toBe(1);
    expect(answer.problems).toMatchObject([{ code: 'section-missing', severity: 'error', issues: [5], at: [] }]);
  });
});

describe('files for forkjoin check', () => {
  it('may begin with front matter, a byte order mark, and end their lines as they like', () => {
    const text = body('- `a/x.ts`\n- a note').replaceAll('\n', '\r\n');
    const here = folder({
      'one.md': `\ufeff---\r\nissue: 7\r\ntitle: "Seven: 7"\r\nother: [1, 2]\r\n---\r\n${text}`,
      '0012_add-things.v2.md': `\ufeff${text}`,
      '13.txt': '---\n---\n',
    });
    const { answer } = json(here, 'one.md', '0012_add-things.v2.md', '13.txt');
    expect(answer.items.map(({ issue, title }: { issue: number; title: string }) => [issue, title])).toEqual([
      [7, 'Seven: 7'],
      [12, 'add-things.v2'],
      [13, ''],
    ]);
    expect(answer.items[0].problems).toMatchObject([{ code: 'scope-entry-ignored', line: 4 }]);
  });

  it.each([
    ['a number twice', { '1.md': 'x', 'b.md': '---\nissue: 1\n---\n' }, ['1.md', 'b.md'], 'b.md'],
    ['a file twice', { '1.md': 'x' }, ['1.md', '1.md'], '1.md'],
    ['no number', { 'readme.md': 'x' }, ['readme.md'], 'readme.md'],
    ['the number 0', { '0.md': 'x' }, ['0.md'], '0.md'],
    ['broken front matter', { '1.md': '---\nissue: [1\n---\n' }, ['1.md'], '1.md'],
    ['front matter that never ends', { '1.md': '---\nissue: 1\n' }, ['1.md'], '1.md'],
    ['front matter that is a list', { '1.md': '---\n- issue\n---\n' }, ['1.md'], '1.md'],
    ['an issue that is no number', { '1.md': '---\nissue: one\n---\n' }, ['1.md'], '1.md'],
    ['a number that is not whole', { '1.md': '---\nissue: 1.5\n---\n' }, ['1.md'], '1.md'],
    ['a missing file', {}, ['1.md'], '1.md'],
    ['a folder', { '1.md/x': '' }, ['1.md'], '1.md'],
    ['invalid UTF-8', { '1.md': new Uint8Array([0x23, 0xff, 0xfe]) }, ['1.md'], '1.md'],
    ['NUL bytes', { '1.md': 'a\0b' }, ['1.md'], '1.md'],
    ['a plan without a number', { '1.md': 'x', 'plan.md': 'x' }, ['--plan', 'plan.md', '1.md'], 'plan.md'],
    ['a plan that is an item as well', { '1.md': 'x' }, ['--plan', '1.md', '1.md'], '1.md'],
    ['two plans', { '1.md': 'x', '2.md': '', '3.md': '' }, ['--plan', '2.md', '--plan', '3.md', '1.md'], 'plan'],
    ['no file', {}, [], 'files'],
    ['an unknown option', { '1.md': 'x' }, ['--frob', '1.md'], '--frob'],
    ['a base without a repository', { '1.md': 'x' }, ['--base', 'main', '1.md'], '--repo'],
    ['a folder that is no repository', { '1.md': 'x' }, ['--repo', '.', '1.md'], 'git repository'],
    ['a repository that is not there', { '1.md': 'x' }, ['--repo', 'nowhere', '1.md'], 'nowhere'],
  ])('with %s cannot be asked about', (_what, files, words, named) => {
    const here = folder(files);
    const { status, answer } = json(here, ...words);
    expect(status).toBe(2);
    expect(answer).toEqual({ ok: false, error: { message: expect.stringContaining(named) } });
    const told = run(here, ...words);
    expect([told.status, told.stdout]).toEqual([2, '']);
    expect(told.stderr).toContain(named);
    expect(told.stderr).not.toMatch(/\n\s+at /);
  });

  it('that are empty have every section missing', () => {
    const { status, answer } = json(folder({ '1.md': '' }), '1.md');
    expect(status).toBe(1);
    expect(codes(answer)).toEqual(Array(4).fill('section-missing'));
  });
});

describe('forkjoin check --repo', () => {
  const files = { 'src/auth/a.ts': '', '.env.example': 'AVATAR_BUCKET=\n', 'dir with space/ü.ts': '' };
  const item = body('- create `src/auth/a.ts`\n- `src/auth`\n- modify `dir with space/ü.ts`').replace(
    'None',
    '- consumes `env AVATAR_BUCKET`\n- uses `src/auth/a.ts`',
  );

  it('looks at the tree of HEAD in a checkout, a worktree and a bare repository', () => {
    const repo = repository(files);
    const parent = folder();
    git(repo, 'worktree', 'add', '-q', join(parent, 'tree'));
    git(parent, 'clone', '-q', '--bare', repo, 'bare.git');
    const here = folder({ '1.md': item });
    for (const path of [repo, join(parent, 'tree'), join(parent, 'bare.git')]) {
      const { answer } = json(here, '--repo', path, '1.md');
      expect(
        answer.items[0].problems.map(({ code, line }: { code: string; line: number }) => [code, line]),
        path,
      ).toEqual([
        ['scope-stale', 3],
        ['pattern-is-folder', 4],
      ]);
    }
  });

  it('takes a branch before a tag of its name, and a commit by its hash', () => {
    const repo = repository({ 'old.ts': '' });
    const first = git(repo, 'rev-parse', 'HEAD').trim();
    git(repo, 'tag', 'v1');
    writeFileSync(join(repo, 'new.ts'), '');
    git(repo, 'add', '-A');
    git(repo, 'commit', '-q', '-m', 'second');
    git(repo, 'branch', 'v1', 'main');
    const here = folder({ '1.md': body('- create `new.ts`') });
    expect(codes(json(here, '--repo', repo, '--base', 'v1', '1.md').answer)).toEqual(['scope-stale']);
    expect(codes(json(here, '--repo', repo, '--base', first, '1.md').answer)).toEqual([]);
    expect(codes(json(here, '--repo', repo, '--base', 'refs/tags/v1', '1.md').answer)).toEqual([]);
  });

  it('says so when the base is not there, or there is no commit yet', () => {
    const repo = repository({ 'a.ts': '' });
    const unborn = folder();
    git(unborn, 'init', '-q');
    const here = folder({ '1.md': item });
    for (const base of ['nowhere', '--output=x', 'main:a.ts', '']) {
      const { status, answer } = json(here, '--repo', repo, `--base=${base}`, '1.md');
      expect([status, answer.ok], base).toEqual([2, false]);
    }
    expect(json(here, '--repo', unborn, '1.md').answer.error.message).toContain('no commit yet');
  });

  it('runs nothing that the repository is configured to run', () => {
    const repo = repository(files);
    const proof = join(folder(), 'ran');
    git(repo, 'config', 'core.fsmonitor', `touch ${proof}; false`);
    git(repo, 'config', 'core.pager', `touch ${proof}`);
    git(repo, 'status');
    expect(readdirSync(dirname(proof)), 'the trap works').toEqual(['ran']);
    rmSync(proof);
    expect(json(folder({ '1.md': item }), '--repo', repo, '1.md').status).toBe(1);
    expect(readdirSync(dirname(proof))).toEqual([]);
  });
});

describe('forkjoin check on a terminal', () => {
  it('names file and line, code and hint, the order of work and the verdict', () => {
    const here = folder({
      '1-one.md': `---\nissue: 1\n---\n${body('- `**`')}`,
      '2-two.md': body('- `src/b.ts`', '\n### Depends on\n\n#1\n'),
    });
    const { status, stdout } = run(here, '1-one.md', '2-two.md');
    expect(status).toBe(1);
    expect(stdout).toContain('1-one.md:6\n    error "**" matches files directly in the root');
    expect(stdout).toContain('pattern-too-broad');
    expect(stdout).toContain(
      'wave 1: #1\n  wave 2: #2\n  merge order: #1 → #2\n  longest chain: #1 → #2\n  parallelism: 1.00',
    );
    expect(stdout.trimEnd().split('\n').at(-1)).toMatch(
      /^Not ready: 2 items, \d+ errors?, \d+ warnings?, \d+ advice\.$/,
    );
    expect(stdout).not.toContain('\u001b');
  });

  it('lets no text from a file steer it', () => {
    const here = folder({ '1.md': `---\ntitle: "a\\e[31mb"\n---\n${body('- `src/\u009b31m..`\n- `\u001b[2J/../x`')}` });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
    expect(run(here, '1.md').stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
  });
});
