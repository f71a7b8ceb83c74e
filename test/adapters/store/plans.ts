import type { Effect, Plan } from '#core/types.ts';
import type { Commit } from '#engine/ports.ts';

/** A plan in draft that says little. */
export const aPlan = (issue: number, repository = 1, title = 'Edit the profile'): Plan => ({
  id: `${repository}-${issue}`,
  repository: { installation: 7, id: repository, owner: 'octo', name: 'sample' },
  issue,
  alone: false,
  title,
  bodyHash: '',
  defaultBranch: 'main',
  lookedAt: '2026-01-01T00:00:00.000Z',
  branch: `integration/${issue}-edit-the-profile`,
  settings: {
    modelByKind: {},
    setup: [],
    verify: [],
    strategy: 'integration',
    integrate: 'verified',
    protected: { add: [], allow: [] },
    draft: false,
    reviewRounds: 0,
  },
  report: { ok: true, items: [], problems: [], plan: { waves: [], mergeOrder: [], criticalPath: [], parallelism: 0 } },
  faults: [],
  state: { name: 'draft' },
  items: [],
  paused: false,
});

export const panel = (name: string): Effect => ({ name, kind: 'panel' });

/** A commit of a plan, new unless said otherwise, that does nothing else. */
export const aCommit = (plan: Plan, more: Partial<Commit> = {}): Commit => ({
  plan,
  expected: 0,
  effects: [],
  facts: [],
  ...more,
});
