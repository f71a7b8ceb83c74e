import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { type ClientRequest, request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { startWorld } from '../../../demo/world/start.ts';
import type { World } from '../../../demo/world/world.ts';

const MAIN = resolve(import.meta.dirname, '../../../demo/world/main.ts');

const firstLine = async (child: ChildProcess): Promise<Record<string, unknown>> => {
  let text = '';
  for await (const chunk of child.stdout ?? []) {
    text += String(chunk);
    if (text.includes('\n')) break;
  }
  return JSON.parse(text);
};

const answers = (url: unknown) =>
  fetch(`${String(url)}/meta`).then(
    ({ status }) => status,
    () => 0,
  );

const until = async (condition: () => Promise<boolean>): Promise<void> => {
  while (!(await condition())) await new Promise((done) => setImmediate(done));
};

const childrenOf = (pid: number) => {
  const file = `/proc/${pid}/task/${pid}/children`;
  return existsSync(file) ? readFileSync(file, 'utf8').trim() : '';
};

/** A push that announces a pack and never sends it: `git http-backend` waits for the rest. The world has heard of it. */
const announcesPack = async (world: World): Promise<ClientRequest> => {
  const request = httpRequest(`${world.serverUrl}/octo-org/shop.git/git-receive-pack`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${world.as('writer').token}`,
      'content-type': 'application/x-git-receive-pack-request',
      expect: '100-continue',
    },
  });
  request.on('error', () => undefined);
  request.flushHeaders();
  await once(request, 'continue');
  request.write('00');
  return request;
};

describe('the local world as a process', () => {
  test('it prints where it is and ends at SIGTERM, leaving no folder', async () => {
    // A folder of its own for temporary files, so that nobody else's are counted.
    const TMPDIR = mkdtempSync(join(tmpdir(), 'process-'));
    const args = [MAIN, '--repository', 'members', '--webhook-secret', 's'];
    const child = spawn(process.execPath, args, {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, TMPDIR },
    });
    const world = await firstLine(child);
    expect(world).toMatchObject({
      webhookSecret: 's',
      repository: { owner: 'octo-org', name: 'members' },
      tokens: { 'octo-writer': expect.any(String) },
    });
    expect(String(world['privateKey'])).toContain('BEGIN RSA PRIVATE KEY');
    expect(await answers(world['apiUrl'])).toBe(200);
    expect(readdirSync(TMPDIR)).toHaveLength(1);
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);
    expect(readdirSync(TMPDIR)).toEqual([]);
    rmSync(TMPDIR, { recursive: true });
  });

  test('it ends when its parent dies', async () => {
    // A shell between us and the world: killing the shell orphans the world.
    const shell = spawn('sh', ['-c', `"${process.execPath}" "${MAIN}" & wait`], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const world = await firstLine(shell);
    expect(await answers(world['apiUrl'])).toBe(200);
    shell.kill('SIGKILL');
    await until(async () => (await answers(world['apiUrl'])) === 0);
  });

  test('many worlds live side by side, start within seconds, and leave neither processes nor folders', async () => {
    const children = childrenOf(process.pid);
    const started = performance.now();
    const worlds = await Promise.all([1, 2, 3].map(() => startWorld()));
    expect(performance.now() - started).toBeLessThan(30_000);
    expect(new Set(worlds.map(({ apiUrl }) => apiUrl)).size).toBe(3);
    await Promise.all(worlds.map((world) => world.as('maintainer').push('x', { 'x.txt': 'x\n' })));
    await Promise.all(worlds.map((world) => world.close()));
    expect(worlds.map((world) => existsSync(world.repo().git.path))).toEqual([false, false, false]);
    expect(childrenOf(process.pid)).toBe(children);
    expect(await Promise.all(worlds.map(({ apiUrl }) => answers(apiUrl)))).toEqual([0, 0, 0]);
  });

  test('closing ends a git that is still talking', async () => {
    const world = await startWorld();
    await announcesPack(world);
    await until(async () => childrenOf(process.pid) !== '');
    await world.close();
    await until(async () => childrenOf(process.pid) === '');
  });

  test('a push whose client went away while it waited for its turn holds up nobody', async () => {
    const world = await startWorld();
    const first = await announcesPack(world);
    const waiting = await announcesPack(world);
    waiting.destroy();
    // Answered after the world has heard that its client is gone.
    expect(await answers(world.apiUrl)).toBe(200);
    first.destroy();
    await world.as('maintainer').push('x', { 'x.txt': 'x\n' });
    expect([...world.repo().heads.keys()]).toContain('x');
    await world.close();
  });
});
