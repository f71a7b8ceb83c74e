import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterEach, expect, it } from 'vitest';
import { eventually, filePlan, itemBody, type Local, openLocal } from '../journeys/local.ts';
import { type ModelServer, startModelServer } from '../model-server/server.ts';
import { writesFiles } from '../model-server/turn.ts';
import { CLI, openApp } from './app-process.ts';
import { proposed, says } from './outside.ts';

let local: Local;
let model: ModelServer;
afterEach(async () => {
  await local.close();
  await model.close();
});

it('kill -9 in the middle of an answer: what was answered before stays told, and the ledger agrees with the provider', async () => {
  const writes = writesFiles({ 2: { 'src/a.md': 'A.\n' } });
  let caught = false;
  model = await startModelServer({
    script: async (conversation) => {
      if (conversation.turn !== 1 || caught) return writes(conversation);
      caught = true;
      return await new Promise(() => {});
    },
  });
  local = await openLocal({
    app: false,
    operator: { default_agent: 'claude', agents: { claude: { kind: 'claude-code', model: 'claude-sonnet-4-5' } } },
    variables: { ANTHROPIC_API_KEY: 'sk-ant-the-operators-own-key', ANTHROPIC_BASE_URL: model.url },
  });
  const app = await openApp(local, 'serve');
  const { plan } = await filePlan(local.world, [{ title: 'First', body: itemBody('src/a.md') }]);
  await says(local.world, 2, 'ready');
  await local.world.as('maintainer').comment(plan, '/parallel start');
  await eventually(async () => (caught ? true : undefined), 'the second question', 60);
  const asked = async (words: string[]) => {
    const run = promisify(execFile)(process.execPath, [CLI, 'costs', ...words], {
      env: local.environment({ port: Number(new URL(String(app.said('Listening on')[0]?.['url'])).port) }),
      cwd: local.folder,
    });
    return (await run).stdout;
  };
  // The app that runs holds the embedded database for itself: it is asked.
  const before = JSON.parse(await asked(['--json'])) as { total: { requests: number; tokens: unknown } };
  expect(before.total.requests).toBeGreaterThan(0);
  expect(before.total.tokens).toEqual(model.tokens);
  // The panel of an agent at work tells what it has spent so far.
  await says(local.world, plan, /\| running [^\n]*\$0\.\d+/);
  await app.kill();

  const again = await openApp(local, 'serve');
  await proposed(local.world, plan);
  await again.end();
  // And when it has ended, the database itself.
  const after = JSON.parse(await asked(['--json', '--by', 'attempt'])) as {
    groups: { attempt: number }[];
    total: { tokens: unknown; dollars: number };
  };
  expect(after.groups.map(({ attempt }) => attempt)).toEqual([1, 2]);
  expect(await local.comment(plan)).toContain(`$${after.total.dollars.toFixed(3)}`);
  expect(after.total.tokens).toEqual(model.tokens);
  expect(model.tokens.input).toBeGreaterThan(2_000);
});
