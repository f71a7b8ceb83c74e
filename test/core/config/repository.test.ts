import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { readOperator } from '#config/operator.ts';
import { readRepository } from '#config/repository.ts';

const DEFAULTS = {
  modelByKind: {},
  setup: [],
  verify: [],
  strategy: 'integration',
  integrate: 'approved',
  policy: 'each',
  protected: { add: [], allow: [] },
  draft: false,
  reviewRounds: 2,
};

describe("the repository's file", () => {
  test('without one the defaults hold, and what the operator decides stays open', () => {
    expect(readRepository('')).toEqual({ settings: DEFAULTS, problems: [] });
  });

  test('every key is read', () => {
    const text = `
agent: claude
agents: [claude, codex]
model_by_kind: { docs: claude-haiku-4-5 }
roles_dir: .agents/roles
setup: npm ci
verify:
  - npm test
  - |
    npm run lint
    npm run types
strategy: direct
integrate: verified
policy: tip
slots: 8
attempts: 2
budget: 12.5
timeout: 20
protected: [infra/**]
allowed_packages: [zod]
style_guide: CONTRIBUTING.md
draft: true
review_rounds: 0
`;
    expect(readRepository(text)).toEqual({
      problems: [],
      settings: {
        agent: 'claude',
        agents: ['claude', 'codex'],
        modelByKind: { docs: 'claude-haiku-4-5' },
        rolesDir: '.agents/roles',
        setup: ['npm ci'],
        verify: ['npm test', 'npm run lint\nnpm run types'],
        strategy: 'direct',
        integrate: 'verified',
        policy: 'tip',
        slots: 8,
        attempts: 2,
        budget: 12.5,
        timeout: 20,
        protected: { add: ['infra/**'], allow: [] },
        allowedPackages: ['zod'],
        styleGuide: 'CONTRIBUTING.md',
        draft: true,
        reviewRounds: 0,
      },
    });
  });

  test('protected paths can be added to and opened', () => {
    const { settings } = readRepository('protected: { add: [infra/], allow: [.github/workflows/docs.yml] }');
    expect(settings.protected).toEqual({ add: ['infra/'], allow: ['.github/workflows/docs.yml'] });
    expect(readRepository('protected: { allow: [AGENTS.md] }').settings.protected.add).toEqual([]);
  });

  test('keys that it leaves out come from the organisation, keys that it gives win', () => {
    const { settings } = readRepository(
      'slots: 2\ndraft: false',
      'slots: 9\ndraft: true\nattempts: 1\nintegrate: verified',
    );
    expect([settings.slots, settings.draft, settings.attempts, settings.integrate]).toEqual([2, false, 1, 'verified']);
  });

  test('with a problem the defaults hold, and every problem is told with its line', () => {
    expect(
      readRepository(
        'slots: many\nstrateyg: direct\nmodel_by_kind: { bugs: x }\nroles_dir: ../elsewhere\nagents: [a]\nagent: a',
      ),
    ).toEqual({
      settings: DEFAULTS,
      problems: [
        '.github/parallel.yml:1: slots is "many"; expected a whole number from 1 to 256.',
        '.github/parallel.yml:2: unknown key "strateyg"; did you mean "strategy"?',
        '.github/parallel.yml:3: unknown key "bugs" under model_by_kind; known are implement, tests, docs, lint, types, refactor, review, spike.',
        '.github/parallel.yml:4: roles_dir is "../elsewhere"; expected a folder of the repository.',
      ],
    });
  });

  test("a problem of the organisation's file says whose it is", () => {
    expect(readRepository('slots: 2', 'slots: 0').problems).toEqual([
      '.github/parallel.yml of the organisation:1: slots is 0; expected a whole number from 1 to 256.',
    ]);
  });

  test('an agent outside the list of agents is refused', () => {
    expect(readRepository('agent: codex\nagents: [claude]').problems).toEqual([
      '.github/parallel.yml: agent is "codex"; expected one of agents: claude.',
    ]);
  });

  test.each(['protected: [/infra]', 'protected: { add: [/infra] }', 'protected: { allow: ["a//b"] }'])(
    'a pattern that is none is refused with the reason: %s',
    (text) => {
      expect(readRepository(text).problems.join()).toMatch(
        /protected.* is "(\/infra|a\/\/b)"; expected a path pattern; this one .+\./,
      );
    },
  );

  test('whatever stands in a file is read or refused, never thrown', () => {
    const keys = fc.constantFrom(
      'agent',
      'agents',
      'protected',
      'add',
      'setup',
      'limits',
      'prices',
      'kind',
      'x',
      '__proto__',
    );
    const { tree } = fc.letrec((tie) => ({
      leaf: fc.oneof(fc.string(), fc.integer(), fc.double(), fc.boolean(), fc.constant(null)),
      tree: fc.oneof(
        { depthSize: 'small' },
        tie('leaf'),
        fc.array(tie('tree'), { maxLength: 3 }),
        fc.dictionary(keys, tie('tree'), { maxKeys: 4 }),
      ),
    }));
    fc.assert(
      fc.property(
        fc.oneof(
          tree.map((value) => stringify(value)),
          fc.string({ unit: 'grapheme', maxLength: 300 }),
        ),
        (text) => {
          expect(Array.isArray(readRepository(text).problems)).toBe(true);
          expect(typeof readOperator(text, 'forkjoin.yml').ok).toBe('boolean');
        },
      ),
      { numRuns: 1_000 },
    );
  });
});
