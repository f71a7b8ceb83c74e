import { describe, expect, it } from 'vitest';
import { styleProfile } from '#core/style/profile.ts';
import type { Plan, Settings, StyleProfile } from '#core/types.ts';
import { styleSection } from '#core/words/style-table.ts';
import { body, issue, Story, work } from '../journey/story.ts';

const profile = (
  files: Readonly<Record<string, string>>,
  before: Readonly<Record<string, string>> = {},
): StyleProfile =>
  styleProfile(
    'a'.repeat(40),
    Object.entries(files).map(([path, after]) => ({
      path,
      kind: before[path] === undefined ? 'added' : 'modified',
      after,
      ...(before[path] === undefined ? {} : { before: before[path] }),
    })),
  );
const habits = (
  files: Readonly<Record<string, string>>,
  before?: Readonly<Record<string, string>>,
): Record<string, string> =>
  Object.fromEntries(
    profile(files, before).habits.map(({ trait, language, value }) => [`${trait} ${language}`, value]),
  );

describe('how a member writes', () => {
  it('is told by what it declares, by language', () => {
    expect(
      habits({
        'src/user-store.ts':
          'const userId = 1;\nexport function readUser(someId) {}\nconst MAX_SIZE = 2;\ninterface UserStore {}\n',
        'tools/load_all.py': 'def load_users(a):\n    user_id = 1\n    return user_id == 1\n',
      }),
    ).toMatchObject({
      'identifiers ts': 'camelCase',
      'files ts': 'kebab-case',
      'identifiers py': 'snake_case',
      'files py': 'snake_case',
    });
    expect(habits({ 'a.ts': 'const user_id = 1;\nlet some_name = 2;\nconst anotherOne = 3;' })['identifiers ts']).toBe(
      'snake_case',
    );
    expect(habits({ 'a.ts': 'const user_id = 1;\nconst anotherOne = 3;' })['identifiers ts']).toBe('mixed');
    expect(habits({ 'a.go': 'func ReadUser() {}\nfunc readAll() {}\nuserId := 1' })['identifiers go']).toBe(
      'camelCase',
    );
  });

  it('is told by what it added, not by what was there', () => {
    const old = 'const old_name = 1;\nconst older_name = 2;\nthrow x;\n';
    const made = habits({ 'a.ts': `${old}const newName = 3;\nconst newerName = 4;\n` }, { 'a.ts': old });
    expect(made).toEqual({ 'identifiers ts': 'camelCase', 'tests ts': 'none' });
  });

  it('tells components apart from other files', () => {
    expect(habits({ 'NavBar.tsx': 'export const NavBar = () => 1;', 'use-user.ts': '' })).toMatchObject({
      'files ts components': 'PascalCase',
      'files ts': 'kebab-case',
    });
  });

  it('is told by how it deals with errors', () => {
    expect(habits({ 'a.ts': 'throw new Error("x");' })['errors ts']).toBe('throws');
    expect(habits({ 'a.ts': 'return { ok: false, why };\nreturn { ok: true };' })['errors ts']).toBe('returns results');
    expect(habits({ 'a.ts': 'try { f(); } catch {}' })['errors ts']).toBe('swallows');
    expect(habits({ 'a.go': 'return nil, fmt.Errorf("read %s: %w", name, err)' })['errors go']).toBe('wraps errors');
    expect(habits({ 'a.go': 'return nil, err' })['errors go']).toBe('passes errors bare');
    expect(habits({ 'a.py': '  raise ValueError("x")' })['errors py']).toBe('raises');
    expect(habits({ 'a.rs': 'let a = f()?;\nlet b = g()?;\nlet c = h().unwrap();' })['errors rs']).toBe(
      'passes errors on',
    );
    expect(habits({ 'a.test.ts': 'throw new Error("x");' })['errors ts']).toBeUndefined();
  });

  it('is told by where its tests stand and how they are called', () => {
    expect(habits({ 'src/a.ts': '', 'src/a.test.ts': '' })['tests ts']).toBe('beside the code, *.test');
    expect(habits({ 'src/a.ts': '', 'tests/a.spec.ts': '' })['tests ts']).toBe('in tests/, *.spec');
    expect(habits({ 'a.py': '', 'tests/test_a.py': '' })['tests py']).toBe('in tests/, test_*');
    expect(habits({ 'src/a.ts': '' })['tests ts']).toBe('none');
  });

  it('is told by packages that it adds, with what it wants of them, and by files that are long', () => {
    const made = profile(
      {
        'package.json': '{ "dependencies": { "left-pad": "^1.0.0",\n "is-odd": "3.0.1" } }',
        'requirements.txt': 'requests==2.31.0\n',
        'src/long.ts': 'x\n'.repeat(500),
        'notes.md': 'x\n'.repeat(500),
      },
      { 'package.json': '{ "dependencies": { "left-pad": "^1.0.0" } }' },
    );
    expect(made.packages).toEqual(
      [
        { manifest: 'package.json', name: 'is-odd', version: '3.0.1' },
        { manifest: 'requirements.txt', name: 'requests', version: '2.31.0' },
      ].map((one) => ({ ...one, version: expect.stringContaining(one.version) })),
    );
    expect(made.long).toEqual([{ path: 'src/long.ts', lines: 500 }]);
  });
});

describe('the comparison', () => {
  const plan = (profiles: Readonly<Record<number, StyleProfile>>, settings: Partial<Settings> = {}): Plan => {
    const items = Object.keys(profiles).map(Number);
    const story = new Story(
      items.map((item) => issue(item, body(`src/${item}.ts`))),
      { settings },
    ).started();
    for (const item of items) story.propose(item);
    const heads = Object.fromEntries(items.map((item) => [item, work(item, 1).head]));
    story.tell({
      kind: 'forecast',
      forecast: { base: 'c'.repeat(40), heads, provisional: [], conflicts: [] },
      styles: profiles,
    });
    if (story.plan === undefined) throw new Error('no plan');
    return story.plan;
  };
  const camel = profile({ 'src/user-store.ts': 'const userId = 1;\nconst userName = 2;\nthrow x;' });
  const snake = profile({ 'src/userStore.ts': 'const user_id = 1;\nconst user_name = 2;\nthrow x;' });

  it('marks what differs from most members, and nothing else', () => {
    const text = styleSection(plan({ 2: camel, 3: snake, 4: camel }), 40);
    expect(text).toContain('<summary>Style of 3 members: ⚠️ 2 differences</summary>');
    expect(text).toContain('| #2 | camelCase | kebab-case | throws | none | – | – |');
    expect(text).toContain('| #3 | ⚠️ snake_case | ⚠️ camelCase | throws | none | – | – |');
  });

  it('marks both of two that differ, and names the language where there are several', () => {
    const python = profile({ 'a.py': 'def load_users():\n    user_id = 1\n' });
    const text = styleSection(plan({ 2: camel, 3: snake, 4: python }), 40);
    expect(text).toContain('| #2 | ⚠️ camelCase (ts) |');
    expect(text).toContain('| #4 | snake_case (py) |');
  });

  it('says nothing of one member alone', () => {
    expect(styleSection(plan({ 2: camel }), 40)).toBe('');
  });

  it('holds packages against what is allowed, and against each other', () => {
    const adds = (version: string): StyleProfile =>
      profile(
        { 'package.json': `{ "dependencies": { "is-odd": "${version}", "zod": "4" } }` },
        { 'package.json': '{}' },
      );
    const text = styleSection(plan({ 2: adds('1'), 3: adds('2') }, { allowedPackages: ['zod'] }), 40);
    expect(text).toContain('❌ ⚠️ `is-odd');
    expect(text).toContain('❌ 2 packages not allowed');
    expect(text).not.toContain('❌ `zod');
    expect(text).not.toContain('⚠️ `zod');
  });
});
