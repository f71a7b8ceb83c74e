import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import type { AgentConfig } from '#adapters/agents/agent-config.ts';
import type { AgentsOptions } from '#adapters/agents/agents.ts';
import { ceilingsOf } from '#adapters/agents/ceilings.ts';
import type { AgentEvent, AgentTask } from '#engine/ports.ts';
import { startModelServer } from '../../model-server/server.ts';
import { world } from './world.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

const never = new AbortController().signal;
const PROMPT = 'issue #3\n\nBuild it. The word is heliotrope.';

/** Leaves settings beside the conversation and in the home folder. */
const PLANT = `cd; for file in $(find . -name '*.jsonl'); do echo '{}' > "$(dirname "$file")/settings.json"; done; echo x > .profile`;

/** An agent against a model that runs one command a start, then says that it is done. */
async function remembering(agent: AgentConfig, more: Partial<AgentsOptions> = {}) {
  const commands: string[] = [];
  const model = await startModelServer({
    script: ({ tools }) => {
      const command = tools.length === 0 ? undefined : commands.shift();
      return command === undefined
        ? { text: 'Done.' }
        : { tools: [{ name: 'Bash', input: { command, description: 'Look around' } }] };
    },
  });
  const made = await world({
    sandbox: 'bubblewrap',
    default: 'agent',
    ...more,
    agents: { agent },
    models: { anthropic: { url: model.url, key: 'k' }, openai: { url: `${model.url}/v1`, key: 'k' } },
  });
  closing.push(model.close, made.remove);
  const run = async (command: string, over: Partial<AgentTask> = {}) => {
    commands.push(command);
    const events: AgentEvent[] = [];
    const from = model.requests.length;
    for await (const event of made.agents.start(made.task({ agent: 'agent', prompt: PROMPT, ...over }), never)) {
      events.push(event);
    }
    const heard = model.requests
      .slice(from)
      .flatMap(({ conversation }) => conversation?.text ?? [])
      .join('\n');
    const told = events.find((event) => event.kind === 'session');
    return { heard, told, outcome: events.at(-1) };
  };
  const another = () => {
    const path = join(made.home, 'worktrees', '7', 'item-3-2');
    mkdirSync(path, { recursive: true });
    return { path, name: 'item-3-2', base: 'a'.repeat(40) };
  };
  return { ...made, run, another };
}

describe.each([
  { name: 'Claude Code', agent: { kind: 'claude-code', model: 'claude-sonnet-4-5' } },
  { name: 'Codex', agent: { kind: 'codex', model: 'gpt-5' } },
  { name: 'claude-agent-acp', agent: { kind: 'acp', command: ['claude-agent-acp'], model: 'claude-sonnet-4-5' } },
  { name: 'codex-acp', agent: { kind: 'acp', command: ['codex-acp'], model: 'gpt-5' } },
] as const)('$name', ({ agent }) => {
  test('goes on with its conversation in another worktree, and finds nothing else of the start before', async () => {
    const { run, another, home } = await remembering(agent);
    const first = await run(PLANT);
    expect(first.told).toEqual({ kind: 'session', session: expect.any(String), resumed: false });
    const left = readdirSync(join(home, 'sessions/7/1-3/agent'), { recursive: true, encoding: 'utf8' });
    expect(left.filter((path) => path.endsWith('settings.json'))).toHaveLength(1);
    expect(first.outcome).toMatchObject({ outcome: { kind: 'done', summary: 'Done.' } });
    const session = first.told?.kind === 'session' ? first.told.session : '';

    const worktree = another();
    const resume = { session, prompt: 'Go on with issue #3, please.' };
    const second = await run('pwd > where.txt', { worktree, resume, prompt: 'issue #3 from the beginning' });
    expect(second.told).toEqual({ kind: 'session', session, resumed: true });
    expect(second.outcome).toMatchObject({ outcome: { kind: 'done', session } });
    expect(second.heard).toContain('heliotrope');
    expect(second.heard).toContain('Go on with issue #3, please.');
    expect(second.heard).not.toContain('from the beginning');
    expect(readFileSync(join(worktree.path, 'where.txt'), 'utf8').trim()).toBe(worktree.path);
    const kept = readdirSync(join(home, 'sessions/7/1-3/agent'), { recursive: true, encoding: 'utf8' });
    expect(kept.filter((path) => path.endsWith('.jsonl'))).toEqual([expect.stringContaining(session)]);
    expect(kept.filter((path) => path.endsWith('settings.json'))).toEqual([]);
  });
});

test.each([
  { kind: 'claude-code', model: 'claude-sonnet-4-5' },
  { kind: 'codex', model: 'gpt-5' },
] as const)('a conversation that $kind cannot read any more is begun anew, with the whole prompt', async (agent) => {
  const { run, another, home } = await remembering(agent);
  const { told } = await run(PLANT);
  const session = told?.kind === 'session' ? told.session : '';
  const folder = join(home, 'sessions/7/1-3/agent');
  for (const path of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (path.endsWith('.jsonl')) writeFileSync(join(folder, path), 'rubbish\n');
  }
  const resume = { session, prompt: 'Go on with issue #3, please.' };
  const again = await run('true', { worktree: another(), resume, prompt: 'issue #3 from the beginning' });
  expect(again.told).toEqual({ kind: 'session', session: expect.not.stringMatching(session), resumed: false });
  expect(again.heard).toContain('from the beginning');
  expect(again.heard).not.toContain('Go on with');
});

test('what is written beside a conversation counts towards the disk that an agent may fill', async () => {
  const { run } = await remembering(
    { kind: 'codex', model: 'gpt-5' },
    { ceilings: { ...ceilingsOf(), disk: 50_000_000 } },
  );
  const { outcome } = await run('head -c 200000000 /dev/zero > ~/.codex/sessions/big; sleep 600');
  expect(outcome).toMatchObject({ outcome: { kind: 'disk', limit: 50 } });
});

test('a name that could be read as an option names no conversation', async () => {
  const { run, another, home } = await remembering({ kind: 'codex', model: 'gpt-5' });
  await run(
    `cd ~/.codex/sessions && for file in $(find . -name '*.jsonl'); do cp "$file" ./rollout-1---last.jsonl; done`,
  );
  const folder = join(home, 'sessions/7/1-3/agent/codexsessions');
  expect(readdirSync(folder)).toContain('rollout-1---last.jsonl');
  const resume = { session: '--last', prompt: 'Go on with issue #3, please.' };
  const again = await run('true', { worktree: another(), resume });
  expect(again.told).toMatchObject({ resumed: false });
  expect(again.heard).not.toContain('Go on with');
  expect(readdirSync(folder)).not.toContain('rollout-1---last.jsonl');
});
