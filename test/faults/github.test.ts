import { afterEach, describe, expect, it } from 'vitest';
import { eventually, type Local, openLocal, ourComments } from '../journeys/local.ts';
import { everythingOnce, proposed } from './outside.ts';
import { startPlan } from './story.ts';

let local: Local;
afterEach(() => local.close());

const REPO = '/repos/{owner}/{repo}';
const COMMENTS = `${REPO}/issues/{issue_number}/comments`;

/** Lines of the log that contain a text. */
const said = async (text: string): Promise<readonly string[]> =>
  (await local.log()).split('\n').filter((line) => line.includes(text));

const finished = async (filed: Awaited<ReturnType<typeof startPlan>>): Promise<void> => {
  await proposed(local.world, filed.plan);
  await local.quiet(60);
  await everythingOnce(local, filed, filed.command);
};

describe('a write that was done but answered with an error', () => {
  it.each([
    { kind: 'after' as const, title: 'with 500' },
    { kind: 'cut' as const, title: 'by silence' },
  ])('$title is not done twice', async ({ kind }) => {
    local = await openLocal();
    const { world } = local;
    for (const route of [
      COMMENTS,
      `${REPO}/issues/comments/{comment_id}/reactions`,
      `${REPO}/pulls`,
      `${REPO}/check-runs`,
      'git-receive-pack',
    ])
      world.faults.add({ method: 'POST', route, kind, times: 2 });
    const filed = await startPlan(local);
    await finished(filed);
    expect(world.faults.left).toEqual([]);
    const checks = await Promise.all(
      (await world.as('maintainer').pulls())
        .filter((pull) => (pull['head'] as { ref: string }).ref.startsWith('parallel/'))
        .map((pull) => world.as('maintainer').checkRuns((pull['head'] as { sha: string }).sha)),
    );
    expect(checks.map((runs) => runs.length)).toEqual([1, 1, 1, 1]);
  });

  it('is not said twice either, when it is the answer to /parallel help', async () => {
    local = await openLocal();
    const maintainer = local.world.as('maintainer');
    const { number } = await maintainer.createIssue({ title: 'A question' });
    local.world.faults.add({ method: 'POST', route: COMMENTS, kind: 'after' });
    const command = await maintainer.comment(number, '/parallel help');
    await eventually(
      async () => ((await maintainer.reactions(command)).length === 2 ? true : undefined),
      'both reactions',
    );
    await local.quiet();
    expect(local.world.faults.left).toEqual([]);
    expect((await ourComments(local.world, number)).filter((body) => body.includes('/parallel retry'))).toHaveLength(1);
  });
});

describe('GitHub', () => {
  it.each([
    { title: 'answers 502 to everything', fault: { kind: 'before' as const, status: 502 } },
    { title: 'cannot be reached', fault: { kind: 'lost' as const } },
  ])('$title for a while: asked again with growing pauses, told in the log, nothing is lost', async ({ fault }) => {
    local = await openLocal();
    const { world } = local;
    const filed = await startPlan(local);
    world.faults.add({ ...fault, route: /(?:)/, times: Number.POSITIVE_INFINITY });
    const pauses = await eventually(
      async () => {
        const told = await said('is tried again in');
        return told.some((line) => line.includes('"failures":3')) ? told : undefined;
      },
      'a third failure of a job',
      60,
    );
    expect(pauses.join('\n')).toMatch(/tried again in 1 s[^]*tried again in 2 s[^]*tried again in 4 s/);
    world.faults.clear();
    await finished(filed);
  });

  it('asks for a pause: nobody asks it anything until the pause is over, and the log says so', async () => {
    local = await openLocal();
    const { world } = local;
    const strike = { method: 'POST', route: COMMENTS, kind: 'secondary' as const, retryAfter: 4 };
    world.faults.add(strike);
    const filed = await startPlan(local);
    await finished(filed);
    const refused = world.requests.find((request) => request.status === 403);
    expect(refused).toBeDefined();
    const from = Date.parse(refused?.at ?? '');
    const inside = world.requests
      .filter((request) => request.caller === 'installation' || request.caller === 'app')
      .filter((request) => request.method !== 'GIT')
      // What was on its way when the refusal came was asked before it was heard.
      .filter((request) => Date.parse(request.at) > from + 300 && Date.parse(request.at) < from + 4_000);
    expect(
      inside.map((request) => `${request.method} ${request.path} ${request.at}`),
      refused?.at,
    ).toEqual([]);
    expect(await said('GitHub limits our requests')).not.toEqual([]);
    expect(await said('GitHub asks for a pause')).not.toEqual([]);
  });
});
