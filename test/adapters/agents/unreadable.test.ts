import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { AgentConfig } from '#adapters/agents/agent-config.ts';
import { finish, quiet, world } from './world.ts';

const closing: (() => unknown)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

const never = new AbortController().signal;

test.each([
  {
    kind: 'codex',
    what: 'an event of Codex',
    alone: 'It ended without finishing its turn.',
    events: ['{"type":"thread.started","thread_id":"t-1"}', 'no event', '{"type":"turn.completed","usage":{}}'],
  },
  {
    kind: 'claude-code',
    what: 'an event of Claude Code',
    alone: 'It ended without a result.',
    events: [
      '{"type":"system","subtype":"init","session_id":"t-1"}',
      'no event',
      '{"type":"result","subtype":"success","is_error":false,"result":"Done.","session_id":"t-1"}',
    ],
  },
] as const)(
  'lines that are not $what are counted and said, and end nothing unless nothing else came',
  async (program) => {
    const folder = mkdtempSync(join(tmpdir(), 'forkjoin-programs-'));
    const { kind, what, alone, events } = program;
    const fake = (name: string, script: string): AgentConfig => {
      const path = join(folder, name);
      writeFileSync(path, `#!/bin/sh\n[ "$1" = --version ] && exec echo 9.9.9\ncat > /dev/null\n${script}\n`);
      chmodSync(path, 0o755);
      return { kind, command: [path] };
    };
    const warnings: string[] = [];
    const upstream = { url: 'http://127.0.0.1:9', key: 'k' };
    const { agents, task, remove } = await world({
      sandbox: 'bubblewrap',
      default: 'some',
      agents: {
        some: fake('some', events.map((event) => `echo '${event}'`).join('; ')),
        none: fake('none', 'echo Welcome!; echo What now?'),
      },
      models: { openai: upstream, anthropic: upstream },
      log: { ...quiet, warn: (_facts, sentence) => void warnings.push(sentence) },
    });
    closing.push(remove, () => rmSync(folder, { recursive: true }));
    const some = await finish(agents.start(task({ agent: 'some' }), never));
    expect(some.outcome).toMatchObject({ kind: 'done', session: 't-1' });
    expect(warnings).toEqual([`A line of its output was not ${what}; the first: no event`]);
    const none = await finish(agents.start(task({ agent: 'none' }), never));
    const said = `2 lines of its output were each not ${what}; the first: Welcome!`;
    expect(none.outcome).toMatchObject({ kind: 'exit', status: 1, tail: `${alone}\n${said}` });
  },
);
