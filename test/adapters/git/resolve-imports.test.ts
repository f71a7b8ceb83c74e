import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, it } from 'vitest';
import { mergeImports } from '#core/integrate/resolve/imports/merge.ts';
import { readerOf } from '#core/integrate/resolve/imports/readers.ts';

const folder = mkdtempSync(join(tmpdir(), 'forkjoin-imports-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** An import statement: a module, whether its default is taken, which names, whether each has a line. */
type Statement = {
  readonly from: string;
  readonly whole: boolean;
  readonly names: readonly string[];
  readonly tall: boolean;
};
const MODULES = ['a', 'b', './c', 'node:d', '@e/f'];
const statement = (from: string): fc.Arbitrary<Statement> =>
  fc.record({
    from: fc.constant(from),
    whole: fc.boolean(),
    names: fc.subarray(['p', 'q', 'r', 's', 't'], { minLength: 1 }),
    tall: fc.boolean(),
  });
const file = fc
  .shuffledSubarray(MODULES, { minLength: 1 })
  .chain((modules) => fc.tuple(...modules.map(statement)) as fc.Arbitrary<Statement[]>);
/** One side: statements left out, moved, and others instead. */
const change = fc.record({ out: fc.subarray(MODULES, { maxLength: 2 }), instead: file, last: fc.boolean() });
type Change = { readonly out: readonly string[]; readonly instead: readonly Statement[]; readonly last: boolean };
const changed = (base: readonly Statement[], { out, instead, last }: Change): readonly Statement[] => {
  const fresh = instead.slice(0, 2);
  const taken = new Set([...out, ...fresh.map(({ from }) => from)]);
  const kept = base.filter(({ from }) => !taken.has(from));
  return last ? [...kept, ...fresh] : [...fresh, ...kept];
};

const local = (from: string, name: string): string => `${from.replaceAll(/\W/g, '_')}_${name}`;
const written = (statements: readonly Statement[]): string =>
  statements
    .map(({ from, whole, names, tall }) => {
      const list = names.map((name) => `${name} as ${local(from, name)}`);
      const braces = tall ? `{\n${list.map((one) => `  ${one},\n`).join('')}}` : `{ ${list.join(', ')} }`;
      return `import ${whole ? `${local(from, 'whole')}, ` : ''}${braces} from '${from}';\n`;
    })
    .join('');
const said = (statements: readonly Statement[]): ReadonlySet<string> =>
  new Set(
    statements.flatMap(({ from, whole, names }) =>
      [...names, ...(whole ? ['whole'] : [])].map((name) => local(from, name)),
    ),
  );

it('the imports of both sides are united as git left them, whatever the hunks cut through', () => {
  let resolved = 0;
  fc.assert(
    fc.property(file, change, change, (base, one, other) => {
      const [ours, theirs] = [changed(base, one), changed(base, other)];
      const body = `\nconst x = 1;\n${'// a line\n'.repeat(5)}`;
      const texts = {
        ours: `${written(ours)}${body}o();\n`,
        base: `${written(base)}${body}`,
        theirs: `${written(theirs)}${body}`,
      };
      for (const [name, text] of Object.entries(texts)) writeFileSync(join(folder, name), text);
      const labels = ['ours', 'base', 'theirs'];
      const args = [
        'merge-file',
        '-p',
        '-q',
        '--diff3',
        '--marker-size=9',
        ...labels.flatMap((label) => ['-L', label]),
        ...labels,
      ];
      const { status, stdout } = spawnSync('git', args, { cwd: folder, encoding: 'utf8' });
      if (status === 0) return;
      const result = mergeImports('x.ts', { merged: stdout, marker: 9, ...texts });
      if (result === undefined) return;
      resolved += 1;
      const [o, b, t] = [said(ours), said(base), said(theirs)];
      const expected = [...new Set([...o, ...t])].filter(
        (name) => (o.has(name) || !b.has(name)) && (t.has(name) || !b.has(name)),
      );
      const found = readerOf('x.ts')?.(result)?.flatMap(({ names }) => names.map((name) => name.local));
      expect(found?.toSorted()).toEqual(expected.toSorted());
      expect(result.endsWith(`${body}o();\n`)).toBe(true);
    }),
    { numRuns: 150 },
  );
  expect(resolved).toBeGreaterThan(50);
});
