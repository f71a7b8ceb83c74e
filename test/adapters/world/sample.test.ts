import { execFile, spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openPlan } from '../../../demo/plan/open.ts';
import { readPlan } from '../../../demo/plan/read.ts';
import { startWorld } from '../../../demo/world/start.ts';

const DEMO = resolve(import.meta.dirname, '../../../demo');

type Ran = { readonly status: number; readonly output: string };

const runAgent = (worktree: string, task: object, args: readonly string[] = []): Promise<Ran> =>
  new Promise((done) => {
    const file = join(dirname(worktree), `${Math.random()}.json`);
    writeFileSync(file, JSON.stringify(task));
    const child = spawn(process.execPath, [join(DEMO, 'agent.mjs'), '--seconds', '0', ...args], {
      cwd: worktree,
      env: { FORKJOIN_TASK: file },
    });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
    child.on('close', (status) => done({ status: status ?? -1, output }));
    child.stdin.end('issue #2: do it');
  });

const shell = (command: string, cwd: string): Promise<Ran> =>
  new Promise((done) => {
    const path = `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}`;
    execFile('sh', ['-c', command], { cwd, env: { PATH: path }, timeout: 60_000 }, (error, stdout, stderr) =>
      done({ status: error === null ? 0 : 1, output: stdout + stderr }),
    );
  });

const scopeOf = (body: string): string[] =>
  [...body.matchAll(/^- (?:create|modify) `([^`]+)`/gm)].map(([, path = '']) => path);
const commandOf = (body: string): string => /```sh\n([\s\S]*?)\n```/.exec(body)?.[1] ?? '';

describe('the sample repository and the scripted agent', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'sample-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const [plan, ...items] = readPlan();

  /** The sample with the plan's file contract, as an item's worktree begins. */
  const worktree = (name: string): string => {
    const path = join(folder, name);
    cpSync(join(DEMO, 'sample'), path, { recursive: true });
    const [, file = '', text = ''] = /```ts (\S+)\n([\s\S]*?\n)```/.exec(plan?.body ?? '') ?? [];
    mkdirSync(dirname(join(path, file)), { recursive: true });
    writeFileSync(join(path, file), text);
    return path;
  };

  test('each of the three independent items passes its own verification without the others', async () => {
    const ran = items.slice(0, 3).map(async ({ number, title, body }) => {
      const path = worktree(`item-${number}`);
      const agent = await runAgent(path, { issue: number, title, scope: scopeOf(body) });
      return { number, agent: agent.status, verified: await shell(commandOf(body), path) };
    });
    for (const { number, agent, verified } of await Promise.all(ran))
      expect({ number, agent, ...verified }).toMatchObject({
        agent: 0,
        status: 0,
        output: expect.stringContaining('fail 0'),
      });
  });

  test('all four together pass the verification of the plan', async () => {
    const path = worktree('all');
    for (const { number, title, body } of items) await runAgent(path, { issue: number, title, scope: scopeOf(body) });
    expect(await shell(commandOf(plan?.body ?? ''), path)).toMatchObject({
      status: 0,
      output: expect.stringMatching(/pass 1\d/),
    });
  });

  test('an issue that the agent does not know gets a stub for every path of its scope', async () => {
    const path = worktree('unknown');
    const scope = ['src/new.ts', 'src/new.test.ts', 'docs/**', 'src/{a,b}/*.md', '**/Dockerfile', 'README.md'];
    const { output } = await runAgent(path, { issue: 9, title: 'Say "hi" */', scope });
    expect(output).toContain('Done: 6 files written');
    expect(readFileSync(join(path, 'docs/item-9.md'), 'utf8')).toBe('# Say "hi" */\n');
    expect(readFileSync(join(path, 'README.md'), 'utf8')).toContain('# Members');
    expect(await shell('node --test src/new.test.ts && node src/new.ts', path)).toMatchObject({ status: 0 });
  });

  test('a table makes the agent do anything, failing included', async () => {
    const path = worktree('table');
    const table = join(folder, 'table.json');
    writeFileSync(
      table,
      JSON.stringify({ '#7': { write: { 'x/y.txt': 'no' }, delete: ['README.md'], say: ['hm'], exit: 3 } }),
    );
    const { status, output } = await runAgent(path, { issue: 7, title: 'T', scope: ['src/a.ts'] }, [table]);
    expect({ status, output }).toEqual({
      status: 3,
      output: expect.stringContaining('hm\nWrote x/y.txt\nDeleted README.md'),
    });
  });

  test('in a repository with a history the issues of the plan name each other by the numbers that they got', async () => {
    const world = await startWorld();
    try {
      const maintainer = world.as('maintainer');
      await maintainer.createIssue({ title: 'An older one' });
      const opened = await openPlan(maintainer);
      expect(opened).toEqual({ plan: 2, items: [3, 4, 5, 6] });
      expect((await maintainer.issue(6))['body']).toContain('- #3\n- #4\n- #5\n\n### Plan\n\n#2');
      expect((await maintainer.issue(2))['sub_issues_summary']).toMatchObject({ total: 4 });
    } finally {
      await world.close();
    }
  });
});
