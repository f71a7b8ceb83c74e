import { describe, expect, it } from 'vitest';
import { mergeGoMod, uniteSums } from '#core/integrate/resolve/go-modules.ts';
import { forgottenLocks, isWhole, lockTool, staleLocks } from '#core/integrate/resolve/lock-files.ts';
import { isReadableLock } from '#core/integrate/resolve/readable.ts';
import { isUnreachable } from '#core/integrate/resolve/unreachable.ts';

const conflict = (before: string, ours: string, base: string, theirs: string, after = ''): string =>
  `${before}<<<<<<< ours\n${ours}||||||| base\n${base}=======\n${theirs}>>>>>>> theirs\n${after}`;

describe('requirements of a Go module', () => {
  const merge = (...parts: Parameters<typeof conflict>) => mergeGoMod(conflict(...parts), 7);
  const open = 'module m\n\nrequire (\n';

  it('are united, what a side took away is gone', () => {
    expect(
      merge(
        open,
        '\ta v1.0.0\n\tk v1.0.0\n',
        '\tk v1.0.0\n\to v1.0.0\n',
        '\tb v1.0.0\n\tk v1.0.0\n\to v1.0.0\n',
        ')\n',
      ),
    ).toBe(`${open}\ta v1.0.0\n\tk v1.0.0\n\tb v1.0.0\n)\n`);
  });

  it('become a block where one line became one on both sides', () => {
    const block = (...names: string[]) => `require (\n${names.map((name) => `\t${name} v1.0.0\n`).join('')})\n`;
    expect(merge('module m\n\n', block('a', 'k'), 'require k v1.0.0\n', `${block('b', 'k')}\n${block('c')}`)).toBe(
      `module m\n\n${block('a', 'k', 'b', 'c')}`,
    );
  });

  it.each([
    ['v1.9.0', 'v1.10.0', 'v1.10.0'],
    ['v2.0.0-rc.2', 'v2.0.0-rc.10', 'v2.0.0-rc.10'],
    ['v2.0.0', 'v2.0.0-rc.1', 'v2.0.0'],
    ['v1.0.0-alpha', 'v1.0.0-alpha.1', 'v1.0.0-alpha.1'],
    ['v1.0.0-1', 'v1.0.0-a', 'v1.0.0-a'],
    ['v0.0.0-20240102000000-abcdef012345', 'v0.0.0-20231231000000-fedcba543210', 'v0.0.0-20240102000000-abcdef012345'],
    ['v1.0.0+incompatible', 'v1.0.1', 'v1.0.1'],
  ])('that are indirect are taken at the higher version of %s and %s, whoever has it', (one, other, higher) => {
    const line = (version: string) => `\tm ${version} // indirect\n`;
    for (const [ours, theirs] of [
      [one, other],
      [other, one],
    ] as const)
      expect(merge(open, line(ours), line('v0.0.1'), line(theirs), ')\n')).toBe(`${open}${line(higher)})\n`);
  });

  it.each([
    ['a direct one at two versions', open, '\tk v1.1.0\n', '\tk v1.0.0\n', '\tk v1.2.0\n'],
    ['one taken away and changed', open, '', '\tk v1.0.0\n', '\tk v1.2.0\n'],
    ['exclusions', 'module m\n\nexclude (\n', '\ta v1.0.0\n', '', '\tb v1.0.0\n'],
    ['the language', 'module m\n\n', 'go 1.21\n', 'go 1.20\n', 'go 1.22\n'],
    ['a replacement', open, '\ta v1 => ../a\n', '', '\tb v1.0.0\n'],
    ['brackets that reach beyond', 'module m\n', 'require (\n\ta v1.0.0\n', '', 'require (\n\tb v1.0.0\n'],
  ])('are left to a person when they are %s', (_what, before, ours, base, theirs) => {
    expect(merge(before, ours, base, theirs, ')\n')).toBeUndefined();
  });

  it('have their checksums united, each once', () => {
    expect(uniteSums('a\nb\n', 'b\nc\n')).toBe('a\nb\nc\n');
  });
});

describe('a lock file', () => {
  it('speaks for the manifests in its folder and below, up to the next lock file of its tool', () => {
    const locks = ['a/package-lock.json', 'package-lock.json', 'a/yarn.lock', 'go.sum', 'b/Cargo.lock'];
    const stale = (ours: string, theirs: string) => staleLocks(locks, [ours], [theirs]);
    expect(stale('package.json', 'b/c/package.json')).toEqual(['package-lock.json']);
    expect(stale('a/package.json', 'a/b/package.json')).toEqual(['a/package-lock.json', 'a/yarn.lock']);
    expect(stale('a/package.json', 'package.json')).toEqual([]);
    expect(stale('go.mod', 'go.sum')).toEqual(['go.sum']);
    expect(stale('Cargo.toml', 'b/Cargo.toml')).toEqual([]);
    expect(stale('src/package.json.ts', 'package.json')).toEqual([]);
  });

  it('is forgotten by who changed its manifest alone, but poetry would raise everything', () => {
    const locks = ['package-lock.json', 'a/Cargo.lock', 'poetry.lock', 'uv.lock'];
    expect(forgottenLocks(locks, ['b/package.json', 'a/b/Cargo.toml', 'x.ts'])).toEqual([
      'package-lock.json',
      'a/Cargo.lock',
    ]);
    expect(forgottenLocks(locks, ['package.json', 'package-lock.json', 'pyproject.toml'])).toEqual(['uv.lock']);
  });

  it('that its tool would take for none is not to be gone on from', () => {
    const pnpm =
      "lockfileVersion: '9.0'\n\npackages:\n\n  a@1.0.0:\n    resolution: {x: y}\n\n  'b@1.0.0':\n    resolution: {x: y}\n    cpu:\n      - x64\n";
    expect(isReadableLock('p/pnpm-lock.yaml', pnpm)).toBe(true);
    expect(isReadableLock('p/pnpm-lock.yaml', `${pnpm}\n  a@1.0.0:\n    resolution: {x: z}\n`)).toBe(false);
    const yarn = '"a@npm:1", "b@npm:1":\n  version: 1\n\n"c@npm:1":\n  version: 1\n';
    expect(isReadableLock('yarn.lock', yarn)).toBe(true);
    expect(isReadableLock('yarn.lock', `${yarn}"c@npm:1":\n  version: 2\n`)).toBe(false);
    expect(isReadableLock('package-lock.json', '{"packages": {"": {}, "a": 1}}')).toBe(true);
    expect(isReadableLock('package-lock.json', '{"packages": {"a": 1, "a": 2}}')).toBe(false);
    expect(isReadableLock('Cargo.lock', 'a: 1\na: 1\n')).toBe(true);
  });

  it('of yarn has the tool of its generation, and is not whole in the other', () => {
    const [berry, classic] = ['__metadata:\n  version: 8\n', '# yarn lockfile v1\n'];
    expect(lockTool('yarn.lock', berry)?.command).toBe('yarn install --mode=update-lockfile');
    expect(lockTool('yarn.lock', classic)?.command).toBe('yarn install --ignore-scripts --non-interactive');
    expect(isWhole('yarn.lock', berry, classic)).toBe(false);
    expect(isWhole('yarn.lock', classic, `${classic}\na@1:\n`)).toBe(true);
  });
});

it.each([
  ['npm error code ECONNREFUSED', true],
  ['npm error network request to https://registry.example/x failed, reason: socket hang up', true],
  ['npm error code FETCH_ERROR\nnpm error network timeout at: http://127.0.0.1/x', true],
  ['npm error 503 Service Unavailable\nnpm error code E503', true],
  ['ERR_PNPM_META_FETCH_FAIL  GET http://127.0.0.1/x: request failed', true],
  ["➤ YN0001: RequestError: Timeout awaiting 'request' for 30000ms", true],
  ['warning: spurious network error (1 tries remaining): [6] Could not resolve hostname', true],
  ['go: example.org/x: dial tcp 127.0.0.1:9: connect: connection refused', true],
  ['All attempts to connect to pypi.org failed.', true],
  ['error sending request for url (https://pypi.org/simple/x/)', true],
  ['npm error code ERESOLVE', false],
  ['npm error code ETARGET\nnpm error notarget No matching version found for is-odd@99.', false],
  ['npm error code E404\nnpm error 404 Not Found - GET https://registry.example/x', false],
  ['error: no matching package named `timed` found', false],
])('a tool that says %j could not reach its registry: %s', (tail, unreachable) => {
  expect(isUnreachable({ command: '', ok: false, status: 1, tail, seconds: 1 })).toBe(unreachable);
});
