import type { Item, ItemState, Plan } from '#core/types.ts';

/** A running plan of items in the given states, as far as pages look at one. */
export const planOf = (title: string, states: readonly ItemState[], issue = 7): Plan => ({
  id: `1-${issue}`,
  repository: { installation: 1, id: 1, owner: 'acme', name: 'shop' },
  issue,
  alone: false,
  title,
  bodyHash: '',
  branch: 'integration/7-checkout',
  faults: [],
  paused: false,
  defaultBranch: 'main',
  lookedAt: '2026-01-01T00:00:00.000Z',
  settings: {
    modelByKind: {},
    setup: [],
    verify: [],
    strategy: 'integration',
    integrate: 'approved',
    protected: { add: [], allow: [] },
    draft: false,
    reviewRounds: 2,
  },
  report: { ok: true, items: [], problems: [], plan: { waves: [], mergeOrder: [], criticalPath: [], parallelism: 1 } },
  state: { name: 'draft' },
  items: states.map((state, index) => itemOf(10 + index, `Part ${index + 1} of ${title}`, state)),
});

const itemOf = (issue: number, title: string, state: ItemState): Item => ({
  issue,
  text: {
    issue,
    title,
    scope: [],
    context: '',
    contractsText: '',
    contracts: [],
    constraints: '',
    forbidden: [],
    commands: [],
    criteria: [],
    dependsOn: [],
    agent: {},
    problems: [],
  },
  bodyHash: '',
  dependsOn: [],
  branch: `parallel/7/${issue}-part`,
  attempts: 0,
  state,
});
