import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { type ModelServer, startModelServer } from '../../model-server/server.ts';
import { type Script, writesFiles } from '../../model-server/turn.ts';
import { memoryPurse } from '../../services/ledger.ts';
import { finish, world } from './world.ts';

const KEY = 'sk-operator-0123456789';
const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** Claude Code itself, installed with the project, against a model that follows a script. */
async function claude(
  script: Script,
  sandbox: 'bubblewrap' | 'none' = 'bubblewrap',
): Promise<Awaited<ReturnType<typeof world>> & { model: ModelServer }> {
  const model = await startModelServer({ script });
  const made = await world({
    sandbox,
    default: 'claude',
    agents: { claude: { kind: 'claude-code', model: 'claude-sonnet-4-5' } },
    models: { anthropic: { url: model.url, key: KEY } },
  });
  closing.push(model.close, made.remove);
  return { ...made, model };
}

const never = new AbortController().signal;

describe.each(['bubblewrap', 'none'] as const)('Claude Code under %s', (sandbox) => {
  test('completes an item: files, summary, cost and session', async () => {
    const { agents, task, worktree, model } = await claude(
      writesFiles({ 3: { 'src/a.ts': 'export const a = 1;\n' } }),
      sandbox,
    );
    expect(await agents.problems('claude')).toEqual([]);
    const { progress, outcomes } = await finish(agents.start(task({ agent: 'claude' }), never));
    expect(outcomes).toEqual([
      {
        kind: 'done',
        summary: 'Implemented issue #3: wrote src/a.ts.',
        cost: expect.closeTo(0.009, 6),
        session: expect.any(String),
      },
    ]);
    expect(readFileSync(join(worktree.path, 'src/a.ts'), 'utf8')).toBe('export const a = 1;\n');
    expect(progress).toContain('Write src/a.ts');
    expect(model.tokens).toMatchObject({ input: 2_000, output: 200 });
  });
});

test("the provider sees the operator's key, which is nowhere inside the sandbox", async () => {
  const look = `{ env; cat /proc/*/environ /proc/*/cmdline; find / -xdev -type f -size -200k -newermt '1 hour ago' -exec cat {} +; cat "$HOME"/.claude* ; } > seen.txt 2>/dev/null; true`;
  const { agents, task, worktree, model } = await claude(({ issue, turn, tools }) => {
    if (tools.length === 0 || issue === undefined) return { text: 'Nothing.' };
    return turn === 0
      ? { tools: [{ name: 'Bash', input: { command: look, description: 'Look for keys' } }] }
      : { text: 'Looked.' };
  });
  const { progress, outcome } = await finish(agents.start(task({ agent: 'claude' }), never));
  expect(outcome).toMatchObject({ kind: 'done', summary: 'Looked.' });
  expect(new Set(model.requests.map(({ key }) => key))).toEqual(new Set([KEY]));
  const seen = readFileSync(join(worktree.path, 'seen.txt'), 'latin1');
  // The control: what the agent does hold is found by the same look.
  expect(seen).toMatch(/ANTHROPIC_API_KEY=forkjoin-[0-9a-f]{48}/);
  expect(seen + progress.join('\n') + JSON.stringify(outcome)).not.toContain(KEY);
});

test("the repository's conventions reach the model, its hooks and tool servers do not run", async () => {
  const { agents, task, worktree, model } = await claude(({ tools }) => ({ text: tools.join(' ') }));
  writeFileSync(join(worktree.path, 'CLAUDE.md'), 'Always use tabs.');
  writeFileSync(join(worktree.path, '.mcp.json'), '{"mcpServers":{"planted":{"command":"touch","args":["mcp-ran"]}}}');
  mkdirSync(join(worktree.path, '.claude'));
  writeFileSync(
    join(worktree.path, '.claude/settings.json'),
    '{"enableAllProjectMcpServers":true,"hooks":{"SessionStart":[{"hooks":[{"type":"command","command":"touch hook-ran"}]}]}}',
  );
  const { outcome } = await finish(agents.start(task({ agent: 'claude' }), never));
  expect(outcome).toMatchObject({ kind: 'done', summary: expect.stringContaining('Edit') });
  expect(outcome).toMatchObject({ summary: expect.not.stringContaining('Web') });
  expect(readdirSync(worktree.path).toSorted()).toEqual(['.claude', '.mcp.json', 'CLAUDE.md', 'README.md']);
  expect(model.requests.every(({ conversation }) => conversation?.text.includes('Always use tabs.'))).toBe(true);
});

test('an error of the provider is a failed attempt that says so', async () => {
  const { agents, task } = await claude(() => ({
    status: 400,
    body: '{"type":"error","error":{"type":"invalid_request_error","message":"no such model here"}}',
  }));
  const { outcome } = await finish(agents.start(task({ agent: 'claude' }), never));
  expect(outcome).toMatchObject({ kind: 'exit', status: 1, tail: expect.stringContaining('no such model here') });
});

test('a key that the provider does not take ends it at once, with a sentence for the operator', async () => {
  const { agents, task, model } = await claude(() => ({
    status: 401,
    body: '{"error":{"message":"invalid x-api-key"}}',
  }));
  const { outcome } = await finish(agents.start(task({ agent: 'claude' }), never));
  expect(outcome).toEqual({
    kind: 'unavailable',
    what: "the model provider (anthropic) refuses this worker's key (401): set a valid ANTHROPIC_API_KEY and start the app again.",
  });
  expect(model.requests.length).toBeLessThanOrEqual(2);
});

test('a spent budget ends the attempt as such', async () => {
  const { agents, task } = await claude(({ tools, turn }) =>
    tools.length === 0
      ? { text: 'x' }
      : {
          tools: [{ name: 'Bash', input: { command: `echo ${turn}`, description: 'count' } }],
          usage: { input: 10_000, output: 2_000 },
        },
  );
  const { outcome } = await finish(
    agents.start(task({ agent: 'claude', purse: memoryPurse({ attempt: 0.05 }).purse }), never),
  );
  expect(outcome).toMatchObject({ kind: 'budget', spent: { of: 'attempt', dollars: 0.05 }, cost: expect.any(Number) });
  expect((outcome as { cost: number }).cost).toBeLessThan(0.2);
});

test('without a key for the provider it is not offered, and says what to set', async () => {
  const { agents, task, remove } = await world({
    sandbox: 'bubblewrap',
    default: 'claude',
    agents: { claude: { kind: 'claude-code' } },
  });
  closing.push(remove);
  expect(await agents.problems('claude')).toEqual([
    'agent "claude" needs a model: set ANTHROPIC_API_KEY for this worker',
  ]);
  const { outcome } = await finish(agents.start(task({ agent: 'claude' }), never));
  expect(outcome).toMatchObject({ kind: 'unavailable', what: expect.stringContaining('ANTHROPIC_API_KEY') });
});

test('cancelling ends it within two seconds while the model is silent', async () => {
  const asked = Promise.withResolvers<void>();
  const { agents, task } = await claude(async () => {
    asked.resolve();
    await new Promise(() => {});
    return { text: '' };
  });
  const controller = new AbortController();
  const done = finish(agents.start(task({ agent: 'claude' }), controller.signal));
  await asked.promise;
  const from = Date.now();
  controller.abort();
  // What was asked and not answered is counted as far as it can be told.
  expect((await done).outcomes).toEqual([{ kind: 'cancelled', cost: expect.any(Number) }]);
  expect(Date.now() - from).toBeLessThan(10_000);
});
