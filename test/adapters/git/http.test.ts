import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Git } from '#engine/ports.ts';
import { HttpRemote } from './http-remote.ts';
import { Place, typed } from './place.ts';

const TOKEN = 'ghs_canary0123456789';
const ENCODED = Buffer.from(`x-access-token:${TOKEN}`).toString('base64');

let place: Place;
let server: HttpRemote;
let git: Git;
beforeEach(async () => {
  place = new Place();
  server = new HttpRemote(place.root, TOKEN);
  const url = `${await server.listen()}/remote.git`;
  git = place.git({ remote: async () => ({ url, token: TOKEN }), protocols: 'http' });
});
afterEach(async () => {
  await server.close();
  place.remove();
});

/** Every argument of every process of this machine, as `ps` shows them. */
function argumentsOfAll(): string {
  const ids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return ids
    .map((id) => {
      try {
        return readFileSync(`/proc/${id}/cmdline`, 'utf8');
      } catch {
        return '';
      }
    })
    .join('\n');
}

test('the token opens the remote, and stands in no argument of any process and in no file', async () => {
  const base = place.commit('main', { a: '1\n' });
  await git.fetch(place.repository);
  let looked = '';
  server.before = async ({ method }) => {
    if (method === 'POST') looked = argumentsOfAll();
    return undefined;
  };
  expect(await git.push(place.repository, 'parallel/1/1-x', base, undefined)).toEqual({ kind: 'pushed' });
  expect(looked).toContain('parallel/1/1-x');
  expect(looked).not.toContain(TOKEN);
  expect(looked).not.toContain(ENCODED);
  const files = readdirSync(place.home, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const holding = files.filter((file) => {
    const text = readFileSync(join(file.parentPath, file.name), 'latin1');
    return text.includes(TOKEN) || text.includes(ENCODED);
  });
  expect(holding.map(({ name }) => name)).toEqual([]);
  // The control: this is how it would be seen.
  expect(argumentsOfAll().includes(process.execPath)).toBe(true);
});

test('the token is not shown to who debugs with DEBUG=*', () => {
  const shown = (script: string) => {
    const env = { PATH: process.env['PATH'] ?? '', DEBUG: '*' };
    const { stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { env, encoding: 'utf8' });
    return stderr;
  };
  const remote = `{ url: 'http://127.0.0.1:9/x.git', token: '${TOKEN}' }`;
  const careless = `
    import { simpleGit } from 'simple-git';
    await simpleGit('/', { allowEnvironment: ['GIT_X'] }).env({ PATH: process.env.PATH, GIT_X: '${ENCODED}' }).raw('version');`;
  const ours = `
    import { createGit } from '#adapters/git/create-git.ts';
    const git = createGit({ home: '${place.home}', remote: async () => (${remote}), protocols: 'http' });
    await git.fetch(${JSON.stringify(place.repository)}).catch((error) => console.error(String(error)));`;
  expect(shown(careless)).toContain(ENCODED);
  expect(shown(ours)).toContain('Failed to connect');
  expect(shown(ours)).not.toContain(ENCODED);
});

test('a wrong token is said at once, without a prompt and without the token', async () => {
  const wrong = place.git({
    remote: async () => ({ url: `${server.url}/remote.git`, token: 'ghs_wrong' }),
    protocols: 'http',
  });
  const failure = await wrong.fetch(place.repository).catch((error: unknown) => error);
  expect(String(failure)).toMatch(/could not read Username|Authentication failed/);
  expect(JSON.stringify(failure) + String(failure)).not.toContain('ghs_wrong');
});

test('a redirect to another host does not get the token', async () => {
  place.commit('main', { a: '1\n' });
  const other = new HttpRemote(place.root, TOKEN);
  const otherUrl = await other.listen();
  server.before = async ({ url }, response) => {
    response.writeHead(302, { location: otherUrl.replace('127.0.0.1', 'localhost') + url }).end();
    return 'answered';
  };
  await expect(git.fetch(place.repository)).rejects.toThrow();
  await other.close();
  expect(server.seen[0]?.authorization).toContain('Basic');
  for (const { authorization } of other.seen) expect(authorization).toBeUndefined();
});

test('an address that carries a credential or is none is refused before git starts', async () => {
  for (const url of ['http://x:y@127.0.0.1/a.git', 'ext::sh -c id', '--upload-pack=x', 'host:path', 'http://a b/']) {
    await expect(
      place.git({ remote: async () => ({ url, token: TOKEN }), protocols: 'http' }).fetch(place.repository),
    ).rejects.toThrow('not the address of a git remote');
  }
});

test('only the protocols that are allowed are spoken', async () => {
  const strict = place.git({
    remote: async () => ({ url: `${server.url}/remote.git`, token: TOKEN }),
    protocols: 'https',
  });
  await expect(strict.fetch(place.repository)).rejects.toThrow("transport 'http' not allowed");
  expect(server.seen).toEqual([]);
});

test('a remote that answers with errors or breaks off is trouble, and a later try succeeds', async () => {
  const base = place.commit('main', { a: '1\n' });
  await git.fetch(place.repository);
  server.before = async ({ method }, response) => {
    if (method !== 'POST') return undefined;
    response.socket?.destroy();
    return 'answered';
  };
  await expect(git.push(place.repository, 'parallel/1/1-x', base, undefined)).rejects.toThrow();
  server.before = async (_, response) => {
    response.writeHead(503).end();
    return 'answered';
  };
  await expect(git.push(place.repository, 'parallel/1/1-x', base, undefined)).rejects.toThrow(/503/);
  await expect(git.fetch(place.repository)).rejects.toThrow(/503/);
  server.before = async () => undefined;
  expect(await git.push(place.repository, 'parallel/1/1-x', base, undefined)).toEqual({ kind: 'pushed' });
});

test('a push whose answer was lost is found done by the next one', async () => {
  const base = place.commit('main', { a: '1\n' });
  await git.fetch(place.repository);
  server.before = async ({ method, socket }, response) => {
    if (method === 'POST') response.write = () => socket.destroy() !== undefined;
    return undefined;
  };
  // The first push may find it itself when it looks again, or may look too early.
  await git.push(place.repository, 'parallel/1/1-x', base, undefined).catch(() => undefined);
  await expect.poll(() => typed(place.remote, 'for-each-ref', '--format=%(refname)')).toContain('parallel/1/1-x');
  server.before = async () => undefined;
  expect(await git.push(place.repository, 'parallel/1/1-x', base, undefined)).toEqual({ kind: 'already' });
});

test('an abort ends a fetch that hangs', async () => {
  const stop = new AbortController();
  const hanging = place.git({
    remote: async () => ({ url: `${server.url}/remote.git`, token: TOKEN }),
    protocols: 'http',
    signal: stop.signal,
  });
  server.before = () => new Promise(() => {});
  const fetching = hanging.fetch(place.repository);
  await expect.poll(() => server.seen.length).toBe(1);
  stop.abort();
  await expect(fetching).rejects.toThrow(/[Aa]bort/);
  await expect.poll(() => argumentsOfAll().includes(place.mirror)).toBe(false);
});
