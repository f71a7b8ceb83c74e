import { afterEach, describe, expect, it } from 'vitest';
import { type ModelServer, startModelServer } from '../model-server/server.ts';
import { writesFiles } from '../model-server/turn.ts';
import { allReady, filePlan, itemBody, type Local, openLocal } from './local.ts';

const KEY = 'sk-ant-the-operators-own-key';

let local: Local;
let model: ModelServer;
afterEach(async () => {
  await local.close();
  await model.close();
});

describe('Claude Code itself, against a model on this machine', () => {
  it('brings an item to a pull request, and its cost stands in the panel', async () => {
    model = await startModelServer({ script: writesFiles({ 2: { 'src/greeting.md': 'Good day.\n' } }) });
    local = await openLocal({
      operator: { default_agent: 'claude', agents: { claude: { kind: 'claude-code', model: 'claude-sonnet-4-5' } } },
      variables: { ANTHROPIC_API_KEY: KEY, ANTHROPIC_BASE_URL: model.url },
    });
    const { plan } = await filePlan(local.world, [{ title: 'Greet people', body: itemBody('src/greeting.md') }]);
    await local.plan(plan, allReady(1));
    await local.world.as('maintainer').comment(plan, '/parallel start');
    const done = await local.plan(plan, (found) => found.state.name === 'proposed', 120);
    await local.quiet();

    const [item] = done.items;
    expect(item?.state.name).toBe('merged');
    expect(item?.cost).toBeGreaterThan(0);
    expect(await local.comment(plan)).toMatch(/#2 Greet people \| merged \| #\d+ \| [^|]+ \| \$0\.\d+ \|/);
    const pull = (await local.world.as('maintainer').pulls()).find((one) => one['title'] === 'Greet people');
    expect(pull?.['body']).toContain('Implemented issue');
    expect(new Set(model.requests.flatMap((request) => request.key ?? []))).toEqual(new Set([KEY]));
  });
});
