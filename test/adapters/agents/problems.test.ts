import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { finish, world } from './world.ts';

let folder: string;
let made: Awaited<ReturnType<typeof world>>;
const program = (name: string, script: string): string => {
  const path = join(folder, name);
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
};

const interpreted = (name: string): string => {
  const path = program(name, '');
  writeFileSync(path, '#! /not/here/python3 -u\n');
  return path;
};

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'forkjoin-programs-'));
  const upstream = { url: 'http://127.0.0.1:9', key: 'k' };
  made = await world({
    sandbox: 'bubblewrap',
    default: 'claude',
    models: { anthropic: upstream, openai: upstream },
    agents: {
      claude: { kind: 'claude-code' },
      codex: { kind: 'codex' },
      'old-claude': { kind: 'claude-code', command: [program('old-claude', 'echo "1.0.51 (Claude Code)"')] },
      'old-codex': { kind: 'codex', command: [program('old-codex', 'echo codex-cli 0.9.12')] },
      other: { kind: 'codex', command: [program('other', 'echo usage: other FILE; exit 2')] },
      absent: { kind: 'codex', command: ['codex-that-is-not-here'] },
      acp: { kind: 'acp', command: ['acp-that-is-not-here'] },
      short: { kind: 'acp', command: ['true'] },
      script: { kind: 'command', command: ['script-that-is-not-here'], readable: ['/not/here'] },
      parts: { kind: 'command', command: [program('parts', ''), '/not/here/agent.mjs', '--in', 'agent.mjs'] },
      interpreted: { kind: 'command', command: [interpreted('interpreted')] },
    },
  });
});
afterAll(() => {
  made.remove();
  rmSync(folder, { recursive: true, force: true });
});

test.each([
  ['claude', []],
  ['codex', []],
  [
    'old-claude',
    [
      /^agent "old-claude" needs Claude Code 2\.1\.0 or later, and \S+ is 1\.0\.51: update it \(`npm install -g @anthropic-ai\/claude-code`\)$/,
    ],
  ],
  [
    'old-codex',
    [
      /^agent "old-codex" needs Codex 0\.60\.0 or later, and \S+ is 0\.9\.12: update it \(`npm install -g @openai\/codex`\)$/,
    ],
  ],
  ['other', [/does not tell the version of Codex \(it said: "nothing"\); correct `command` in forkjoin\.yml/]],
  ['absent', [/^the program "codex-that-is-not-here" of agent "absent" is not on the PATH of this worker: install it/]],
  ['short', [/^agent "short" cannot be used: It ended before it answered `initialize`\. Is it an agent that speaks/]],
  ['acp', [/^the program "acp-that-is-not-here" of agent "acp" is not on the PATH/]],
  [
    'script',
    [
      /^the program "script-that-is-not-here" of agent "script" is not/,
      /^the folder \/not\/here, listed as `readable`/,
    ],
  ],
  ['parts', [/^the file \/not\/here\/agent\.mjs in `command` of agent "parts" is not there/]],
  [
    'interpreted',
    [/interpreted of agent "interpreted" is a script for \/not\/here\/python3, which is not on this worker/],
  ],
  ['nobody', [/^there is no agent "nobody" here; on offer: claude, codex,/]],
])('what keeps %s from running is told before it starts, and instead of its start', async (name, sentences) => {
  const problems = await made.agents.problems(name);
  expect(problems).toEqual(sentences.map((sentence) => expect.stringMatching(sentence)));
  if (sentences.length === 0) return;
  const { outcome } = await finish(made.agents.start(made.task({ agent: name }), new AbortController().signal));
  expect(outcome).toEqual({ kind: 'unavailable', what: problems.join('; ') });
});
