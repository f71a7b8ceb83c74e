import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { type ModelServer, startModelServer } from '../../model-server/server.ts';
import { type Script, writesFiles } from '../../model-server/turn.ts';
import { finish, world } from './world.ts';

const KEY = 'sk-operator-0123456789';
const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** Codex itself, installed with the project, against a model that follows a script. */
async function codex(
  script: Script,
  sandbox: 'bubblewrap' | 'none' = 'bubblewrap',
): Promise<Awaited<ReturnType<typeof world>> & { model: ModelServer }> {
  const model = await startModelServer({ script });
  const made = await world({
    sandbox,
    default: 'codex',
    agents: { codex: { kind: 'codex', model: 'gpt-5' } },
    models: { openai: { url: `${model.url}/v1`, key: KEY } },
  });
  closing.push(model.close, made.remove);
  return { ...made, model };
}

const never = new AbortController().signal;

describe.each(['bubblewrap', 'none'] as const)('Codex under %s', (sandbox) => {
  test('completes an item: files, summary, progress and session', async () => {
    const { agents, task, worktree, model } = await codex(
      writesFiles({ 3: { 'src/a.ts': 'export const a = 1;\n' } }),
      sandbox,
    );
    expect(await agents.problems('codex')).toEqual([]);
    const { progress, outcomes } = await finish(agents.start(task({ agent: 'codex' }), never));
    expect(outcomes).toEqual([
      expect.objectContaining({
        kind: 'done',
        summary: 'Implemented issue #3: wrote src/a.ts.',
        session: expect.stringMatching(/^[0-9a-f-]{36}$/),
      }),
    ]);
    expect(readFileSync(join(worktree.path, 'src/a.ts'), 'utf8')).toBe('export const a = 1;\n');
    expect(progress.join('\n')).toContain('mkdir -p');
    expect(model.tokens).toMatchObject({ input: 2_000, output: 200 });
    expect(new Set(model.requests.map(({ key }) => key))).toEqual(new Set([KEY]));
    expect(readdirSync(worktree.path).toSorted()).toEqual(['README.md', 'src']);
  });
});

test("the provider sees the operator's key, which is nowhere inside the sandbox", async () => {
  const look = `{ env; cat /proc/*/environ /proc/*/cmdline; find / -xdev -type f -size -200k -newermt '1 hour ago' -exec cat {} +; cat "$HOME"/.codex/* ; } > seen.txt 2>/dev/null; true`;
  const { agents, task, worktree, model } = await codex(({ turn }) =>
    turn === 0 ? { tools: [{ name: 'Bash', input: { command: look } }] } : { text: 'Looked.' },
  );
  const { progress, outcome } = await finish(agents.start(task({ agent: 'codex' }), never));
  expect(outcome).toMatchObject({ kind: 'done', summary: 'Looked.' });
  expect(new Set(model.requests.map(({ key }) => key))).toEqual(new Set([KEY]));
  const seen = readFileSync(join(worktree.path, 'seen.txt'), 'latin1');
  // The control: what the agent does hold is found by the same look.
  expect(seen).toMatch(/OPENAI_API_KEY=forkjoin-[0-9a-f]{48}/);
  expect(seen + progress.join('\n') + JSON.stringify(outcome)).not.toContain(KEY);
});

test("the repository's conventions reach the model, its hooks, notifiers and tool servers do not run", async () => {
  const { agents, task, worktree, model } = await codex(({ tools }) => ({ text: tools.join(' ') }));
  const server = '[mcp_servers.planted]\ncommand = "touch"\nargs = ["mcp-ran"]\n';
  writeFileSync(join(worktree.path, 'AGENTS.md'), 'Always use tabs.');
  mkdirSync(join(worktree.path, '.codex'));
  writeFileSync(join(worktree.path, '.codex/config.toml'), `notify = ["touch", "notify-ran"]\n${server}`);
  writeFileSync(
    join(worktree.path, '.codex/hooks.json'),
    '{"hooks":{"SessionStart":[{"hooks":[{"type":"command","command":"touch hook-ran"}]}]}}',
  );
  const { outcome } = await finish(agents.start(task({ agent: 'codex' }), never));
  expect(outcome).toMatchObject({ kind: 'done', summary: expect.stringContaining('exec_command') });
  expect(outcome).toMatchObject({ summary: expect.not.stringContaining('web_search') });
  expect(readdirSync(worktree.path).toSorted()).toEqual(['.codex', 'AGENTS.md', 'README.md']);
  expect(model.requests.every(({ conversation }) => conversation?.text.includes('Always use tabs.'))).toBe(true);
});

test('an error of the provider is a failed attempt that says so', async () => {
  const { agents, task } = await codex(() => ({
    status: 400,
    body: '{"error":{"type":"invalid_request_error","message":"no such model here"}}',
  }));
  const { outcome } = await finish(agents.start(task({ agent: 'codex' }), never));
  expect(outcome).toMatchObject({ kind: 'exit', status: 1, tail: expect.stringContaining('no such model here') });
});

test('without a key for the provider it is not offered, and says what to set', async () => {
  const { agents, remove } = await world({
    sandbox: 'bubblewrap',
    default: 'codex',
    agents: { codex: { kind: 'codex' } },
  });
  closing.push(remove);
  expect(await agents.problems('codex')).toEqual(['agent "codex" needs a model: set OPENAI_API_KEY for this worker']);
});

test('cancelling ends it within two seconds while the model is silent', async () => {
  const asked = Promise.withResolvers<void>();
  const { agents, task } = await codex(async () => {
    asked.resolve();
    await new Promise(() => {});
    return { text: '' };
  });
  const controller = new AbortController();
  const done = finish(agents.start(task({ agent: 'codex' }), controller.signal));
  await asked.promise;
  const from = Date.now();
  controller.abort();
  expect((await done).outcomes).toMatchObject([{ kind: 'cancelled' }]);
  expect(Date.now() - from).toBeLessThan(10_000);
});
