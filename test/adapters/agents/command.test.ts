import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import type { AgentConfig } from '#adapters/agents/agent-config.ts';
import { createAgents } from '#adapters/agents/agents.ts';
import { startModelServer } from '../../model-server/server.ts';
import { finish, quiet, world } from './world.ts';

const closing: (() => unknown)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** A folder of the operator, outside everything of the app. */
function scratch(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'forkjoin-operator-')));
  closing.push(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const never = new AbortController().signal;

describe.each(['bubblewrap', 'none'] as const)('a command agent under %s', (sandbox) => {
  const offer = async (config: Omit<AgentConfig, 'kind'>): Promise<Awaited<ReturnType<typeof world>>> => {
    const made = await world({ sandbox, agents: { script: { kind: 'command', ...config } } });
    closing.push(made.remove);
    return made;
  };

  test('works in the worktree with the prompt on its input and the task in a file', async () => {
    const { agents, task, worktree } = await offer({
      command: ['bash', '-c', 'pwd; cat > prompt; cat "$FORKJOIN_TASK" > task; echo All done.'],
    });
    const { outcomes } = await finish(agents.start(task(), never));
    expect(outcomes).toEqual([{ kind: 'done', summary: `${worktree.path}\nAll done.` }]);
    expect(readFileSync(join(worktree.path, 'prompt'), 'utf8')).toBe('issue #3\n\nDo it.');
    expect(JSON.parse(readFileSync(join(worktree.path, 'task'), 'utf8'))).toEqual(task().task);
  });

  test('gets a hostile prompt as it is: no shell ever reads it', async () => {
    const { agents, task, worktree } = await offer({ command: ['cat'] });
    const prompt = `issue #3 $(touch pwned) \`touch pwned\`; touch pwned & "'\\ \u0000 --help\n-rf *\n`;
    const { outcome } = await finish(agents.start(task({ prompt }), never));
    expect(outcome).toMatchObject({ kind: 'done', summary: expect.stringContaining('$(touch pwned)') });
    expect(readdirSync(worktree.path)).toEqual(['README.md']);
  });

  test('gets words of its argv as they are', async () => {
    const { agents, task } = await offer({ command: ['printf', '%s|', 'a b', '$HOME', "'", '*', ''] });
    expect((await finish(agents.start(task(), never))).outcome).toEqual({ kind: 'done', summary: "a b|$HOME|'|*||" });
  });

  test('sees nothing of the environment of the worker but language and time zone', async () => {
    Object.assign(process.env, {
      ANTHROPIC_API_KEY: 'CANARY',
      MY_TOKEN: 'CANARY',
      SSH_AUTH_SOCK: '/CANARY',
      PLAIN: 'CANARY',
      TZ: 'UTC',
    });
    closing.push(() => {
      for (const name of ['ANTHROPIC_API_KEY', 'MY_TOKEN', 'SSH_AUTH_SOCK', 'PLAIN', 'TZ']) delete process.env[name];
    });
    const { agents, task, worktree } = await offer({
      command: ['sh', '-c', 'env > seen; cat /proc/self/environ >> seen'],
    });
    await finish(agents.start(task(), never));
    const seen = readFileSync(join(worktree.path, 'seen'), 'utf8');
    expect(seen).not.toContain('CANARY');
    expect(seen).toContain('TZ=UTC');
    const names = seen
      .slice(0, seen.indexOf('\0'))
      .split('\n')
      .map((line) => line.split('=')[0]);
    expect(names.filter((name) => /TOKEN|KEY|SECRET|PASSWORD|AUTH|ASKPASS/.test(name ?? ''))).toEqual([]);
  });

  test('finds its program behind a link into a package, with what stands beside it', async () => {
    const { agents, task } = await offer({ command: ['tool'] });
    const modules = join(scratch(), 'node_modules');
    mkdirSync(join(modules, '.bin'), { recursive: true });
    mkdirSync(join(modules, '@x', 'tool'), { recursive: true });
    mkdirSync(join(modules, 'dependency'), { recursive: true });
    writeFileSync(join(modules, 'dependency', 'index.js'), 'module.exports = "from a dependency";');
    writeFileSync(join(modules, '@x', 'tool', 'cli.js'), '#!/usr/bin/env node\nconsole.log(require("dependency"));');
    chmodSync(join(modules, '@x', 'tool', 'cli.js'), 0o755);
    symlinkSync('../@x/tool/cli.js', join(modules, '.bin', 'tool'));
    expect(await agents.problems('script')).toEqual([expect.stringContaining('"tool"')]);
    const path = process.env['PATH'];
    process.env['PATH'] = `${join(modules, '.bin')}:${path}`;
    closing.push(() => {
      process.env['PATH'] = path;
    });
    expect(await agents.problems('script')).toEqual([]);
    expect((await finish(agents.start(task(), never))).outcome).toEqual({ kind: 'done', summary: 'from a dependency' });
  });

  test('reads its readable folders, and finds the files of its argv there', async () => {
    const tools = scratch();
    writeFileSync(
      join(tools, 'agent.mjs'),
      'import fs from "node:fs"; console.log(process.argv[2], fs.readFileSync(process.argv[2], "utf8"));',
    );
    writeFileSync(join(tools, 'table.json'), '{"a":1}');
    const { agents, task } = await offer({ command: ['node', 'agent.mjs', 'table.json'], readable: [tools] });
    expect((await finish(agents.start(task(), never))).outcome).toEqual({
      kind: 'done',
      summary: `${join(tools, 'table.json')} {"a":1}`,
    });
  });

  test('has its output cleaned of colours and controls before anybody sees it', async () => {
    const { agents, task } = await offer({
      command: [
        'printf',
        '\\033[31mred\\033[0m \\033]0;title\\007progress 1\\rprogress 2\\n\\342\\200\\256evil\\bx\\n',
      ],
    });
    const { progress, outcome } = await finish(agents.start(task(), never));
    expect(outcome).toEqual({ kind: 'done', summary: 'progress 2\nevilx' });
    expect(progress.join('')).toMatch(/^[ -~]+$/);
  });
});

describe('what cannot run says why', () => {
  test('an agent that nobody offers', async () => {
    const { agents, task, remove } = await world({
      sandbox: 'none',
      agents: { script: { kind: 'command', command: ['true'] } },
    });
    closing.push(remove);
    expect(await agents.problems('other')).toEqual(['there is no agent "other" here; on offer: script']);
    const { outcomes } = await finish(agents.start(task({ agent: 'other' }), never));
    expect(outcomes).toEqual([{ kind: 'unavailable', what: 'there is no agent "other" here; on offer: script' }]);
    expect(await agents.problems(undefined)).toEqual([]);
  });

  test('a program that is not installed, a command that is not given, a folder that is not there', async () => {
    const { agents, task, remove } = await world({
      sandbox: 'none',
      agents: {
        script: { kind: 'command', command: ['no-such-program'] },
        empty: { kind: 'command' },
        folder: { kind: 'command', command: ['true'], readable: ['/no/such/folder'] },
      },
    });
    closing.push(remove);
    expect(await agents.problems('script')).toEqual([
      expect.stringMatching(/"no-such-program".*not on the PATH.*install it/),
    ]);
    expect(await agents.problems('empty')).toEqual([expect.stringMatching(/no `command`.*forkjoin.yml/)]);
    expect(await agents.problems('folder')).toEqual([expect.stringContaining('/no/such/folder')]);
    expect((await finish(agents.start(task(), never))).outcomes).toEqual([
      { kind: 'unavailable', what: expect.stringContaining('no-such-program') },
    ]);
  });

  test('a machine without bubblewrap: nothing runs, and it says what to install', async () => {
    const path = process.env['PATH'];
    process.env['PATH'] = '/nowhere';
    closing.push(() => {
      process.env['PATH'] = path;
    });
    const { agents, task, worktree, remove } = await world({
      sandbox: 'bubblewrap',
      agents: { script: { kind: 'command', command: ['/bin/touch', 'ran'] } },
    });
    closing.push(remove);
    const sentence = expect.stringMatching(/bubblewrap is not installed.*apt-get install bubblewrap.*sandbox: none/);
    expect(await agents.problems('script')).toEqual([sentence]);
    expect((await finish(agents.start(task(), never))).outcomes).toEqual([{ kind: 'unavailable', what: sentence }]);
    expect(await agents.command(worktree, 'touch ran', { minutes: 1, network: false }, never)).toMatchObject({
      ok: false,
      why: sentence,
    });
    expect(existsSync(join(worktree.path, 'ran'))).toBe(false);
  });

  test.each([
    [
      'a bubblewrap that contains nothing',
      '#!/bin/sh\n[ "$1" = --help ] && exit\nwhile [ "$1" != -- ]; do shift; done; shift; exec "$@"',
      /does not hold.*read files outside.*network/,
    ],
    [
      'a bubblewrap that lets programs make namespaces',
      '#!/bin/bash\n[ "$1" = --help ] && exec /usr/bin/bwrap --help\nfor word; do case "$word" in --disable-userns) ;; --seccomp) words+=(--sync-fd);; *) words+=("$word");; esac; done; exec /usr/bin/bwrap "${words[@]}"',
      /does not hold.*make namespaces/,
    ],
    [
      'a bubblewrap that the kernel refuses',
      '#!/bin/sh\n[ "$1" = --help ] && exit\necho "bwrap: No permissions to create new namespace" >&2; exit 1',
      /does not start.*user namespaces.*sysctl/,
    ],
    ['a bubblewrap that is broken', '#!/bin/sh\necho broken; exit 1', /does not run/],
    [
      'a masked /proc',
      '#!/bin/sh\n[ "$1" = --help ] && exit\necho "bwrap: Can\'t mount proc on /newroot/proc: Operation not permitted" >&2; exit 1',
      /systempaths=unconfined/,
    ],
  ])('%s: nothing runs', async (_, script, sentence) => {
    const folder = scratch();
    writeFileSync(join(folder, 'bwrap'), script);
    chmodSync(join(folder, 'bwrap'), 0o755);
    const path = process.env['PATH'];
    process.env['PATH'] = `${folder}:${path}`;
    closing.push(() => {
      process.env['PATH'] = path;
    });
    const { agents, task, worktree, remove } = await world({
      sandbox: 'bubblewrap',
      agents: { script: { kind: 'command', command: ['touch', 'ran'] } },
    });
    closing.push(remove);
    expect(await agents.problems('script')).toEqual([expect.stringMatching(sentence)]);
    expect((await finish(agents.start(task(), never))).outcome).toMatchObject({ kind: 'unavailable' });
    expect(existsSync(join(worktree.path, 'ran'))).toBe(false);
  });
});

describe.each(['bubblewrap', 'none'] as const)('a verification command under %s', (sandbox) => {
  test('that cannot be started says so: too long for the system, with a NUL, in a worktree that is gone', async () => {
    const { agents, worktree, remove } = await world({ sandbox, agents: {} });
    closing.push(remove);
    const run = (command: string, where = worktree) =>
      agents.command(where, command, { minutes: 1, network: false }, never);
    for (const command of [`echo ${'x'.repeat(200_000)}`, 'echo \0']) {
      expect(await run(command)).toMatchObject({ ok: false, why: expect.stringContaining('could not be started') });
    }
    await expect(run('true', { ...worktree, path: `${worktree.path}-gone` })).resolves.toMatchObject({
      ok: false,
      why: expect.stringContaining('could not be started'),
    });
  });

  test('keeps its status and the end of its output', async () => {
    const { agents, worktree, remove } = await world({ sandbox, agents: {} });
    closing.push(remove);
    const run = (command: string) => agents.command(worktree, command, { minutes: 1, network: false }, never);
    expect(await run('seq 100; exit 3')).toMatchObject({
      ok: false,
      status: 3,
      tail: Array.from({ length: 40 }, (_, i) => i + 61).join('\n'),
    });
    expect(await run('echo a; false; echo b')).toMatchObject({ ok: false, status: 1, tail: 'a' });
    expect(await run('false | true')).toMatchObject({ ok: false, status: 1 });
    expect(await run('echo "$CI"; node --version')).toMatchObject({
      ok: true,
      status: 0,
      tail: `true\n${process.version}`,
    });
    expect(await run('no-such-command')).toMatchObject({ ok: false, status: 127 });
  });

  test("runs the tests of a project with the app's own Node", async () => {
    const { agents, worktree, remove } = await world({ sandbox, agents: {} });
    closing.push(remove);
    writeFileSync(
      join(worktree.path, 'a.test.ts'),
      'import test from "node:test"; const n: number = 1; test("works", () => { if (n !== 1) throw 1; });',
    );
    writeFileSync(join(worktree.path, 'package.json'), '{"scripts":{"test":"node --test a.test.ts"}}');
    const result = await agents.command(worktree, 'npm test', { minutes: 1, network: false }, never);
    expect(result).toMatchObject({ ok: true, tail: expect.stringContaining('pass 1') });
  });

  test('may use a server of its own on localhost', async () => {
    const { agents, worktree, remove } = await world({ sandbox, agents: {} });
    closing.push(remove);
    const code = `const s = require('node:http').createServer((q, r) => r.end('hello')).listen(0, 'localhost', async () => {
      console.log(await (await fetch('http://localhost:' + s.address().port)).text()); s.close(); });`;
    writeFileSync(join(worktree.path, 'server.cjs'), code);
    expect(await agents.command(worktree, 'node server.cjs', { minutes: 1, network: false }, never)).toMatchObject({
      ok: true,
      tail: 'hello',
    });
  });
});

test('two workers may share a home: neither removes what the other uses', async () => {
  const first = await world({
    sandbox: 'bubblewrap',
    agents: {
      script: {
        kind: 'command',
        command: [
          'bash',
          '-c',
          'echo up; cat "$FORKJOIN_TASK" >/dev/null; until [ -e go ]; do sleep 0.02; done; cat "$FORKJOIN_TASK"',
        ],
      },
    },
  });
  closing.push(first.remove);
  const events = first.agents.start(first.task(), never)[Symbol.asyncIterator]();
  expect((await events.next()).value).toEqual({ kind: 'progress', what: 'message', text: 'up' });
  await createAgents({ home: first.home, sandbox: 'bubblewrap', default: '', agents: {}, models: {}, log: quiet });
  writeFileSync(join(first.worktree.path, 'go'), '');
  let last = (await events.next()).value;
  while (last?.kind === 'progress') last = (await events.next()).value;
  expect(last).toMatchObject({ kind: 'ended', outcome: { kind: 'done' } });
});

test('a port of this machine is reached without the sandbox only', async () => {
  const server = createServer((socket) => socket.end()).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  closing.push(() => server.close());
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const reach = async (sandbox: 'none' | 'bubblewrap'): Promise<boolean> => {
    const { agents, worktree, remove } = await world({ sandbox, agents: {} });
    closing.push(remove);
    return (await agents.command(worktree, `exec 3<>/dev/tcp/127.0.0.1/${port}`, { minutes: 1, network: false }, never))
      .ok;
  };
  expect(await reach('none')).toBe(true);
  expect(await reach('bubblewrap')).toBe(false);
});

const ASK = `
const { ANTHROPIC_BASE_URL, ANTHROPIC_API_KEY, OPENAI_BASE_URL, OPENAI_API_KEY } = process.env;
const own = ANTHROPIC_BASE_URL !== undefined;
const request = own
  ? [ANTHROPIC_BASE_URL + '/v1/messages', { 'x-api-key': ANTHROPIC_API_KEY }, { model: 'claude-haiku-4-5', max_tokens: 9, messages: [{ role: 'user', content: 'issue #3' }] }]
  : [OPENAI_BASE_URL + '/responses', { authorization: 'Bearer ' + OPENAI_API_KEY }, { model: 'gpt-5', input: 'issue #3' }];
const [url, headers, body] = request;
const answer = await fetch(url, { method: 'POST', headers: { ...headers, 'content-type': 'application/json' }, body: JSON.stringify(body) });
const { content, output } = await answer.json();
console.log((content ?? output[0].content)[0].text);`;

test.each(['anthropic', 'openai'] as const)(
  'a command reaches models of %s through the gateway where the operator says so',
  async (gateway) => {
    const model = await startModelServer({ script: () => ({ text: 'Well said.' }) });
    const models = { anthropic: { url: model.url, key: 'sk-one' }, openai: { url: `${model.url}/v1`, key: 'sk-two' } };
    const command = ['node', '--input-type=module', '-e', ASK];
    const { agents, task, remove } = await world({
      sandbox: 'bubblewrap',
      agents: { script: { kind: 'command', command, gateway } },
      models,
    });
    closing.push(model.close, remove);
    const { outcome } = await finish(agents.start(task(), never));
    expect(outcome).toEqual({ kind: 'done', summary: 'Well said.', cost: expect.any(Number) });
    expect(model.requests.map(({ key }) => key)).toEqual([models[gateway].key]);
    const without = await world({ sandbox: 'bubblewrap', agents: { script: { kind: 'command', command, gateway } } });
    closing.push(without.remove);
    expect(await without.agents.problems('script')).toEqual([
      `agent "script" needs a model: set ${gateway.toUpperCase()}_API_KEY for this worker`,
    ]);
  },
);
