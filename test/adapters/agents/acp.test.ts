import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import type { AgentConfig } from '#adapters/agents/agent-config.ts';
import { type ModelServer, startModelServer } from '../../model-server/server.ts';
import { writesFiles } from '../../model-server/turn.ts';
import { finish, quiet, world } from './world.ts';

const KEY = 'sk-operator-0123456789';
const AGENT = fileURLToPath(new URL('./acp-agent.mjs', import.meta.url));
const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

const never = new AbortController().signal;
const short = { timeout: 1, stall: 1, output: 10 };

/** The made-up agent in one of its ways to misbehave; what the worker logs meanwhile. */
async function madeUp(mode: string, limits = short) {
  const warnings: string[] = [];
  const agents: Record<string, AgentConfig> = {
    odd: { kind: 'acp', command: ['node', AGENT, mode], readable: [dirname(AGENT)] },
  };
  const log = { ...quiet, warn: (_facts: object, sentence: string) => void warnings.push(sentence) };
  const made = await world({ sandbox: 'bubblewrap', default: 'odd', agents, log });
  closing.push(made.remove);
  return {
    ...made,
    warnings,
    start: (signal = never) => made.agents.start(made.task({ agent: 'odd', limits }), signal),
  };
}

describe.each([
  { program: 'claude-agent-acp', model: 'claude-sonnet-4-5' },
  { program: 'codex-acp', model: 'gpt-5' },
])('$program, from npm', ({ program, model }) => {
  test('completes an item through sandbox and gateway, and obeys nothing that the repository would run', async () => {
    const writes = writesFiles({ 3: { 'src/a.ts': 'export const a = 1;\n' } });
    const server: ModelServer = await startModelServer({
      script: async (conversation) => {
        const turn = await writes(conversation);
        return 'tools' in turn ? { ...turn, tools: [...(turn.tools ?? []), LOOK] } : turn;
      },
    });
    const { agents, task, worktree, remove } = await world({
      sandbox: 'bubblewrap',
      default: 'agent',
      agents: { agent: { kind: 'acp', command: [program], model } },
      models: { anthropic: { url: server.url, key: KEY }, openai: { url: `${server.url}/v1`, key: KEY } },
    });
    closing.push(server.close, remove);
    plant(worktree.path);
    expect(await agents.problems('agent')).toEqual([]);
    const { progress, outcomes } = await finish(agents.start(task({ agent: 'agent' }), never));
    expect(outcomes).toEqual([
      {
        kind: 'done',
        summary: 'Implemented issue #3: wrote src/a.ts.',
        cost: expect.any(Number),
        session: expect.stringMatching(/^[0-9a-f-]{36}$/),
      },
    ]);
    expect(readFileSync(join(worktree.path, 'src/a.ts'), 'utf8')).toBe('export const a = 1;\n');
    expect(progress.join('\n')).toContain('cat /proc');
    expect(new Set(server.requests.map(({ key }) => key))).toEqual(new Set([KEY]));
    expect(server.requests.some(({ conversation }) => conversation?.model === model)).toBe(true);
    expect(readdirSync(worktree.path).toSorted()).toEqual([
      '.claude',
      '.codex',
      '.mcp.json',
      'README.md',
      'linked',
      'seen.txt',
      'src',
    ]);
    // The control: what the agent does hold is found by the same look.
    const seen = readFileSync(join(worktree.path, 'seen.txt'), 'latin1');
    expect(seen).toMatch(/API_KEY=forkjoin-[0-9a-f]{48}/);
    expect(seen + progress.join('\n') + JSON.stringify(outcomes)).not.toContain(KEY);
  });
});

/** Looks for keys wherever an agent can look. */
const LOOK = {
  name: 'Bash',
  input: {
    command: `{ env; cat /proc/*/environ /proc/*/cmdline; find / -xdev -type f -size -200k -newermt '1 hour ago' -exec cat {} +; } > seen.txt 2>/dev/null; true`,
    description: 'Look for keys',
  },
};

/** Settings that would leave a file behind if an agent obeyed them. */
function plant(folder: string): void {
  const hooks = '{"hooks":{"SessionStart":[{"hooks":[{"type":"command","command":"touch hook-ran"}]}]}}';
  const server = '[mcp_servers.planted]\ncommand = "touch"\nargs = ["codex-mcp-ran"]\n';
  mkdirSync(join(folder, '.claude'));
  // A link must not hide them from what hides them.
  mkdirSync(join(folder, 'linked'));
  symlinkSync('linked', join(folder, '.codex'));
  writeFileSync(join(folder, '.claude/settings.json'), hooks);
  writeFileSync(join(folder, '.codex/config.toml'), `notify = ["touch", "notify-ran"]\n${server}`);
  writeFileSync(join(folder, '.codex/hooks.json'), hooks);
  writeFileSync(join(folder, '.mcp.json'), '{"mcpServers":{"planted":{"command":"touch","args":["mcp-ran"]}}}');
}

test('files and terminals of the worker are not offered; permissions are given once', async () => {
  const { start, warnings } = await madeUp('plain');
  const { outcome, progress } = await finish(start());
  const allowed = { outcome: { outcome: 'selected', optionId: 'once' } };
  expect(outcome).toEqual({
    kind: 'done',
    summary: `issue #3 ${JSON.stringify([-32_601, -32_601, -32_601, allowed])}`,
    session: 'one',
  });
  expect(progress[0]).toBe('Edit src/a.ts');
  expect(warnings).toEqual([]);
});

test('lines that cannot be read are counted and said, and end nothing', async () => {
  const { start, warnings } = await madeUp('garbage');
  const { outcome } = await finish(start());
  expect(outcome).toMatchObject({ kind: 'done' });
  expect(warnings).toEqual([
    '4 lines of its output were each not a message of the Agent Client Protocol; the first: this is no JSON',
  ]);
});

test.each([
  ['other-version', 'unavailable', 'speaks version 7 of the Agent Client Protocol, and Forkjoin speaks 1'],
  ['login', 'unavailable', 'wants a login (Log in), and there is none inside the sandbox: set ANTHROPIC_API_KEY'],
  ['login-later', 'unavailable', 'wants a login, and there is none inside the sandbox: set ANTHROPIC_API_KEY'],
  ['no-session', 'unavailable', 'its answer to `session/new` names no session'],
  ['dies', 'exit', 'It ended before it answered `session/prompt`.'],
  ['error', 'exit', 'It answered `session/prompt` with an error: Internal error ({"details":"the model is gone"})'],
  ['refuses', 'exit', 'The agent stopped before it was done: refusal.'],
])('an agent that is %s is told by name', async (mode, kind, words) => {
  const { start } = await madeUp(mode);
  const { outcome } = await finish(start());
  expect(outcome.kind).toBe(kind);
  expect('what' in outcome ? outcome.what : 'tail' in outcome ? outcome.tail : '').toContain(words);
});

test('an agent that falls silent is ended as stalled, with what it was asked', async () => {
  const { start } = await madeUp('mute', { ...short, stall: 0.01 });
  const { outcome } = await finish(start());
  expect(outcome).toMatchObject({ kind: 'stalled', tail: 'It did not answer `session/prompt`.' });
});

test('a program that does not even greet is told before anything starts, and not asked again at once', {
  timeout: 60_000,
}, async () => {
  const { agents } = await madeUp('not-acp');
  const sentence =
    'agent "odd" cannot be used: It did not answer within 15 seconds. Is it an agent that speaks the Agent Client Protocol? · A line of its output was not a message of the Agent Client Protocol; the first: Welcome! Type your question.';
  expect(await agents.problems('odd')).toEqual([sentence]);
  const from = performance.now();
  expect(await agents.problems('odd')).toEqual([sentence]);
  // Asked again it would not answer for 15 seconds.
  expect(performance.now() - from).toBeLessThan(10_000);
});

test('cancelling ends it and what it started in the background', async () => {
  const { start } = await madeUp('daemon');
  const controller = new AbortController();
  const done = finish(start(controller.signal));
  const alive = () =>
    readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && lineOf(pid).includes('sleep\u0000987654'));
  await expect.poll(alive, { timeout: 60_000 }).not.toEqual([]);
  const from = Date.now();
  controller.abort();
  expect((await done).outcomes).toEqual([{ kind: 'cancelled' }]);
  expect(Date.now() - from).toBeLessThan(10_000);
  expect(alive()).toEqual([]);
});

function lineOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1');
  } catch {
    return '';
  }
}
