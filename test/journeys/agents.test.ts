import { afterEach, expect, it } from 'vitest';
import { type ModelServer, startModelServer } from '../model-server/server.ts';
import { writesFiles } from '../model-server/turn.ts';
import { allReady, filePlan, itemBody, type Local, openLocal } from './local.ts';

const ANTHROPIC_KEY = 'sk-ant-the-operators-own-key';
const OPENAI_KEY = 'sk-the-operators-other-key';

let local: Local;
let model: ModelServer;
afterEach(async () => {
  await local.close();
  await model.close();
});

it('lets Codex and two agents that speak the Agent Client Protocol build one plan side by side', async () => {
  model = await startModelServer({
    script: writesFiles({
      2: { 'src/hello.md': 'Hello.\n' },
      3: { 'src/thanks.md': 'Thanks.\n' },
      4: { 'src/bye.md': 'Bye.\n' },
    }),
  });
  local = await openLocal({
    operator: {
      default_agent: 'codex',
      slots: 3,
      agents: {
        codex: { kind: 'codex', model: 'gpt-5' },
        'claude-acp': { kind: 'acp', command: ['claude-agent-acp'], model: 'claude-sonnet-4-5' },
        'codex-acp': { kind: 'acp', command: ['codex-acp'], model: 'gpt-5' },
      },
    },
    variables: {
      ANTHROPIC_API_KEY: ANTHROPIC_KEY,
      ANTHROPIC_BASE_URL: model.url,
      OPENAI_API_KEY: OPENAI_KEY,
      OPENAI_BASE_URL: `${model.url}/v1`,
    },
  });
  const by = (agent: string) => ({ extra: `### Agent\nagent: ${agent}` });
  const { plan } = await filePlan(local.world, [
    { title: 'Greet people', body: itemBody('src/hello.md') },
    { title: 'Thank people', body: itemBody('src/thanks.md', by('claude-acp')) },
    { title: 'Part from people', body: itemBody('src/bye.md', by('codex-acp')) },
  ]);
  await local.plan(plan, allReady(3));
  const maintainer = local.world.as('maintainer');
  await maintainer.comment(plan, '/parallel start');
  const done = await local.plan(plan, (found) => found.state.name === 'proposed', 120);
  await local.quiet();

  for (const [index, agent] of ['codex', 'claude-acp', 'codex-acp'].entries()) {
    const item = done.items[index];
    expect(item?.state).toMatchObject({
      name: 'merged',
      work: { agent, summary: expect.stringContaining(`Implemented issue #${index + 2}`), session: expect.any(String) },
    });
    expect(item?.cost).toBeGreaterThan(0);
  }
  const pulls = await maintainer.pulls();
  expect(pulls.find((pull) => pull['title'] === 'Thank people')?.['body']).toContain('claude-acp');

  // Each provider is paid with its own key, and the agents' output, which the log holds, has seen neither.
  const keys = (path: string) => new Set(model.requests.flatMap((one) => (one.path === path ? [one.key] : [])));
  expect(keys('/v1/messages')).toEqual(new Set([ANTHROPIC_KEY]));
  expect(keys('/v1/responses')).toEqual(new Set([OPENAI_KEY]));
  const log = await local.log();
  expect(log).toContain('Agent: ');
  expect(log).not.toContain(ANTHROPIC_KEY);
  expect(log).not.toContain(OPENAI_KEY);
});
