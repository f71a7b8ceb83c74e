import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compare } from '#core/contract/compare.ts';
import { contractFindings } from '#core/contract/findings.ts';
import { lookUp } from '#core/contract/look-up.ts';
import { contractQuestions } from '#core/contract/questions.ts';
import type { ContractFinding, Plan } from '#core/types.ts';
import { contractsLine, contractsTable } from '#core/words/contracts-table.ts';
import { worked } from '../../services/worked.ts';
import { body, issue, Story } from '../journey/story.ts';

/** A plan whose items say these contracts; every item is built and changed `src/<item>.ts`. */
const planOf = (contracts: Readonly<Record<number, string>>, planBody = ''): Plan => {
  const items = Object.entries(contracts).map(([item, lines]) =>
    issue(Number(item), body(`src/${item}.ts`).replace('### Contracts\nNone', `### Contracts\n${lines}`)),
  );
  const story = new Story(items);
  if (story.planIssue !== undefined && planBody !== '')
    story.planIssue = { ...story.planIssue, body: `${story.planIssue.body}\n\n${planBody}` };
  story.started();
  for (const item of Object.keys(contracts)) story.propose(Number(item));
  if (story.plan === undefined) throw new Error('no plan');
  return story.plan;
};

/** All findings against a tree, everything that is asked for given; and how often was asked. */
const examined = (
  plan: Plan,
  tree: Readonly<Record<string, string>>,
): { all: readonly ContractFinding[]; rounds: number } => {
  const questions = contractQuestions(
    plan,
    plan.items.map((item) => item.issue),
  );
  const texts = new Map<string, string | undefined>();
  const mentions = new Map<string, readonly string[]>();
  const paths = new Set(Object.keys(tree));
  for (let rounds = 0; rounds < 12; rounds++) {
    const { findings, needs } = contractFindings(questions, { paths, texts, mentions });
    if (needs.paths.length + needs.words.length === 0) return { all: findings, rounds };
    for (const path of needs.paths) texts.set(path, tree[path]);
    for (const word of needs.words)
      mentions.set(
        word,
        [...paths].filter((path) => tree[path]?.includes(word)),
      );
  }
  throw new Error('it asks for ever');
};
const verdicts = (plan: Plan, tree: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(
    examined(plan, tree).all.map(({ item, verb, thing, verdict, why }) => [
      `${item} ${verb} ${thing}`,
      why === undefined ? verdict : `${verdict}: ${why}`,
    ]),
  );

describe('contracts in the merged tree', () => {
  it('are found, missing, different or not checkable: what is provided and what is consumed', () => {
    const plan = planOf({
      2: '- provides `src/2.ts` `find(id: string): User`\n- provides `src/2.ts` `save(user: User): void`\n- provides `src/2.ts` `log`',
      3: '- consumes `src/2.ts` `find(id: string): User` #2\n- consumes existing `src/old.py` `helper`',
    });
    const tree = {
      'src/2.ts':
        'export const find = (key: string): User => 1;\nexport function save(user: string): void {}\nexport const log: Log = make();',
      'src/old.py': 'def helper(): pass',
    };
    expect(verdicts(plan, tree)).toEqual({
      '2 provides src/2.ts find': 'found',
      '2 provides src/2.ts save': 'differs',
      '2 provides src/2.ts log': 'found',
      '3 consumes src/2.ts find': 'found',
      '3 consumes src/old.py helper': 'found: by its name in src/old.py',
    });
    expect(verdicts(plan, {})).toMatchObject({
      '2 provides src/2.ts find': 'missing: the file is not there',
      '3 consumes src/2.ts find': 'missing: the file is not there',
    });
  });

  it('are followed through modules that pass them on', () => {
    const plan = planOf({ 2: '- provides `src/2.ts` `find(id: string): User`' });
    const { all, rounds } = examined(plan, {
      'src/2.ts': "export * from './lib/index.js';",
      'src/lib/index.ts': "export { get as find } from './get';",
      'src/lib/get.ts': 'export function get(id: string): User { return 1; }',
    });
    expect(all).toMatchObject([{ verdict: 'found', why: 'in src/lib/get.ts' }]);
    expect(rounds).toBe(3);
  });

  it('are looked for by their text when they are no symbols', () => {
    const plan = planOf({
      2: '- provides `PUT /api/users/:id`\n- provides `POST /api/profile/avatar`\n- provides `GET /gone`\n- provides table `users`\n- provides env `BUCKET`',
      3: '- consumes existing event `user.created`',
    });
    const tree = {
      'src/2.ts': "put('/api/users/{id}'); use('/api/profile', router); post('/avatar'); create table users;",
      '.env.example': 'BUCKET=',
    };
    expect(verdicts(plan, tree)).toEqual({
      '2 provides PUT /api/users/:id': 'found: by its text in src/2.ts',
      '2 provides POST /api/profile/avatar':
        'unchecked: only /avatar stands in src/2.ts: its beginning may be put in front elsewhere',
      '2 provides GET /gone': 'missing: its text stands in no file',
      '2 provides table users': 'found: by its text in src/2.ts',
      '2 provides env BUCKET': 'unchecked: its text stands in .env.example, but in nothing that #2 changed',
      '3 consumes event user.created': 'missing: its text stands in no file',
    });
  });

  it('are proven by their text only where it is not their own word', () => {
    const plan = planOf({
      2: '- provides `PUT /api/users`\n- provides env `BUCKET`',
      3: '- consumes `PUT /api/users` #2\n- consumes existing event `user.created`\n- consumes existing table `users`',
    });
    const tree = {
      'src/2.ts': 'process.env.BUCKET',
      'src/3.ts': "fetch('/api/users'); on('user.created'); select from users",
      'db/old.sql': 'create table users',
    };
    expect(verdicts(plan, tree)).toEqual({
      '2 provides PUT /api/users': 'unchecked: its text stands in src/3.ts, but in nothing that #2 changed',
      '2 provides env BUCKET': 'found: by its text in src/2.ts',
      '3 consumes PUT /api/users': 'missing: its text stands in src/3.ts alone, where it is consumed',
      '3 consumes event user.created': 'missing: its text stands in src/3.ts alone, where it is consumed',
      '3 consumes table users': 'found: by its text in db/old.sql',
    });
  });

  it('without a path are looked for in what their provider changed', () => {
    const plan = planOf({
      2: '- provides `find(id: string): User`',
      3: '- consumes `find(id: string): User` #2\n- consumes existing `format`',
    });
    const tree = {
      'src/2.ts': 'export function find(id: string): User { return 1; }',
      'src/b.ts': 'export const format = 1;',
    };
    expect(verdicts(plan, tree)).toEqual({
      '2 provides find': 'found: in src/2.ts',
      '3 consumes find': 'found: in src/2.ts',
      '3 consumes format': 'unchecked: its name stands in src/b.ts; the contract names no path',
    });
  });

  it('that are files must stand there as they were agreed', () => {
    const plan = planOf({ 2: 'None' }, '### Contracts\n```ts src/shared/types.ts\nexport type Id = string;\n```');
    expect(verdicts(plan, { 'src/shared/types.ts': 'export type Id = string;\n' })).toEqual({
      '1 file src/shared/types.ts': 'found: as it was agreed',
    });
    expect(verdicts(plan, { 'src/shared/types.ts': 'export type Id = number;\n' })).toEqual({
      '1 file src/shared/types.ts': 'differs: the file is not as it was agreed',
    });
  });

  it('stand in a table that begins with what needs a person and shows both sides', () => {
    const contracts: ContractFinding[] = [
      { item: 2, verb: 'provides', thing: 'src/2.ts find', promised: 'find(id: string): User', verdict: 'found' },
      {
        item: 3,
        verb: 'consumes',
        thing: 'src/2.ts save',
        promised: 'save(a: A | B): void',
        found: 'save(a: A): void',
        verdict: 'differs',
      },
      { item: 3, verb: 'provides', thing: 'GET /`x`|@octocat', verdict: 'missing', why: 'closes #1 | @octocat' },
    ];
    const integration = { round: 1, heads: {}, head: 'a'.repeat(40), members: [], contracts };
    expect(contractsLine(integration)).toBe('3 contracts in the merged tree: 1 missing, 1 differs, 1 found');
    const rows = contractsTable(integration, 10).split('\n').slice(2);
    expect(rows).toHaveLength(3);
    expect(rows[0]).toMatch(/^\| ❌ \| #3 \| provides \|/);
    expect(rows[0]).not.toMatch(/ #1|(?<!`[^`]*) @octocat/);
    expect(rows[1]).toBe('| ⚠️ | #3 | consumes | `src/2.ts save(a: A \\| B): void` | differs: `save(a: A): void` |');
    for (const row of rows) expect(row.match(/(?<!\\)\|/g)).toHaveLength(6);
    expect(contractsTable(integration, 1)).toContain('| … | 2 more | | | |');
  });
});

describe('reading code that nobody vouches for', () => {
  const PIECES = [
    ...[
      'export ',
      'default ',
      'const ',
      'function ',
      'class ',
      'interface ',
      'type ',
      'async ',
      'enum ',
      '* ',
      'from ',
    ],
    ...[
      'f',
      'A',
      '{',
      '}',
      '(',
      ')',
      '<',
      '>',
      '=',
      '=>',
      ':',
      ';',
      ',',
      '?',
      '...',
      '|',
      '&',
      "'./b'",
      "'x'",
      '1',
      '\n',
    ],
    ...[
      'get ',
      'static ',
      '#p',
      '@d ',
      'import ',
      'module.exports',
      '.',
      '[',
      ']',
      '`${',
      '`',
      '/*',
      '*/',
      '//',
      'as ',
      'in ',
    ],
  ];

  it('never fails, whatever stands there and whatever was promised', () => {
    const text = fc.array(fc.constantFrom(...PIECES), { maxLength: 40 }).map((pieces) => pieces.join(''));
    fc.assert(
      fc.property(text, text, text, (file, other, promised) => {
        const texts = new Map<string, string | undefined>([
          ['a.ts', file],
          ['b.ts', other],
          ['c.js', file],
        ]);
        for (const path of ['a.ts', 'c.js'])
          for (const name of ['f', 'A', 'A.f', 'default', promised]) {
            const found = lookUp(texts, path, name);
            if (found.kind === 'found')
              expect(['same', 'differs', 'unknown']).toContain(compare(promised, name, found.declared));
          }
      }),
      { numRuns: 300 },
    );
  });

  it('agrees with itself: what is declared keeps what its own declaration promises', () => {
    const type = fc.constantFrom(
      'string',
      'number[]',
      'Map<string, A>',
      "'a' | 'b'",
      '{ a: string }',
      '(a: string) => void',
    );
    const parameter = fc.tuple(type, fc.constantFrom('', '?'));
    fc.assert(
      fc.property(fc.array(parameter, { maxLength: 4 }), type, fc.boolean(), (parameters, result, arrow) => {
        let optional = false;
        const list = (prefix: string) =>
          parameters
            .map(([one, mark], at) => {
              optional ||= mark !== '';
              return `${prefix}${at}${optional ? '?' : ''}: ${one}`;
            })
            .join(', ');
        const code = arrow
          ? `export const f = (${list('a')}): ${result} => x;`
          : `export function f(${list('a')}): ${result} { return x; }`;
        const found = lookUp(new Map([['a.ts', code]]), 'a.ts', 'f');
        optional = false;
        const promised = `f(${list('other')}): ${result}`;
        expect(found.kind === 'found' && compare(promised, 'f', found.declared)).toBe('same');
        expect(
          found.kind === 'found' &&
            compare(`f(${list('b')}${parameters.length > 0 ? ', ' : ''}last: Last): ${result}`, 'f', found.declared),
        ).toBe('differs');
      }),
      { numRuns: 150 },
    );
  });

  it('does not take long over files that are long or deep', () => {
    const many = Array.from({ length: 3_000 }, (_, at) => `export function f${at}(a: string): void {}`).join('\n');
    const texts = new Map([
      ['a.ts', many],
      ['deep.ts', `export const f = ${'('.repeat(50_000)}`],
      ['wide.ts', `export type A = ${'{ a: '.repeat(3_000)}string${' }'.repeat(3_000)};`],
      ['long.ts', `export const f = 1;${' '.repeat(600_000)}`],
    ]);
    const begin = worked();
    for (let at = 0; at < 3_000; at++) expect(lookUp(texts, 'a.ts', `f${at}`).kind).toBe('found');
    expect(lookUp(texts, 'deep.ts', 'f').kind).toBe('unchecked');
    expect(['found', 'unchecked']).toContain(lookUp(texts, 'wide.ts', 'A').kind);
    expect(lookUp(texts, 'long.ts', 'f').kind).toBe('unchecked');
    expect(begin()).toBeLessThan(5_000);
  });
});
