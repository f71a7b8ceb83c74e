import { afterEach, describe, expect, it } from 'vitest';
import type { World } from '../../demo/world/world.ts';
import { startPlan, THREE_AND_ONE, unhurried } from '../faults/story.ts';
import { type Local, openLocal } from './local.ts';

let local: Local;
afterEach(() => local.close());

type Filed = { readonly plan: number; readonly items: readonly number[]; readonly command: number };
/** A write and whose it is: an item's, the plan's, or the repository's. */
type Owned = { readonly at: string; readonly what: string; readonly of: number | 'repository' };

const TOKENS = '/app/installations/{installation_id}/access_tokens';
const REPO = '/repos/{owner}/{repo}';

/** What a write is called here, by its route. */
const NAMES: Readonly<Record<string, string>> = {
  [`POST ${REPO}/issues/{issue_number}/comments`]: 'comment',
  [`PATCH ${REPO}/issues/comments/{comment_id}`]: 'comment edited',
  [`POST ${REPO}/issues/comments/{comment_id}/reactions`]: 'reaction',
  [`PUT ${REPO}/issues/{issue_number}/labels`]: 'label',
  [`POST ${REPO}/labels`]: 'label made',
  [`PATCH ${REPO}/labels/{name}`]: 'label coloured',
  [`POST ${REPO}/pulls`]: 'pull request',
  [`PATCH ${REPO}/pulls/{pull_number}`]: 'pull request edited',
  [`POST ${REPO}/check-runs`]: 'check run',
};

const itemOf = (branch: string, filed: Filed): number =>
  Number(/^parallel\/\d+\/(\d+)-/.exec(branch)?.[1] ?? filed.plan);

/** Every write of the app, in order, with its owner. One that has none fails the test. */
const owned = async (world: World, filed: Filed): Promise<readonly Owned[]> => {
  const maintainer = world.as('maintainer');
  const comments = new Map<number, number>([[filed.command, filed.plan]]);
  for (const issue of [filed.plan, ...filed.items])
    for (const comment of await maintainer.comments(issue)) comments.set(Number(comment['id']), issue);
  const heads = new Map(
    (await maintainer.pulls()).map((pull) => {
      const { ref, sha } = pull['head'] as { ref: string; sha: string };
      return [sha, ref] as const;
    }),
  );
  const ownerOf = (params: Readonly<Record<string, string>>, body: Readonly<Record<string, unknown>>) => {
    if (params['issue_number'] !== undefined) return Number(params['issue_number']);
    if (params['comment_id'] !== undefined) return comments.get(Number(params['comment_id']));
    if (typeof body['head'] === 'string') return itemOf(body['head'], filed);
    if (typeof body['head_sha'] === 'string') return itemOf(heads.get(body['head_sha']) ?? '', filed);
    return undefined;
  };
  const rest = world.requests
    .filter(({ caller, method }) => (caller === 'app' || caller === 'installation') && !['GET', 'GIT'].includes(method))
    .filter(({ template }) => template !== TOKENS)
    .map(({ at, method, template = '', params, requestBody }): Owned => {
      const what = NAMES[`${method} ${template}`];
      if (what === undefined) throw new Error(`${method} ${template} has no name here`);
      const of = what.startsWith('label ') ? 'repository' : ownerOf(params, requestBody ?? {});
      if (of === undefined) throw new Error(`nobody owns ${method} ${template}`);
      return { at, what, of };
    });
  const pushes = world.writes.flatMap(({ at, branches }) =>
    (branches ?? []).map((branch): Owned => ({ at, what: 'push', of: itemOf(branch, filed) })),
  );
  return [...rest, ...pushes].toSorted((a, b) => a.at.localeCompare(b.at));
};

/** An edit comes between only when the work takes longer than the pause between edits. */
const settled = (writes: readonly Owned[]): readonly string[] =>
  writes.map(({ what }) => what).filter((what) => what !== 'comment edited');

describe('the writes of a plan', () => {
  it('are at most eight an item from label to pull request, and what they are stands here', async () => {
    local = await openLocal({ script: unhurried(0.2) });
    const filed = await startPlan(local, THREE_AND_ONE);
    await local.plan(filed.plan, (found) => found.state.name === 'proposed', 120);
    await local.quiet();
    const writes = await owned(local.world, filed);

    for (const item of filed.items) {
      const own = writes.filter((write) => write.of === item);
      const opened = own.findIndex((write) => write.what === 'pull request') + 1;
      const until = own.slice(0, opened);
      expect(until.length, `#${item}: ${until.map((write) => write.what).join(', ')}`).toBeLessThanOrEqual(8);
      // Ready, waiting for others (the item that needs the rest), running: a label each. A short state may be passed over.
      expect([...new Set(settled(until))].toSorted()).toEqual(['comment', 'label', 'pull request', 'push']);
      expect(settled(until).filter((what) => what !== 'label')).toHaveLength(3);
      expect(settled(until).filter((what) => what === 'label').length).toBeLessThanOrEqual(3);
      // Then the commit's check run, the label "in review", the comment that says so. Its branch stays until the whole has landed.
      expect(settled(own.slice(opened)).toSorted()).toEqual(['check run', 'label']);
      const edits = own.slice(opened).filter((write) => write.what === 'comment edited');
      expect(edits.length).toBeGreaterThanOrEqual(1);
      expect(edits.length).toBeLessThanOrEqual(2);
    }

    const ofPlan = writes.filter((write) => write.of === filed.plan);
    expect(
      settled(ofPlan)
        .filter((what) => what !== 'label')
        .toSorted(),
    ).toEqual(
      // The integration branch is made before the work and moved after it.
      ['comment', 'pull request', 'push', 'push', 'reaction', 'reaction'],
    );
    expect(settled(writes.filter((write) => write.of === 'repository')).length).toBeLessThanOrEqual(5);
  });
});
