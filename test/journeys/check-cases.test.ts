import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CheckOptions } from '#cli/check/options.ts';
import { ask } from '../fixtures/check-cases/ask.ts';
import { asked } from '../fixtures/check-cases/asked.ts';
import type { Case } from '../fixtures/check-cases/case.ts';
import { contracts } from '../fixtures/check-cases/contracts.ts';
import { dependencies } from '../fixtures/check-cases/dependencies.ts';
import { hidden } from '../fixtures/check-cases/hidden.ts';
import { overlaps } from '../fixtures/check-cases/overlaps.ts';
import { patterns } from '../fixtures/check-cases/patterns.ts';
import { places } from '../fixtures/check-cases/places.ts';
import { plans } from '../fixtures/check-cases/plans.ts';
import { type Found, found, type Printed, parts } from '../fixtures/check-cases/printed.ts';
import { scope } from '../fixtures/check-cases/scope.ts';
import { sections } from '../fixtures/check-cases/sections.ts';
import { trees } from '../fixtures/check-cases/tree.ts';
import { verification } from '../fixtures/check-cases/verification.ts';

const CLI = fileURLToPath(new URL('../../src/bin.mjs', import.meta.url));
const PLAN = '9-plan.md';

let home = '';
let made = 0;

beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'forkjoin-cases-'));
});

afterAll(() => rmSync(home, { recursive: true, force: true }));

const write = (files: Case['files']): string => {
  made += 1;
  const folder = join(home, String(made));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  return folder;
};

const repository = (files: Readonly<Record<string, string>>): string => {
  const folder = write(files);
  const git = (...words: string[]) =>
    execFileSync('git', ['-c', 'user.name=A', '-c', 'user.email=a@example.org', ...words], {
      cwd: folder,
      stdio: 'pipe',
    });
  git('init', '-q');
  git('add', '-A');
  git('commit', '-q', '-m', 'first');
  return folder;
};

const MARK = / ?@@([a-z])(?=\r|\n|$)/gm;

/** The text without its marks, and the lines of the body (front matter aside) that they name. */
const unmarked = (text: string): { readonly text: string; readonly lines: ReadonlyMap<string, number> } => {
  const body = /^\ufeff?---\r?\n[^]*?^---\r?\n/m.exec(text)?.[0].length ?? 0;
  const lines = new Map<string, number>();
  for (const mark of text.matchAll(MARK))
    lines.set(mark[1] ?? '', text.slice(body, mark.index).split(/\r\n|\r|\n/).length);
  return { text: text.replaceAll(MARK, ''), lines };
};

const numberOf = (name: string, text: string): number =>
  Number(/^issue: (\d+)/m.exec(text)?.[1] ?? /^\d+/.exec(name)?.[0]);

type Asked = {
  readonly names: readonly string[];
  readonly options: CheckOptions;
  readonly marks: ReadonlyMap<string, number>;
};

/** Writes a case's files and says what to ask about them. */
const laidOut = ({ files, tree }: Case): Asked => {
  const marks = new Map<string, number>();
  const plain: Record<string, string | Uint8Array> = {};
  for (const [name, content] of Object.entries(files)) {
    const { text, lines } = unmarked(String(content));
    plain[name] = typeof content === 'string' ? text : content;
    for (const [mark, line] of lines) marks.set(`${numberOf(name, text)}:${mark}`, line);
  }
  const folder = write(plain);
  const at = (name: string): string => join(folder, name);
  return {
    names: Object.keys(files)
      .filter((name) => name !== PLAN)
      .map(at),
    options: {
      json: true,
      ...(PLAN in files ? { plan: at(PLAN) } : {}),
      ...(tree === undefined ? {} : { repo: repository(tree) }),
    },
    marks,
  };
};

/** Puts what was found beside what was wanted: lines and paths are compared where the case names them. */
const compare = (wanted: readonly string[], all: readonly Found[], marks: ReadonlyMap<string, number>): void => {
  const left = [...all];
  const unmet: string[] = [];
  for (const want of wanted) {
    const { issues, lines, code, path } = parts(want, marks);
    const at = left.findIndex(
      (one) =>
        one.code === code &&
        one.issues.join('+') === issues.join('+') &&
        (path === undefined || path === one.path) &&
        lines.every(([issue, line]) => one.lines.some(([i, l]) => i === issue && l === line)),
    );
    if (at < 0) unmet.push(want);
    else left.splice(at, 1);
  }
  expect({ unmet, unasked: left }).toEqual({ unmet: [], unasked: [] });
};

const judge = async (one: Case): Promise<void> => {
  const { names, options, marks } = laidOut(one);
  const { status, printed: text } = await ask(names, options);
  const printed: Printed = JSON.parse(text);
  if (one.refuses !== undefined) {
    expect([status, printed]).toEqual([2, { ok: false, error: { message: expect.stringMatching(one.refuses) } }]);
    return;
  }
  const all = found(printed);
  const errors = all.filter(({ severity }) => severity === 'error').length;
  expect([status, printed.ok]).toEqual(errors > 0 ? [1, false] : [0, true]);
  const advice = all.filter(({ code, severity }) => code.startsWith('plan-') && severity === 'advice');
  const rest = all.filter((problem) => !advice.includes(problem));
  if (one.finds !== undefined) compare(one.finds, rest, marks);
  if (one.advice !== undefined) expect(advice.map(({ code }) => code).sort()).toEqual([...one.advice].sort());
  for (const quoted of one.quotes ?? []) for (const { message } of rest) expect(message).toContain(quoted);
  for (const [issue, wanted] of Object.entries(one.scope ?? {}))
    expect(printed.items.find((item) => item.issue === Number(issue))?.scope).toEqual(wanted);
  for (const [issue, wanted] of Object.entries(one.dependsOn ?? {}))
    expect(printed.items.find((item) => item.issue === Number(issue))?.dependsOn).toEqual(wanted);
  for (const [issue, wanted] of Object.entries(one.titles ?? {}))
    expect(printed.items.find((item) => item.issue === Number(issue))?.title).toBe(wanted);
  if (one.order !== undefined) expect(printed.plan).toMatchObject(one.order);
};

const ALL: readonly (readonly [string, readonly Case[]])[] = [
  ['a section', sections],
  ['a Scope', scope],
  ['a pattern', patterns],
  ['two patterns', overlaps],
  ['a place that is not for everybody', places],
  ['a base tree', trees],
  ['a contract', contracts],
  ['a Verification', verification],
  ['a dependency', dependencies],
  ['a plan', plans],
  ['hidden text', hidden],
  ['the question', asked],
];

describe.each(ALL)('forkjoin check reads %s by the letter', (_, cases) => {
  it.each(cases)('$says', judge);
});

describe('forkjoin check as a process', () => {
  const some = ALL.flatMap(([, cases]) => cases).filter((_, at) => at % 31 === 0);

  it.each(some)('says the same: $says', async (one) => {
    const { names, options } = laidOut(one);
    const { status, printed } = await ask(names, options);
    const { plan, repo } = options;
    const words = [...(plan === undefined ? [] : ['--plan', plan]), ...(repo === undefined ? [] : ['--repo', repo])];
    const run = spawnSync(process.execPath, [CLI, 'check', '--json', ...words, ...names], {
      encoding: 'utf8',
      timeout: 60_000,
    });
    expect([run.status, run.stdout]).toEqual([status, printed]);
  });
});
