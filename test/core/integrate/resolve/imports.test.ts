import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mergeImports } from '#core/integrate/resolve/imports/merge.ts';
import { readerOf } from '#core/integrate/resolve/imports/readers.ts';
import { markerLength } from '#core/integrate/resolve/imports/segments.ts';
import { worked } from '../../../services/worked.ts';

type Part = string | readonly [ours: string, base: string, theirs: string];

/** A file as git leaves it: settled text, and hunks of ours, base, theirs. */
const file = (...parts: readonly Part[]): string =>
  parts
    .map((part) =>
      typeof part === 'string'
        ? part
        : `<<<<<<< ours\n${part[0]}||||||| base\n${part[1]}=======\n${part[2]}>>>>>>> theirs\n`,
    )
    .join('');

/** The file as one side has it, where git settled nothing that only one side changed. */
const side = (at: 0 | 1 | 2, parts: readonly Part[]): string =>
  parts.map((part) => (typeof part === 'string' ? part : part[at])).join('');

const merge = (path: string, ...parts: readonly Part[]): string | undefined =>
  mergeImports(path, {
    merged: file(...parts),
    marker: 7,
    ours: side(0, parts),
    base: side(1, parts),
    theirs: side(2, parts),
  });

describe('hunks that hold nothing but imports', () => {
  it('keep the imports of both sides, ours first where nothing is sorted', () => {
    expect(
      merge(
        'a.ts',
        ["import z from 'z';\nimport b from 'b';\n", '', "import z from 'z';\nimport c from './c.ts';\n"],
        '\nz(b);\n',
      ),
    ).toBe("import z from 'z';\nimport b from 'b';\nimport c from './c.ts';\n\nz(b);\n");
    expect(merge('a.ts', ["import b from 'b';\nimport d from 'd';\n", '', "import c from 'c';\n"])).toBe(
      "import b from 'b';\nimport c from 'c';\nimport d from 'd';\n",
    );
  });

  it('say the names of one module in one statement, in the layout of ours', () => {
    const base = "import { a, z } from 'm';\n";
    expect(merge('a.ts', ["import { a, b, z } from 'm';\n", base, "import { a, c } from 'm';\n"], 'a(c);\n')).toBe(
      "import { a, b, c } from 'm';\na(c);\n",
    );
    expect(merge('a.mjs', ["import {a, b} from 'm'\n", "import {a} from 'm'\n", "import {a, c} from 'm'\n"])).toBe(
      "import {a, b, c} from 'm'\n",
    );
    expect(
      merge('a.tsx', [
        "import {\n  a,\n  x,\n} from 'm';\n",
        "import { a } from 'm';\n",
        "import { a, type C } from 'm';\n",
      ]),
    ).toBe("import {\n  a,\n  type C,\n  x,\n} from 'm';\n");
  });

  it('leave out what either side took away', () => {
    const base = "import a from 'a';\nimport b from 'b';\nimport { c, d } from 'c';\n";
    expect(
      merge('a.ts', [
        "import b from 'b';\nimport { c, d, e } from 'c';\n",
        base,
        "import a from 'a';\nimport { d } from 'c';\n",
      ]),
    ).toBe("import { d, e } from 'c';\n");
    expect(merge('a.ts', ["import x from 'x';\n", "import a from 'a';\n", ''], 'x();\n')).toBe(
      "import x from 'x';\nx();\n",
    );
  });

  it('may lie inside of one statement', () => {
    expect(
      merge(
        'a.ts',
        'import {\n',
        ['  a,\n  b,\n', '  a,\n', '  a,\n  c,\n'],
        "} from 'm';\nimport q from 'q';\na(q);\n",
      ),
    ).toBe("import {\n  a,\n  b,\n  c,\n} from 'm';\nimport q from 'q';\na(q);\n");
    // Two hunks in one statement become one.
    expect(
      merge('a.ts', 'import {\n', ['  b,\n', '', '  c,\n'], '  k,\n', ['  y,\n', '', '  z,\n'], "} from 'm';\n"),
    ).toBe("import {\n  b,\n  c,\n  k,\n  y,\n  z,\n} from 'm';\n");
  });

  it('add names to a statement that has a default too', () => {
    const base = "import React, { useState } from 'react';\n";
    expect(
      merge('a.jsx', [
        "import React, { useEffect, useState } from 'react';\n",
        base,
        "import React, { useRef, useState } from 'react';\n",
      ]),
    ).toBe("import React, { useEffect, useRef, useState } from 'react';\n");
    expect(merge('a.ts', ["import d, { a } from 'm';\n", "import d from 'm';\n", "import e from 'm';\n"])).toBe(
      "import e, { a } from 'm';\n",
    );
    expect(merge('a.ts', ["import d, { a } from 'm';\n", "import d from 'm';\n", ''])).toBe("import { a } from 'm';\n");
    expect(merge('a.ts', ["import type D from 'm';\n", '', "import type { E } from 'm';\n"])).toBe(
      "import type D from 'm';\nimport type { E } from 'm';\n",
    );
  });

  it('keep a default and a namespace apart from the names in braces, and types apart from values', () => {
    expect(merge('a.ts', ["import { a } from 'm';\n", '', "import m from 'm';\n"])).toBe(
      "import { a } from 'm';\nimport m from 'm';\n",
    );
    expect(merge('a.ts', ["import { a } from 'm';\n", '', "import * as all from 'm';\n"])).toBe(
      "import { a } from 'm';\nimport * as all from 'm';\n",
    );
    expect(merge('a.ts', ["import { a } from 'm';\n", '', "import type { T } from 'm';\n"])).toBe(
      "import { a } from 'm';\nimport type { T } from 'm';\n",
    );
  });

  it('keep blank lines, line ends and comments of ours', () => {
    expect(
      merge('a.js', ["import x from 'x'; // why\r\n\r\nimport y from './y';\r\n\r\n", '', "import w from 'w';\r\n"]),
    ).toBe("import x from 'x'; // why\r\n\r\nimport y from './y';\r\nimport w from 'w';\r\n\r\n");
  });

  it.each([
    ['code', ["import a from 'a';\na();\n", '', "import b from 'b';\n"]],
    ['a comment', ["// of ours\nimport a from 'a';\n", '', "import b from 'b';\n"]],
    ['a re-export', ["export * from './a';\n", '', "export * from './b';\n"]],
    ['a name twice', ["import { x } from 'a';\n", '', "import { x } from 'b';\n"]],
    ['a name twice, as a type', ["import { x } from 'a';\n", '', "import type { x } from 'b';\n"]],
    [
      'styles in another order',
      ["import './a.css';\nimport './b.css';\n", '', "import './b.css';\nimport './a.css';\nimport './c.css';\n"],
    ],
    [
      'a comment inside of a statement that both change',
      [
        "import { a /* first */, b } from 'm';\n",
        "import { a /* first */ } from 'm';\n",
        "import { a /* first */, c } from 'm';\n",
      ],
    ],
    ['a line end that git does not know', ["import a from 'a';\rimport d from 'd';\n", '', "import b from 'b';\n"]],
    ['two statements on a line', ["import a from 'a'; import c from 'c';\n", '', "import b from 'b';\n"]],
  ] as const)('stay in conflict when they hold %s', (_what, hunk) => {
    expect(merge('a.ts', "import k from 'k';\n", hunk, 'k();\n')).toBeUndefined();
  });

  it('stay in conflict when a name of a settled import comes again, or the rest does not parse', () => {
    expect(
      merge('a.ts', "import { x } from 'k';\n", ["import a from 'a';\n", '', "import { x } from 'b';\n"]),
    ).toBeUndefined();
    expect(merge('a.ts', ["import a from 'a';\n", '', "import b from 'b';\n"], 'const a = 1;\n')).toBeUndefined();
    expect(merge('a.ts', ["import a from 'a';\n", '', "import b from 'b';\n"], 'function (\n')).toBeUndefined();
  });

  it('are known in Python', () => {
    expect(
      merge(
        'a.py',
        'import os\n',
        ['import sys\nfrom a import b\n', '', 'import json\nfrom a import c as d\n'],
        '\nos.x()\n',
      ),
    ).toBe('import os\nimport sys\nimport json\nfrom a import b, c as d\n\nos.x()\n');
    expect(merge('a.py', ['from a import (\n    b,\n    d,\n)\n', 'from a import b\n', 'from a import b, c\n'])).toBe(
      'from a import (\n    b,\n    c,\n    d,\n)\n',
    );
    expect(merge('a.py', ['from a import b\n', '', 'from c import b\n'])).toBeUndefined();
    expect(merge('a.py', 'import k\n', ['import a\n', '', 'from __future__ import annotations\n'])).toBeUndefined();
    expect(merge('a.py', ['import a; a.x()\n', '', 'import b\n'])).toBeUndefined();
    expect(merge('a.py', '"""\n', ['import a\n', '', 'import b\n'], '"""\n')).toBeUndefined();
    expect(merge('a.py', ['import a.b\n', '', 'import a.c\n'])).toBe('import a.b\nimport a.c\n');
  });

  it('stay in conflict inside of a function, where they say nothing about the rest', () => {
    expect(merge('a.py', 'def f():\n', ['    import a\n', '', '    import b\n'], '    a()\n')).toBeUndefined();
    expect(merge('a.rs', 'fn f() {\n', ['    use a::x;\n', '', '    use b::y;\n'], '}\n')).toBeUndefined();
  });

  it('stay in conflict when git settled what one of them moved, and the result would import something else', () => {
    const hunk = (ours: string, theirs: string) =>
      `<<<<<<< ours\n${ours}||||||| base\n=======\n${theirs}>>>>>>> theirs\n`;
    const [both, one] = ["import { p, q } from 'm';\n", "import { p } from 'm';\n"];
    const [a, b] = ["import a from 'a';\n", "import b from 'b';\n"];
    // Ours moved it and took one name out, theirs moved it: git took the first away by itself.
    expect(
      mergeImports('a.ts', {
        merged: `${a}${hunk(one, `${b}${both}`)}`,
        marker: 7,
        ours: `${a}${one}`,
        base: `${both}${a}`,
        theirs: `${a}${b}${both}`,
      }),
    ).toBe(`${a}${b}${one}`);
    expect(
      mergeImports('a.ts', { merged: `${both}${hunk(a, b)}`, marker: 7, ours: `${both}${a}`, base: both, theirs: b }),
    ).toBe(undefined);
  });

  it('are known in Go, only among the imports', () => {
    const head = 'package a\n\nimport (\n\t"fmt"\n';
    expect(merge('a.go', head, ['\t"os"\n', '', '\tj "encoding/json"\n\t"io"\n'], ')\n\nfunc f() {}\n')).toBe(
      `${head}\tj "encoding/json"\n\t"io"\n\t"os"\n)\n\nfunc f() {}\n`,
    );
    expect(merge('a.go', head, ['\t"a/rand"\n', '', '\t"b/rand"\n'], ')\n')).toBeUndefined();
    expect(merge('a.go', 'package a\n\nvar x = []string{\n', ['\t"os",\n', '', '\t"io",\n'], '}\n')).toBeUndefined();
    expect(merge('a.go', 'package a\n\nvar x = f(\n', ['\t"os"\n', '', '\t"io"\n'], ')\n')).toBeUndefined();
  });

  it('may have become a block in Go on both sides', () => {
    const block = (...names: readonly string[]) => `import (\n${names.map((name) => `\t"${name}"\n`).join('')})\n`;
    const around = (...hunk: [string, string, string]) => merge('a.go', 'package a\n\n', hunk, '\nfunc f() {}\n');
    const whole = `package a\n\n${block('fmt', 'io', 'os')}\nfunc f() {}\n`;
    expect(around(block('fmt', 'os'), 'import "fmt"\n', block('fmt', 'io'))).toBe(whole);
    expect(around(block('fmt', 'os'), '', block('io'))).toBe(whole);
    expect(around(block('os'), 'import "fmt"\n', block('fmt', 'io'))).toBeUndefined();
    expect(around(`${block('fmt')}var x = 1\n`, 'import "fmt"\n', block('fmt', 'io'))).toBeUndefined();
    expect(around(`${block('fmt')}${block('os')}`, 'import "fmt"\n', block('fmt', 'io'))).toBeUndefined();
    expect(around(block('a/rand'), 'import "fmt"\n', block('fmt', 'b/rand'))).toBeUndefined();
  });

  it('stay in conflict when one side alone imports whatever a module has', () => {
    expect(merge('a.py', ['from a import *\n', '', 'from b import c\n'])).toBeUndefined();
    expect(merge('a.py', ['from a import *\nimport b\n', 'from a import *\n', 'from a import *\nimport c\n'])).toBe(
      'from a import *\nimport b\nimport c\n',
    );
    expect(merge('a.rs', ['use a::*;\n', '', 'use b::*;\n'])).toBeUndefined();
  });

  it('are known in Rust and Java', () => {
    expect(merge('a.rs', ['use a::{b, d};\n', 'use a::b;\n', 'use a::b;\nuse c::e;\n'], 'fn f() {}\n')).toBe(
      'use a::{b, d};\nuse c::e;\nfn f() {}\n',
    );
    expect(merge('a.rs', ['use a::{\n    b,\n    d,\n};\n', 'use a::{b};\n', 'use a::{b, c};\n'])).toBe(
      'use a::{\n    b,\n    c,\n    d,\n};\n',
    );
    expect(merge('a.rs', ['use a::x;\n', '', 'use b::x;\n'])).toBeUndefined();
    expect(merge('a.rs', ['mod a;\n', '', 'mod b;\n'])).toBeUndefined();
    expect(
      merge('A.java', 'package p;\n', ['import a.B;\n', '', 'import static c.D.e;\nimport f.*;\n'], 'class A {}\n'),
    ).toBe('package p;\nimport a.B;\nimport static c.D.e;\nimport f.*;\nclass A {}\n');
    expect(merge('A.java', ['import a.List;\n', '', 'import b.List;\n'])).toBeUndefined();
  });

  it('are looked for in files of known languages alone', () => {
    expect(['a.ts', 'a.cjs', 'a.pyi', 'a.rs', 'a.go', 'a.kt'].every(readerOf)).toBe(true);
    expect(['a.md', 'package.json', 'a.css', 'ts', 'a.ts.snap'].some(readerOf)).toBe(false);
  });

  it('are told from text that looks like a marker', () => {
    expect(markerLength(['a\n<<<<<<<<<< x\n', '=\n'])).toBe(11);
    expect(markerLength(['<'.repeat(1000)])).toBeUndefined();
    const rest = '`\n======= \n`;\n';
    const [ours, theirs] = ["import a from 'a';\n", "import b from 'b';\n"];
    const merged = `<<<<<<<<< ours\n${ours}||||||||| base\n=========\n${theirs}>>>>>>>>> theirs\n${rest}`;
    expect(
      mergeImports('a.ts', { merged, marker: 9, ours: `${ours}${rest}`, base: rest, theirs: `${theirs}${rest}` }),
    ).toBe(`${ours}${theirs}${rest}`);
  });
});

const MODULES = ['m', 'n', 'o'];
const NAMES = ['a', 'b', 'c', 'd'];
/** What a side imports: names of modules, each name its own. */
const imports = fc.array(
  fc.constantFrom(...MODULES.flatMap((module) => NAMES.map((name) => `${module}.${module}${name}`))),
  { maxLength: 8 },
);
/** How a language writes names of a module, and how they are found again. */
type Language = {
  readonly path: string;
  readonly before: string;
  readonly after: string;
  readonly write: (module: string, names: readonly string[]) => string;
  readonly found: RegExp;
};
const LANGUAGES: readonly Language[] = [
  {
    path: 'a.ts',
    before: '',
    after: 'f();\n',
    write: (module, names) => `import { ${names.join(', ')} } from '${module}';\n`,
    found: /^import \{ (?<names>.*) \} from '(?<module>.)';$/gm,
  },
  {
    path: 'a.py',
    before: '"""Text."""\n',
    after: '\nf()\n',
    write: (module, names) => `from ${module} import ${names.join(', ')}\n`,
    found: /^from (?<module>.) import (?<names>.*)$/gm,
  },
  {
    path: 'a.rs',
    before: '//! Text.\n',
    after: '\nfn f() {}\n',
    write: (module, names) => `use ${module}::${names.length === 1 ? names[0] : `{${names.join(', ')}}`};\n`,
    found: /^use (?<module>.)::\{?(?<names>.*?)\}?;$/gm,
  },
  {
    path: 'A.java',
    before: 'package p;\n\n',
    after: '\nclass A {}\n',
    write: (module, names) => names.map((name) => `import ${module}.${name};\n`).join(''),
    found: /^import (?<module>.)\.(?<names>.*);$/gm,
  },
  {
    path: 'a.go',
    before: 'package a\n\nimport (\n',
    after: ')\n\nfunc f() {}\n',
    write: (module, names) => names.map((name) => `\t"${module}/${name}"\n`).join(''),
    found: /^\t"(?<module>.)\/(?<names>.*)"$/gm,
  },
];

describe('any three sets of imports', () => {
  it.each(LANGUAGES)('give what both differences leave, no name more and none less, in $path', (language) => {
    const { path, before, after } = language;
    const written = (wanted: ReadonlySet<string>, order: readonly string[]): string =>
      order
        .map((module) => [module, [...wanted].filter((one) => one.startsWith(`${module}.`))] as const)
        .filter(([, names]) => names.length > 0)
        .map(([module, names]) =>
          language.write(
            module,
            names.map((one) => one.slice(2)),
          ),
        )
        .join('');
    const found = (text: string): string[] =>
      [...text.matchAll(language.found)].flatMap(({ groups }) =>
        (groups?.['names'] ?? '').split(', ').map((name) => `${groups?.['module']}.${name}`),
      );
    const order = fc.shuffledSubarray(MODULES, { minLength: 3 });
    fc.assert(
      fc.property(imports, imports, imports, order, (base, ours, theirs, other) => {
        const [b, o, t] = [new Set(base), new Set(ours), new Set(theirs)];
        const result = merge(path, before, [written(o, MODULES), written(b, MODULES), written(t, other)], after);
        const expected = [...new Set([...o, ...t])].filter(
          (one) => (o.has(one) || !b.has(one)) && (t.has(one) || !b.has(one)),
        );
        expect(result).toBeDefined();
        expect(found(result ?? '').toSorted()).toEqual(expected.toSorted());
        expect(result?.startsWith(before) === true && result.endsWith(after)).toBe(true);
      }),
      { numRuns: 200 },
    );
  });
});

describe('files made to be slow', () => {
  it.each([
    ['a.py', `from ${'.'.repeat(100_000)}! import x\n`],
    ['a.rs', `use ${'a::'.repeat(50_000)}!;\n`],
    ['a.java', `import ${'a.'.repeat(50_000)};!\n`],
    ['a.ts', Array.from({ length: 20_000 }, (_, at) => `import a${at} from 'a${at}';\n`).join('')],
  ])('stay in conflict, soon: %s', (path, line) => {
    const start = worked();
    expect(merge(path, [line, '', 'import b;\n'])).toBeUndefined();
    const hunks = Array.from({ length: 200 }, () => ['import a\n', '', 'import b\n'] as const);
    expect(merge(path, ...hunks.flatMap((hunk) => [hunk, 'x = 1\n']))).toBeUndefined();
    expect(start()).toBeLessThan(5_000);
  });
});
