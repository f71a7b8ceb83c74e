import { describe, expect, it } from 'vitest';
import { addedPackages } from '#core/packages/added.ts';

const names = (path: string, before: string | undefined, after: string): readonly string[] =>
  addedPackages(path, before, after).map(({ kind, name }) => (kind === 'package' ? name : `script ${name}`));

const json = (value: unknown): string => JSON.stringify(value, undefined, 2);

describe('packages that a change of a manifest brings', () => {
  it.each([
    [
      'package.json',
      json({ dependencies: { a: '1' } }),
      json({ dependencies: { a: '2', b: '1' }, devDependencies: { '@x/c': '*' }, optionalDependencies: { d: '1' } }),
      ['b', '@x/c', 'd'],
    ],
    ['packages/web/package.json', undefined, json({ peerDependencies: { react: '19' } }), ['react']],
    ['composer.json', '{}', json({ require: { 'a/b': '1' }, 'require-dev': { 'c/d': '1' } }), ['a/b', 'c/d']],
    [
      'Cargo.toml',
      '[dependencies]\nserde = "1"\n',
      '[dependencies]\nserde = "2" # newer\nrand = { version = "0.8" }\nshort = { package = "long-name", version = "1" }\n[dev-dependencies.tokio]\nversion = "1"\n[target.\'cfg(unix)\'.dependencies]\nnix = "0.29"\n[package]\nname = "no"\n',
      ['rand', 'long-name', 'tokio', 'nix'],
    ],
    [
      'go.mod',
      'module x\nrequire a.b/c v1.0.0\n',
      'module x\ngo 1.22\nrequire a.b/c v1.2.0\nrequire (\n\td.e/f v0.1.0 // indirect\n\t"g.h/i" v1.0.0\n)\nreplace j.k/l => ./l\n',
      ['d.e/f', 'g.h/i'],
    ],
    [
      'pyproject.toml',
      '[project]\ndependencies = ["Requests>=2"]\n',
      '[project]\nname = "x"\ndependencies = [\n  "requests[socks]>=2", # ]\n  \'Flask ; python_version > "3"\',\n]\n[project.optional-dependencies]\ntest = ["pytest"]\n[dependency-groups]\nlint = ["ruff~=0.5"]\n[tool.poetry.group.dev.dependencies]\npython = "^3.12"\nblack = "*"\n',
      ['flask', 'pytest', 'ruff', 'black'],
    ],
    ['requirements-dev.txt', 'a==1\n', 'a==2\nB_c>=1 # why\n-r other.txt\n# d\ne @ https://x/e.whl\n', ['b-c', 'e']],
    ['Gemfile', "gem 'rails'\n", 'gem "rails", "8"\n  gem(\'rspec\')\n# gem "no"\n', ['rspec']],
  ] as const)('names them in %s', (path, before, after, expected) => {
    expect(names(path, before, after)).toEqual(expected);
  });

  it('names scripts that run by themselves on installation, new or changed, and no others', () => {
    const before = json({ scripts: { prepare: 'husky', test: 'a' } });
    const after = json({ scripts: { prepare: 'husky', postinstall: 'node x.js', test: 'b', build: 'c' } });
    expect(names('package.json', before, after)).toEqual(['script postinstall']);
    expect(names('package.json', json({ scripts: { install: 'a' } }), json({ scripts: { install: 'b' } }))).toEqual([
      'script install',
    ]);
  });

  it('says nothing of other files, of broken manifests and of what is taken away', () => {
    expect(names('src/package.json.ts', undefined, json({ dependencies: { a: '1' } }))).toEqual([]);
    expect(names('package.json', undefined, '{ "dependencies": { "a": ')).toEqual([]);
    expect(names('package.json', undefined, '[]')).toEqual([]);
    expect(names('package.json', json({ dependencies: { a: '1' } }), json({ dependencies: {} }))).toEqual([]);
    expect(addedPackages('package.json', json({ dependencies: { a: '1' } }), undefined)).toEqual([]);
  });

  it('counts all packages of a broken manifest that is mended as new: nobody reviewed them', () => {
    expect(names('package.json', '{', json({ dependencies: { a: '1' } }))).toEqual(['a']);
  });
});
