import { describe, expect, it } from 'vitest';
import type { ContractFinding, Integration, MemberOutcome, Plan, Settings, StyleProfile } from '#core/types.ts';
import { checklist } from '#core/words/checklist.ts';
import { body, issue, Story, work } from '../journey/story.ts';

const HEAD = 'e'.repeat(40);
const green = { command: 'npm run e2e', ok: true, status: 0, tail: '', seconds: 1 };

const merged = (item: number, more: Partial<Extract<MemberOutcome, { merged: string }>> = {}): MemberOutcome => ({
  item,
  head: work(item, 1).head,
  merged: String(item).padStart(40, 'd'),
  verification: [{ ...green, command: 'node --test' }],
  ...more,
});

type Options = {
  readonly settings?: Partial<Settings>;
  readonly members?: readonly MemberOutcome[];
  readonly contracts?: readonly ContractFinding[];
  readonly styles?: Readonly<Record<number, StyleProfile>>;
  readonly more?: string;
};

/** Two items, the second on the first, both proposed and put through a round. */
const planOf = ({ settings = {}, members, contracts, styles = {}, more = '' }: Options): Plan => {
  const story = new Story([issue(2, body('src/2.ts', more)), issue(3, body('src/3.ts', '\n### Depends on\n#2\n'))], {
    settings,
  }).started();
  story.propose(2).propose(3);
  const heads = { 2: work(2, 1).head, 3: work(3, 1).head };
  story.tell({ kind: 'forecast', forecast: { base: 'c'.repeat(40), heads, provisional: [], conflicts: [] }, styles });
  if (members !== undefined) {
    const integration: Integration = { round: 1, heads, head: HEAD, members, ...(contracts ? { contracts } : {}) };
    story.tell({ kind: 'integrated', integration });
  }
  if (story.plan === undefined) throw new Error('no plan');
  return story.plan;
};

/** What stands before each line: `x`, ` `, or `person`. */
const ticks = (plan: Plan, open = true): Readonly<Record<string, string>> =>
  Object.fromEntries(
    checklist(plan, open)
      .split('\n')
      .flatMap((line) => {
        const [, mark = '', text = ''] = /^ {2}- \[(.)\] (.*)$/.exec(line) ?? [];
        return mark === ''
          ? []
          : [[text.replace(' _(a person)_', ''), text.endsWith('_(a person)_') ? 'person' : mark]];
      }),
  );

describe('the checklist', () => {
  it('has the lines of before, during and after, each ticked by a fact or left for a person', () => {
    const text = checklist(planOf({ members: [merged(2), merged(3)] }), true);
    expect(text.split('\n').filter((line) => line.startsWith('- '))).toEqual([
      '- **Pre-integration**',
      '- **During integration**',
      '- **Post-integration**',
    ]);
    expect(ticks(planOf({ members: [merged(2), merged(3)] }))).toEqual({
      'every item verified on its own': 'x',
      'every individual pull request reviewed and approved (members are let in when verified)': 'person',
      'no dependency conflicts between branches': 'x',
      'shared types and interfaces match across all branches': 'x',
      'migration sequence numbers do not conflict': 'x',
      'file contracts committed first and unchanged': 'x',
      'no item outside its scope': 'x',
      'merged in dependency order': 'x',
      'verified after each merge': 'x',
      'conflicts resolved with full context (none is left)': 'x',
      'no member held or failed': 'x',
      'full test suite passes': 'x',
      'integration and end-to-end (E2E) tests pass': 'person',
      'no regressions in existing functionality: what passed on the base passes now': 'x',
      'performance benchmarks within acceptable range': 'person',
      'integration pull request open': 'x',
      'reviewed as a whole: consistent style, no leftovers': 'person',
      landed: ' ',
    });
  });

  it('ticks nothing of a round that was not run', () => {
    const before = ticks(planOf({}), false);
    for (const line of [
      'merged in dependency order',
      'verified after each merge',
      'conflicts resolved with full context',
    ])
      expect(before[line], line).toBe(' ');
    expect(before['full test suite passes']).toBe(' ');
    expect(before['integration pull request open']).toBe(' ');
  });

  it('says who is not approved where the repository asks for approvals', () => {
    const plan = planOf({ settings: { integrate: 'approved' } });
    expect(ticks(plan)['every individual pull request reviewed and approved: #2 and #3 missing']).toBe(' ');
    const approved = {
      ...plan,
      items: plan.items.map((item) => ({ ...item, approvedHead: work(item.issue, 1).head })),
    };
    expect(ticks(approved)['every individual pull request reviewed and approved']).toBe('x');
  });

  it('leaves verification to a person where the plan names no command, and ticks what its commands show', () => {
    const plan = planOf({ members: [merged(2, { verification: [] }), merged(3, { verification: [] })] });
    const none = ticks({ ...plan, settings: { ...plan.settings, verify: [] } });
    expect(none['full test suite passes']).toBe('person');
    expect(none['verified after each merge (the plan names no command)']).toBe('person');
    const e2e = ticks(
      planOf({ members: [merged(2), merged(3, { verification: [green, { ...green, command: 'npm run bench' }] })] }),
    );
    expect(e2e['integration and end-to-end (E2E) tests pass']).toBe('x');
    expect(e2e['performance benchmarks within acceptable range']).toBe('x');
  });

  it('sees contracts that the merged tree does not keep', () => {
    const contracts: ContractFinding[] = [
      { item: 2, verb: 'provides', thing: 'src/2.ts f', verdict: 'missing' },
      { item: 1, verb: 'file', thing: 'src/shared.ts', verdict: 'differs' },
      { item: 3, verb: 'consumes', thing: 'src/2.ts g', verdict: 'unchecked' },
    ];
    const seen = ticks(planOf({ members: [merged(2), merged(3)], contracts }));
    expect(seen['shared types and interfaces match across all branches: 2 of 3 contracts do not']).toBe(' ');
    expect(seen['file contracts committed first and unchanged']).toBe(' ');
  });

  it('sees packages that do not go together, and migrations of one number', () => {
    const adds = (version: string): StyleProfile => ({
      head: HEAD,
      habits: [],
      packages: [{ manifest: 'package.json', name: 'zod', version }],
      long: [],
    });
    const apart = ticks(planOf({ styles: { 2: adds('3'), 3: adds('4') } }));
    expect(apart['no dependency conflicts between branches: the packages that members add do not go together']).toBe(
      ' ',
    );
    const plan = planOf({});
    const numbered: Plan = {
      ...plan,
      items: plan.items.map((item) =>
        item.state.name === 'proposed'
          ? {
              ...item,
              state: {
                ...item.state,
                work: {
                  ...item.state.work,
                  changes: [
                    {
                      path: `db/migrations/${item.issue === 2 ? '007' : '7'}_${item.issue}.sql`,
                      kind: 'added',
                      oldMode: '000000',
                      newMode: '100644',
                      size: 1,
                    },
                  ],
                },
              },
            }
          : item,
      ),
    };
    expect(ticks(numbered)['migration sequence numbers do not conflict: those of #2 and #3 do']).toBe(' ');
  });

  it('sees an order that is none, and members that are held', () => {
    const plan = planOf({ members: [merged(3), merged(2)] });
    expect(ticks(plan)['merged in dependency order']).toBe(' ');
    const held = planOf({
      members: [merged(2), { item: 3, head: work(3, 1).head, held: { kind: 'conflict', with: [2], files: ['a'] } }],
    });
    expect(ticks(held)['conflicts resolved with full context: #3 still held']).toBe('person');
    expect(ticks(held)['no member held or failed']).toBe(' ');
  });
});
