import { describe, expect, it } from 'vitest';
import { addedPackages } from '#core/packages/added.ts';
import { worked } from '../../services/worked.ts';

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
    [
      'requirements-dev.txt',
      'a==1\n',
      'a==2\nB_c>=1 # why\n-r other-requirements.txt\n# d\ne @ https://x/e.whl\n',
      ['b-c', 'https://x/e.whl'],
    ],
    ['Gemfile', "gem 'rails'\n", 'gem "rails", "8"\n  gem(\'rspec\')\n# gem "no"\n', ['rspec']],
    ['Pipfile', '[packages]\na = "*"\n', '[packages]\na = "*"\n[dev-packages]\nB_c = {version = "1"}\n', ['b-c']],
    [
      'setup.py',
      '',
      'setup(\n  install_requires=["a>=1", \'b\'],\n  extras_require={"x": ["c"]})',
      ['a', 'b', 'x', 'c'],
    ],
    ['setup.cfg', '', '[metadata]\nname = no\n\n[options]\ninstall_requires =\n  a>=1\n  b\n', ['a', 'b']],
    ['environment.yml', '', 'dependencies:\n  - a=1\n  - pip:\n    - b==2 # c\n', ['a', 'b']],
    ['x.gemspec', '', "s.add_development_dependency 'a'\ns.add_dependency(\"b\", '1')", ['a', 'b']],
    [
      'pom.xml',
      '<dependency><groupId>a</groupId><artifactId>b</artifactId></dependency>',
      '<dependency><groupId>a</groupId><artifactId>b</artifactId></dependency><!-- <groupId>n</groupId><artifactId>o</artifactId> --><plugin>\n <groupId>c.d</groupId>\n <artifactId>e</artifactId></plugin>',
      ['c.d:e'],
    ],
    ['app/build.gradle.kts', '', 'plugins { id("a.b") }\nimplementation("c.d:e:1.0") // "n:o:1"', ['c.d:e', 'a.b']],
    [
      'gradle/libs.versions.toml',
      '',
      'x = { module = "a:b", version = "1" }\ny = { group = "c", name = "d" }',
      ['a:b', 'c:d'],
    ],
    [
      'X.csproj',
      '',
      '<PackageReference Include="A" Version="1" />\n<PackageReference Version="1" Include="B" />',
      ['A', 'B'],
    ],
    ['mix.exs', '', '[{:a, "~> 1"}, {:b, git: "x"}]', ['a', 'b']],
    [
      'pubspec.yaml',
      'environment:\n  sdk: ^3\n',
      'environment:\n  sdk: ^3\ndependencies:\n  a: ^1.0.0\n  b:\n    git: https://x/b\n',
      ['a', 'b', 'https://x/b'],
    ],
    ['Package.swift', '', '.package(url: "https://x/y", from: "1")', ['https://x/y']],
    ['Podfile', '', "  pod 'A', '~> 1'\n  # pod 'N'", ['A']],
  ] as const)('names them in %s', (path, before, after, expected) => {
    expect(names(path, before, after)).toEqual(expected);
  });

  const OTHERS: readonly (readonly [string, string, string, readonly string[]])[] = [
    ['package.json', json({ dependencies: { a: '1' } }), json({ dependencies: { a: 'npm:@x/b@1' } }), ['@x/b']],
    ['package.json', json({ dependencies: { a: '1' } }), json({ dependencies: { a: 'x/b#main' } }), ['x/b']],
    ['package.json', json({ dependencies: { a: 'x/b#1' } }), json({ dependencies: { a: 'x/b#2' } }), []],
    ['package.json', '{}', json({ dependencies: { a: 'https://x/b.tgz' } }), ['https://x/b.tgz']],
    ['package.json', '{}', json({ overrides: { a: { b: 'npm:c@1' }, d: '2' } }), ['c']],
    [
      'package.json',
      '{}',
      json({ pnpm: { overrides: { a: 'npm:c@1' } }, resolutions: { e: 'git+ssh://x/y' } }),
      ['git+ssh://x/y', 'c'],
    ],
    ['package.json', '{}', json({ dependencies: { a: 'workspace:*', b: 'file:../b', c: 'npm:^1' } }), ['a', 'b', 'c']],
    ['deno.json', '{}', json({ imports: { a: 'npm:b@1', c: 'jsr:@d/e@1', f: './g.ts' } }), ['b', '@d/e']],
    ['requirements.txt', 'a', 'a @ https://x/b.whl\n', ['https://x/b.whl']],
    [
      'requirements.txt',
      '',
      '-e git+https://x/y#egg=a\n--index-url=https://z\n-r list\n./wheel.whl',
      ['git+https://x/y#egg=a', 'https://z', 'list', './wheel.whl'],
    ],
    [
      'Cargo.toml',
      'dependencies.a = "1"',
      '[dependencies.a]\ngit = "https://x"\n[patch.crates-io]\nb = { git = "https://y" }',
      ['https://x', 'https://y'],
    ],
    ['Cargo.toml', '', 'dependencies = { a = "1", b = { version = "1", features = ["c"] } }', ['a', 'b']],
    [
      'pyproject.toml',
      '',
      'project.dependencies = ["a"]\n[tool.uv.sources]\na = { git = "https://x" }\n[[tool.uv.index]]\nurl = "https://y"',
      ['a', 'https://x', 'https://y'],
    ],
    ['go.mod', 'require a v1', 'require a v1\nreplace (\n\ta => b v2\n\tc => ./c\n)', ['b']],
    [
      'package-lock.json',
      '"resolved": "https://registry.npmjs.org/a.tgz", "resolved": "https://own.example/b.tgz"',
      '"resolved": "https://registry.npmjs.org/c.tgz", "resolved": "https://own.example/d.tgz", "resolved": "https://x.example/a.tgz", "funding": {"url": "https://y"}',
      ['https://x.example'],
    ],
    [
      'yarn.lock',
      '',
      'a@1:\n  resolved "https://registry.yarnpkg.com/a#1"\n  resolved "https://x/a.tgz#1"',
      ['https://x'],
    ],
    [
      'Cargo.lock',
      '',
      'source = "registry+https://github.com/rust-lang/crates.io-index"\nsource = "git+https://x/y?rev=1#2"',
      ['git+https://x/y'],
    ],
    ['.npmrc', '', '@own:registry=https://x/\nregistry=https://registry.npmjs.org/', ['https://x/']],
    ['Gemfile', "gem 'a'", "gem 'a', git: 'https://x'\nsource 'https://y'; gem 'b'", ['b', 'https://x', 'https://y']],
  ];
  it.each(OTHERS)('takes what is behind an allowed name for what it is: %s', (path, before, after, expected) => {
    expect(names(path, before, after)).toEqual(expected);
  });

  it('reads the most hostile manifest in time that grows with it alone', () => {
    const files = [
      ...new Set([
        ...OTHERS.map(([path]) => path),
        'pom.xml',
        'a.gradle',
        'a.csproj',
        'mix.exs',
        'pubspec.yaml',
        'Package.swift',
        'Podfile',
        'Brewfile',
        'environment.yml',
        'setup.cfg',
        'setup.py',
        '.cargo/config',
        'pnpm-workspace.yaml',
        'Pipfile',
      ]),
    ];
    const pieces = [
      ' ',
      '\n',
      'a',
      '[',
      '"',
      '#',
      '<!--',
      '<repository>',
      '<PackageReference ',
      'gem "a" ',
      '.package(',
      'install_requires=[',
      'a = [\n',
      '- ',
      '{:',
      '\\"',
    ];
    const milliseconds = worked();
    for (const path of files)
      for (const piece of pieces)
        for (const head of ['', 'a = [', '[dependencies]\na = { '])
          names(path, undefined, head + piece.repeat(60_000 / piece.length));
    expect(milliseconds()).toBeLessThan(10_000);
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
