import { afterEach, describe, expect, it } from 'vitest';
import type { Exchange } from '../../demo/world/log.ts';
import { validateExchange } from '../openapi/validate.ts';
import { allReady, eventually, filePlan, itemBody, type Local, openLocal } from './local.ts';

let local: Local;
afterEach(() => local.close());

/** Every exchange of the app with GitHub's interface; git speaks another language. */
const exchanges = (): readonly Exchange[] =>
  local.world.requests.filter(
    ({ caller, method }) => (caller === 'app' || caller === 'installation') && method !== 'GIT',
  );

const wrong = (list: readonly Exchange[]): readonly string[] => [
  ...new Set(list.flatMap((exchange) => validateExchange(exchange))),
];

const routes = (): ReadonlySet<string> =>
  new Set(exchanges().map(({ method, template }) => `${method} ${template ?? 'unknown'}`));

/** All that a plan comes to: checked, helped, refused, failed, retried, reviewed, integrated, merged, cleaned up. */
const wholeJourney = async (): Promise<void> => {
  const { world } = local;
  const maintainer = world.as('maintainer');
  const filed = await filePlan(world, [
    { title: 'Add a', body: itemBody('src/a.md') },
    { title: 'Add b', body: itemBody('src/b.md', { command: 'test -s src/b.md && test -s src/wanted.md' }) },
    { title: 'Add c', body: itemBody('src/c.md', { dependsOn: [2] }) },
  ]);
  await maintainer.blockedBy(4, 2);
  await local.plan(filed.plan, allReady(3));
  for (const [who, words] of [
    ['maintainer', 'help'],
    ['reader', 'start'],
    ['maintainer', 'strat'],
    ['maintainer', 'check'],
    ['maintainer', 'start'],
  ] as const)
    await world.as(who).comment(filed.plan, `/parallel ${words}`);
  await local.plan(filed.plan, (plan) => plan.items.some((item) => item.state.name === 'failed'));
  await maintainer.edit(3, { body: itemBody('src/b.md') });
  await local.plan(filed.plan, (plan) =>
    plan.items.some((item) => item.issue === 3 && item.text.commands.join() === 'test -s src/b.md'),
  );
  const approve = await maintainer.comment(filed.plan, '/parallel approve');
  await eventually(
    async () => ((await maintainer.reactions(approve)).some(({ content }) => content === '+1') ? true : undefined),
    'the approval to be answered',
  );
  await maintainer.comment(filed.plan, '/parallel retry');
  const open = await local.plan(filed.plan, (plan) => plan.items.every((item) => item.state.name === 'proposed'));
  for (const { state } of open.items) {
    if (state.name !== 'proposed') continue;
    await world.as('writer').review(state.pull, 'COMMENT', 'Looks good.');
    await world.as('writer').review(state.pull, 'APPROVE');
  }
  const done = await local.plan(filed.plan, (plan) => plan.items.every((item) => item.state.name === 'merged'));
  const proposed =
    done.state.name === 'proposed' ? done : await local.plan(filed.plan, (plan) => plan.state.name === 'proposed');
  await local.quiet();
  await maintainer.merge(proposed.state.name === 'proposed' ? proposed.state.pull : 0);
  await local.plan(filed.plan, (plan) => plan.state.name === 'landed');
  await local.quiet();
  await eventually(
    async () =>
      (await maintainer.branches()).every(
        (branch) => !branch.startsWith('parallel/') && !branch.startsWith('integration/'),
      )
        ? true
        : undefined,
    'every branch of the app to be gone',
  );
};

describe("GitHub's own description", () => {
  it('holds for every request of the whole journey, and for every answer that the app reads', async () => {
    local = await openLocal({
      files: { '.github/parallel.yml': 'integrate: approved\n' },
      variables: { RECONCILE_SECONDS: '2' },
    });
    await wholeJourney();
    expect(wrong(exchanges())).toEqual([]);
    // A journey that asked little would prove little.
    for (const route of [
      'GET /app',
      'POST /app/installations/{installation_id}/access_tokens',
      'GET /repos/{owner}/{repo}',
      'GET /repos/{owner}/{repo}/issues',
      'GET /repos/{owner}/{repo}/issues/{issue_number}',
      'GET /repos/{owner}/{repo}/issues/{issue_number}/sub_issues',
      'GET /repos/{owner}/{repo}/issues/{issue_number}/parent',
      'GET /repos/{owner}/{repo}/issues/{issue_number}/dependencies/blocked_by',
      'GET /repos/{owner}/{repo}/collaborators/{username}/permission',
      'GET /repos/{owner}/{repo}/issues/{issue_number}/comments',
      'POST /repos/{owner}/{repo}/issues/{issue_number}/comments',
      'PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}',
      'POST /repos/{owner}/{repo}/issues/comments/{comment_id}/reactions',
      'PUT /repos/{owner}/{repo}/issues/{issue_number}/labels',
      'GET /repos/{owner}/{repo}/pulls',
      'POST /repos/{owner}/{repo}/pulls',
      'GET /repos/{owner}/{repo}/pulls/{pull_number}',
      'GET /repos/{owner}/{repo}/pulls/{pull_number}/reviews',
      'GET /repos/{owner}/{repo}/commits/{ref}/check-runs',
      'POST /repos/{owner}/{repo}/check-runs',
    ])
      expect(routes(), route).toContain(route);

    // The comparison bites: a misspelt key that we send, and a key that an answer lacks, are told.
    const opened = exchanges().find(
      ({ method, template }) => method === 'POST' && template?.endsWith('/pulls') === true,
    );
    if (opened === undefined) throw new Error('no pull request was opened');
    expect(wrong([{ ...opened, requestBody: { ...opened.requestBody, bas: 'main' } }]).join()).toContain('body/bas');
    const { number: _number, ...answer } = opened.responseBody as Record<string, unknown>;
    expect(wrong([{ ...opened, responseBody: answer }]).join()).toMatch(/required property 'number'/);
    expect(wrong([{ ...opened, path: '/repos/octo-org/shop/pull' }]).join()).toContain('no route');
  });
});
