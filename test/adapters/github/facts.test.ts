import { expect, test } from 'vitest';
import { readDelivery } from '#adapters/github/facts.ts';
import { ADA, BOT, comment, dependency, GRACE, issues, pull, push, subIssue } from './payloads.ts';
import { REPOSITORY } from './repository.ts';

const AT = '2026-03-01T12:00:00.000Z';
const read = (event: string, payload: unknown, id = '72d3162e-cc78-11e3-81ab-4c9367dc0958') =>
  readDelivery({ id, event, payload, at: AT });

test('a delivery becomes a hint under its own id, about the repository it names', () => {
  expect(read('issues', issues('opened'))).toEqual({
    id: 'delivery-72d3162e-cc78-11e3-81ab-4c9367dc0958',
    at: AT,
    repository: REPOSITORY,
    kind: 'issue',
    issue: 3,
    because: 'issue opened',
  });
});

test('an id is made of letters, digits and dashes, whatever came', () => {
  expect(read('issues', issues('opened'), `a:b/${'x'.repeat(100)}`)?.id).toMatch(/^delivery-a-b-x{60}$/);
});

test.each(['opened', 'edited', 'labeled', 'unlabeled', 'closed', 'reopened', 'deleted', 'transferred'])(
  'an issue that was %s is looked at',
  (action) => {
    expect(read('issues', issues(action))).toMatchObject({ kind: 'issue', issue: 3 });
  },
);

test('an issue that was assigned is not', () => {
  expect(read('issues', issues('assigned'))).toBeUndefined();
});

test('who applied the label parallel is told, but no other label', () => {
  const labelled = (name: string) => read('issues', issues('labeled', { label: { name } }));
  expect(labelled('Parallel')).toMatchObject({ labelledBy: 'grace' });
  expect(labelled('bug')).not.toHaveProperty('labelledBy');
});

test.each([
  ['sub_issues', subIssue('sub_issue_added'), 1],
  ['sub_issues', subIssue('sub_issue_removed'), 1],
  ['sub_issues', subIssue('parent_issue_added'), 3],
  ['issue_dependencies', dependency('blocked_by_added'), 3],
  ['issue_dependencies', dependency('blocked_by_removed'), 3],
  ['issue_dependencies', dependency('blocking_added'), 2],
])('%s: the issue on this side of the relation is looked at (%#)', (event, payload, issue) => {
  expect(read(event, payload)).toMatchObject({ kind: 'issue', issue });
});

test('a comment by a person comes as it is', () => {
  expect(read('issue_comment', comment('/parallel start\r\nplease'))).toMatchObject({
    kind: 'comment',
    issue: 3,
    isPull: false,
    comment: 40,
    body: '/parallel start\r\nplease',
    actor: 'grace',
    author: false,
  });
});

test('a comment by the author of a pull request says both', () => {
  const on = { issue: { number: 8, user: GRACE, pull_request: {} } };
  expect(read('issue_comment', comment('x', on))).toMatchObject({ isPull: true, author: true });
});

test.each([
  ['edited', { action: 'edited' }],
  ['deleted', { action: 'deleted' }],
  ['by a bot', { comment: { id: 40, body: '/parallel start', user: BOT }, sender: BOT }],
  [
    'by an app in the name of a person',
    { comment: { id: 40, body: 'x', user: GRACE, performed_via_github_app: { id: 5 } } },
  ],
  ['by somebody whose account is gone', { comment: { id: 40, body: 'x', user: null } }],
  ['sent by another than its author', { sender: ADA }],
])('a comment %s is never heard', (_, more) => {
  expect(read('issue_comment', comment('/parallel start', more))).toBeUndefined();
});

test('a comment is bounded and well-formed', () => {
  const hint = read('issue_comment', comment(`${'x'.repeat(65_535)}\ud83d\ude00`));
  expect(hint).toMatchObject({ body: `${'x'.repeat(65_535)}\ufffd` });
  expect(read('issue_comment', comment(null))).toMatchObject({ body: '' });
});

test.each(['closed', 'reopened', 'synchronize', 'labeled', 'edited'])(
  'a pull request that was %s is looked at',
  (action) => {
    expect(read('pull_request', pull(action))).toMatchObject({
      kind: 'pull',
      pull: 8,
      because: `pull request ${action}`,
    });
  },
);

test.each(['submitted', 'edited', 'dismissed'])(
  'a review that was %s makes its pull request be looked at',
  (action) => {
    expect(read('pull_request_review', pull(action))).toMatchObject({ kind: 'pull', pull: 8 });
  },
);

test('a push tells branch and head', () => {
  expect(read('push', push('refs/heads/parallel/1/2-x'))).toMatchObject({
    kind: 'push',
    branch: 'parallel/1/2-x',
    head: 'c'.repeat(40),
  });
});

test.each([
  ['a tag', push('refs/tags/v1')],
  ['a deleted branch', push('refs/heads/x', { deleted: true, after: '0'.repeat(40) })],
])('%s is no push', (_, payload) => {
  expect(read('push', payload)).toBeUndefined();
});

test.each([
  ['check_run', issues('rerequested')],
  ['installation', { action: 'created', installation: { id: 7 } }],
  ['ping', { zen: 'Keep it logically awesome.' }],
  ['issues', null],
])('%s says nothing', (event, payload) => {
  expect(read(event, payload)).toBeUndefined();
});

test.each(['..', '.', 'a/b', ''])('a repository called "%s" cannot exist and is not heard', (name) => {
  const repository = { id: 99, name, owner: { login: 'ada' } };
  expect(read('issues', issues('opened', { repository }))).toBeUndefined();
});

test('a renamed repository is heard under its new name', () => {
  const repository = { id: 99, name: 'motor', owner: { login: 'ada' } };
  expect(read('issues', issues('opened', { repository }))?.repository).toEqual({ ...REPOSITORY, name: 'motor' });
});

test('a payload that is not what GitHub documents throws', () => {
  expect(() => read('issues', issues('opened', { issue: { number: 'three' } }))).toThrow();
});
