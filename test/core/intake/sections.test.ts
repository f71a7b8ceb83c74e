import { describe, expect, it } from 'vitest';
import { readItem } from '#core/intake/item.ts';

const item = (body: string) => readItem({ issue: 1, title: 'One', body });
const context = (body: string): string => item(body).context;

describe('the sections of an item', () => {
  it.each([
    '# Context',
    '###### context',
    '### CONTEXT',
    '## 📜 **Context**:',
    '## **Context:**',
    '### _Context_ ',
    '### -- Context --',
    '### Context ###',
    'Context\n===',
    '**Context**\n---',
    '### Background',
    '### Description',
    '### Instructions',
    '### `Context`',
    '### “Context”',
    '   ### Context',
    '###\tContext',
    '### [Context](#context)',
  ])('are found under %j', (heading) => {
    expect(context(`${heading}\n\nIt fits in.\n`)).toBe('It fits in.');
    expect(item(`${heading}\n\nIt fits in.\n`).problems.some(({ message }) => message.includes('"Context"'))).toBe(
      false,
    );
  });

  it.each([
    '### Context: It fits in.',
    '#Context',
    '####### Context',
    '    ### Context',
    '> ### Context',
    '- ### Context',
    '```\n### Context\n```',
    '~~~\n### Context\n~~~',
    '<!--\n### Context\n-->',
    '### 1. Context',
    '### The context',
    '<div>\n### Context\n</div>',
    '\\### Context',
  ])('are not begun by %j', (heading) => {
    expect(
      item(`${heading}\n\nIt fits in.\n`)
        .problems.filter(({ code }) => code === 'section-missing')
        .map(({ message }) => message),
    ).toContain('The section "Context" is missing.');
  });

  it('go by every name that they may have', () => {
    const names: Readonly<Record<string, readonly string[]>> = {
      scope: ['Scope', 'Files', 'Ownership'],
      contractsText: ['Contracts', 'Contract', 'Interface contract', 'Interfaces'],
      constraints: ['Constraints'],
    };
    for (const [key, headings] of Object.entries(names)) {
      for (const heading of headings)
        expect(item(`## ${heading}\n\n- src/a.ts\n`), heading).toHaveProperty(
          key,
          key === 'scope' ? [{ verb: 'any', pattern: 'src/a.ts', line: 3 }] : '- src/a.ts',
        );
    }
    for (const heading of ['Verification', 'Verify', 'Tests', 'Acceptance', 'Acceptance criteria'])
      expect(item(`## ${heading}\n\n\`\`\`\nnpm test\n\`\`\``).commands, heading).toEqual(['npm test']);
    for (const heading of ['Depends on', 'Dependencies', 'Blocked by'])
      expect(item(`## ${heading}\n\n#3, #2`).dependsOn, heading).toEqual([2, 3]);
    for (const heading of ['Plan', 'Parent', 'Part of']) expect(item(`## ${heading}\n\n#3`).plan, heading).toBe(3);
    for (const heading of ['Agent', 'Worker'])
      expect(item(`## ${heading}\n\nagent: codex`).agent, heading).toEqual({ agent: 'codex' });
  });

  it('end at the next heading of their own or a higher level, or at a deeper one that is known', () => {
    expect(context('## Context\n\nA.\n\n### Detail\n\nB.\n\n## Notes\n\nC.')).toBe(
      'A.\n\n### Detail\n\nB.\n\n## Notes\n\nC.',
    );
    const deeper = item('## Scope\n\n- `a/b.ts`\n\n#### Context\n\nIn.\n\n### Other\n\n- `c/d.ts`\n');
    expect(deeper.scope.map(({ pattern }) => pattern)).toEqual(['a/b.ts']);
    expect(deeper.context).toBe('In.\n\n#### Other'.replace('####', '###') + '\n\n- `c/d.ts`');
    expect(
      item('### Scope\n\n- `a/b.ts`\n\n#### More\n\n- `c/d.ts`\n\n# Notes\n\n- `e/f.ts`').scope.map(
        ({ pattern }) => pattern,
      ),
    ).toEqual(['a/b.ts', 'c/d.ts']);
  });

  it('are read together when two have one meaning, and the later heading is the one that is told', () => {
    const read = item('### Scope\n\n- `a.ts`\n\n### Context\n\nA.\n\n### Files\n\n- `b.ts`\n');
    expect(read.scope.map(({ pattern }) => pattern)).toEqual(['a.ts', 'b.ts']);
    expect(read.problems.filter(({ code }) => code === 'section-duplicate').map(({ line }) => line)).toEqual([9]);
  });

  it('keep what stands outside them as context', () => {
    expect(context('An introduction.\n\n### Scope\n\n- a.ts\n\n### Notes\n\nA note.')).toBe(
      'An introduction.\n\n### Notes\n\nA note.',
    );
  });

  it('that are absent have no line, and those that are empty have that of their heading', () => {
    const problems = item('\n### Context\n\n_No response_\n\n### Verification\n').problems;
    expect(problems.map(({ code, line, message }) => [code, line, message])).toEqual([
      ['section-missing', undefined, 'The section "Scope" is missing.'],
      ['section-missing', undefined, 'The section "Contracts" is missing.'],
      ['section-missing', 2, 'The section "Context" is empty.'],
      ['section-missing', 6, 'The section "Verification" is empty.'],
    ]);
  });

  it('have the lines of the body whatever its line ends are', () => {
    for (const end of ['\n', '\r\n', '\r']) {
      const read = item(['# T', '', '### Scope', '', '- create `src/a.ts`', '- x y'].join(end));
      expect(read.scope).toEqual([{ verb: 'create', pattern: 'src/a.ts', line: 5 }]);
      expect(read.problems.find(({ code }) => code === 'scope-entry-ignored')?.line).toBe(6);
    }
  });

  it('of an empty body are all missing', () => {
    for (const body of ['', ' ', '\n\n', '\u0000', '---'])
      expect(
        item(body).problems.filter(({ code }) => code === 'section-missing'),
        JSON.stringify(body),
      ).toHaveLength(4);
  });

  it('whose name is one edit away from a known one are told what was meant', () => {
    for (const [typed, meant] of [
      ['Scop', 'Scope'],
      ['Contrcats', 'Contracts'],
      ['Verifcation', 'Verification'],
      ['Blocked bye', 'Blocked by'],
      ['Agnet', 'Agent'],
    ] as const) {
      const problem = item(`### ${typed}\n\nx`).problems.find(({ code }) => code === 'section-unknown');
      expect(problem, typed).toMatchObject({ severity: 'advice', line: 1, hint: `### ${meant}` });
    }
  });
});
