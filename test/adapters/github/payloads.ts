import { REPOSITORY } from './repository.ts';

/** Webhook payloads as GitHub sends them, cut down to what tells one from another. */
export const GRACE = { id: 11, login: 'grace', type: 'User' };
export const ADA = { id: 12, login: 'ada', type: 'User' };
export const BOT = { id: 13, login: 'forkjoin[bot]', type: 'Bot' };

const common = (action: string) => ({
  action,
  installation: { id: REPOSITORY.installation },
  repository: { id: REPOSITORY.id, name: REPOSITORY.name, owner: { login: REPOSITORY.owner } },
  sender: GRACE,
});

export const issues = (action: string, more: object = {}) => ({ ...common(action), issue: { number: 3 }, ...more });

export const comment = (body: string | null, more: object = {}) => ({
  ...common('created'),
  issue: { number: 3, user: ADA },
  comment: { id: 40, body, user: GRACE },
  ...more,
});

export const pull = (action: string, more: object = {}) => ({
  ...common(action),
  pull_request: { number: 8 },
  ...more,
});

export const push = (ref: string, more: object = {}) => ({
  ...common(''),
  ref,
  after: 'c'.repeat(40),
  deleted: false,
  ...more,
});

export const subIssue = (action: string) => ({
  ...common(action),
  parent_issue: { number: 1 },
  sub_issue: { number: 3 },
});

export const dependency = (action: string) => ({
  ...common(action),
  blocked_issue: { number: 3 },
  blocking_issue: { number: 2 },
});
