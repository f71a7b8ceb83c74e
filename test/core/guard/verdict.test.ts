import { describe, expect, it } from 'vitest';
import { type GuardInput, verdict } from '#core/guard/verdict.ts';
import { readItem } from '#core/intake/item.ts';
import type { Brought, Change } from '#core/types.ts';
import { readRepository } from '../../../src/config/repository.ts';

const item = (scope: string) =>
  readItem({
    issue: 2,
    title: 'Add a',
    body: `### Scope\n${scope}\n### Context\nc\n### Contracts\nNone\n### Verification\n\`\`\`sh\ntrue\n\`\`\``,
  });

const changed = (path: string, more: Partial<Change> = {}): Change => ({
  path,
  kind: 'added',
  oldMode: '000000',
  newMode: '100644',
  size: 10,
  ...more,
});

const judged = (given: {
  scope: string;
  changes?: readonly Change[];
  brought?: readonly Brought[];
  settings?: string;
  exceptions?: readonly string[];
}): readonly string[] => {
  const input: GuardInput = {
    item: item(given.scope),
    contracts: [],
    settings: readRepository(given.settings ?? '').settings,
    changes: given.changes ?? (given.brought ?? []).map(({ path }) => changed(path)),
    unstorable: [],
    brought: given.brought ?? [],
    findSecret: (text) => (text.includes('OPERATORS-KEY') ? 'the Anthropic key' : undefined),
    exceptions: given.exceptions ?? [],
  };
  return verdict(input).map(({ path, why, excusable }) => `${path}: ${why}${excusable === true ? ' (excusable)' : ''}`);
};

const text = (path: string, after: string, before?: string): Brought => ({
  path,
  after,
  binary: false,
  ...(before === undefined ? {} : { before }),
});

describe('the guard, by what stands in the files', () => {
  it('lets plain work inside the scope through', () => {
    expect(judged({ scope: '- `src/**`', brought: [text('src/a.ts', 'export const a = 1;\n')] })).toEqual([]);
  });

  it('refuses a secret of this installation in a text, in a binary and in a name, and never shows it', () => {
    const found = judged({
      scope: '- `src/**`\n- `img/*.png`',
      brought: [
        text('src/a.ts', 'const key = "OPERATORS-KEY"'),
        { path: 'img/a.png', after: '\0OPERATORS-KEY', binary: true },
        text('src/OPERATORS-KEY.ts', 'nothing'),
      ],
    });
    expect(found).toEqual([
      '(not shown): its name holds the Anthropic key of this installation',
      'src/a.ts: it holds the Anthropic key of this installation',
      'img/a.png: it holds the Anthropic key of this installation',
    ]);
  });

  it('refuses what looks like a credential, with its line, unless it stood there before', () => {
    const token = `ghp_${'a'.repeat(36)}`;
    expect(judged({ scope: '- `src/**`', brought: [text('src/a.ts', `\nconst t = '${token}'`)] })).toEqual([
      'src/a.ts: line 2 looks like a GitHub token',
    ]);
    expect(judged({ scope: '- `src/**`', brought: [text('src/a.ts', `${token} more`, token)] })).toEqual([]);
  });

  it.each([
    ['assets/**', 'assets/logo.png', false],
    ['assets/*', 'assets/logo.png', false],
    ['assets/*.png', 'assets/logo.png', true],
    ['assets/*.{svg,PNG}', 'assets/logo.png', true],
    ['assets/logo.png', 'assets/logo.png', true],
    ['bin/tool', 'bin/tool', true],
    ['bin/', 'bin/tool', false],
  ])('with the scope %s a binary %s is taken: %s', (scope, path, taken) => {
    const found = judged({ scope: `- \`${scope}\``, brought: [{ path, after: '\0', binary: true }] });
    expect(found).toEqual(
      taken ? [] : [`${path}: it is binary, and the scope names neither this file nor its extension`],
    );
  });

  it.each([
    ['../../etc/passwd', true],
    ['/etc/passwd', true],
    ['C:\\x', true],
    ['../.git/hooks', true],
    ['../b.ts', false],
    ['b/../c.ts', false],
  ])('an old link of the repository that now points to %s is refused: %s', (target, refused) => {
    const found = judged({
      scope: '- `src/**`',
      changes: [changed('src/link', { kind: 'modified', oldMode: '120000', newMode: '120000' })],
      brought: [text('src/link', target, 'a.ts')],
    });
    expect(found).toEqual(refused ? ['src/link: it is a link that points out of the repository'] : []);
  });

  it('refuses a link whose target is a secret', () => {
    const found = judged({
      scope: '- `src/**`',
      changes: [changed('src/link', { oldMode: '120000', newMode: '120000', kind: 'modified' })],
      brought: [text('src/link', 'OPERATORS-KEY', 'a.ts')],
    });
    expect(found).toEqual(['src/link: it holds the Anthropic key of this installation']);
  });

  it('refuses new links, submodules, odd modes and control characters in names', () => {
    const changes = [
      changed('src/l', { newMode: '120000' }),
      changed('src/s', { newMode: '160000' }),
      changed('src/m', { newMode: '100664' }),
      changed('src/a\nb'),
      changed('src/x', { newMode: '100755' }),
    ];
    expect(judged({ scope: '- `src/**`', changes })).toEqual([
      'src/l: agents may not make symbolic links',
      'src/s: agents may not make submodules or nested repositories',
      'src/m: its mode is 100664, and only plain and executable files are taken',
      'src/a\nb: its name holds a control character',
    ]);
  });

  it('refuses packages that the repository does not name; without a list it refuses none', () => {
    const brought = [text('package.json', '{"dependencies":{"a":"1","b":"1"}}', '{"dependencies":{}}')];
    expect(judged({ scope: '- `package.json`', brought, settings: 'allowed_packages: [a]' })).toEqual([
      'package.json: it adds the package `b`, which `allowed_packages` does not name',
    ]);
    expect(judged({ scope: '- `package.json`', brought })).toEqual([]);
  });

  it('lets a protected path in that a writer made an exception for, and says which others one could be made for', () => {
    const brought = [text('src/AGENTS.md', 'x'), text('src/CLAUDE.md', 'x')];
    expect(judged({ scope: '- `src/**`', brought, exceptions: ['src/AGENTS.md'] })).toEqual([
      'src/CLAUDE.md: it is protected (CLAUDE.md) (excusable)',
    ]);
  });
});
