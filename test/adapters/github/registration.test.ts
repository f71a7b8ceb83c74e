import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { HEARD } from '#adapters/github/facts.ts';
import { type Registration, startRegistration } from '#adapters/github/registration.ts';
import { KEYS } from './keys.ts';

const APP_YML = parse(await readFile(new URL('../../../app.yml', import.meta.url), 'utf8'));
const CREDENTIALS = {
  id: 4711,
  name: 'Forkjoin of <Ada>',
  html_url: 'https://github.test/apps/forkjoin',
  pem: KEYS.privateKey,
  webhook_secret: 'f00ba4f00ba4',
};

/** GitHub, as far as it is asked: what it was asked, and what it answers to a code. */
let asked: string[] = [];
let answer: { status: number; body: object };
const github = createServer((incoming, response) => {
  asked.push(`${incoming.method} ${incoming.url}`);
  response.writeHead(answer.status, { 'content-type': 'application/json' }).end(JSON.stringify(answer.body));
});
let folder = '';
let registration: Registration;
const lines: string[] = [];
const line = (facts: Record<string, unknown>, sentence: string) => lines.push(`${sentence} ${JSON.stringify(facts)}`);
const log = { info: line, warn: line, error: line };

const listening = () => {
  const address = github.address();
  return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
};
const start = (more: object = {}) =>
  startRegistration({
    host: '127.0.0.1',
    port: 0,
    serverUrl: 'https://github.test',
    apiUrl: `${listening()}/api/v3`,
    envFile: join(folder, '.env'),
    manifest: APP_YML,
    log,
    ...more,
  });

beforeEach(async () => {
  asked = [];
  lines.length = 0;
  answer = { status: 201, body: CREDENTIALS };
  folder = await mkdtemp(join(tmpdir(), 'forkjoin-registration-'));
  await new Promise<void>((resolve) => github.listen(0, '127.0.0.1', resolve));
  registration = await start();
});
afterEach(async () => {
  await registration.close();
  github.closeAllConnections();
  await new Promise((resolve) => github.close(resolve));
  await rm(folder, { recursive: true });
});

const origin = () => new URL(registration.url).origin;
const open = (path: string) => fetch(`${origin()}${path}`);
/** Opens a page under another name, as a proxy or a hostile page would make the browser do. */
const openAs = (host: string, path: string) =>
  new Promise<{ status: number; text: string }>((resolve, reject) => {
    const asking = request(`${origin()}${path}`, { headers: { host } }, async (response) => {
      let text = '';
      for await (const chunk of response.setEncoding('utf8')) text += chunk;
      resolve({ status: response.statusCode ?? 0, text });
    });
    asking.on('error', reject).end();
  });
const unescaped = (text: string) =>
  text
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
const field = (html: string, pattern: RegExp) => unescaped(pattern.exec(html)?.[1] ?? '');
const CHANNEL = 'https://smee.io/abc123';
const confirm = async (query = `webhook=${encodeURIComponent(CHANNEL)}`) => {
  const html = await (await open(`/confirm?${query}`)).text();
  const action = new URL(field(html, /<form action="([^"]+)" method="post">/));
  const manifest = JSON.parse(field(html, /name="manifest" value="([^"]+)"/));
  return { action, manifest, state: action.searchParams.get('state') ?? '' };
};

test('app.yml asks for exactly the events that are heard, and never for the dangerous permissions', () => {
  expect([...APP_YML.default_events].sort()).toEqual([...HEARD].sort());
  expect(APP_YML.default_permissions).toEqual({
    checks: 'write',
    contents: 'write',
    issues: 'write',
    metadata: 'read',
    pull_requests: 'write',
  });
});

test('the first page asks for the address of webhooks and leads to the second', async () => {
  const answered = await open('/');
  expect(answered.status).toBe(200);
  expect(answered.headers.get('content-security-policy')).toContain("default-src 'none'");
  expect(await answered.text()).toContain('action="/confirm"');
});

test('the second page hands GitHub the manifest, for a person or an organisation', async () => {
  const { action, manifest, state } = await confirm();
  expect(action.origin + action.pathname).toBe('https://github.test/settings/apps/new');
  expect(state.length).toBeGreaterThan(20);
  expect(manifest).toMatchObject({
    name: 'Forkjoin',
    url: origin(),
    public: false,
    hook_attributes: { url: CHANNEL, active: true },
    redirect_url: `${origin()}/registered`,
    default_events: APP_YML.default_events,
    default_permissions: APP_YML.default_permissions,
  });
  const ofOrganisation = await confirm(`organization=acme&webhook=${encodeURIComponent(CHANNEL)}`);
  expect(ofOrganisation.action.pathname).toBe('/organizations/acme/settings/apps/new');
});

test.each(['webhook=javascript:alert(1)', 'webhook=', 'organization=a/b&webhook=https://x.test/y'])(
  'an answer such as %s is asked again',
  async (query) => {
    expect((await open(`/confirm?${query}`)).status).toBe(400);
  },
);

test('the code that GitHub sends back becomes credentials, and the page says what to do next', async () => {
  const { state } = await confirm();
  const answered = await open(`/registered?code=c0de&state=${state}`);
  const html = await answered.text();
  expect(answered.status).toBe(200);
  expect(asked).toEqual(['POST /api/v3/app-manifests/c0de/conversions']);
  expect(html).toContain('https://github.test/apps/forkjoin/installations/new');
  expect(html).toContain('Forkjoin of &lt;Ada&gt;');
  const env = parseEnv(await readFile(join(folder, '.env'), 'utf8'));
  expect(env).toEqual({
    APP_ID: '4711',
    PRIVATE_KEY: KEYS.privateKey,
    WEBHOOK_SECRET: 'f00ba4f00ba4',
    WEBHOOK_PROXY_URL: CHANNEL,
  });
  expect((await stat(join(folder, '.env'))).mode & 0o777).toBe(0o600);
  await registration.registered;
  expect(`${html} ${lines.join()}`).not.toContain('f00ba4');
  expect(`${html} ${lines.join()}`).not.toContain('PRIVATE KEY');
});

test('other keys of the file stay as they are, and old values of ours are replaced, over several lines too', async () => {
  const before =
    '# mine\nPORT=4000\nAPP_ID=\nexport WEBHOOK_SECRET=old\nPRIVATE_KEY="-----BEGIN\nold\n-----END"\nLOG_LEVEL="info" # x\n';
  await writeFile(join(folder, '.env'), before, { mode: 0o644 });
  const webhook = encodeURIComponent('https://forkjoin.test/api/github/webhooks');
  const { state } = await confirm(`webhook=${webhook}`);
  await open(`/registered?code=c0de&state=${state}`);
  const text = await readFile(join(folder, '.env'), 'utf8');
  expect(text.startsWith('# mine\nPORT=4000\nLOG_LEVEL="info" # x\nAPP_ID=4711\n')).toBe(true);
  // As a value or a line: three letters may stand in any key that is drawn.
  expect(text).not.toMatch(/^(?:.*=)?old$/m);
  expect(text).not.toContain('WEBHOOK_PROXY_URL');
  expect((await stat(join(folder, '.env'))).mode & 0o777).toBe(0o600);
});

describe('nobody else', () => {
  test.each([['none'], ['wrong']])('comes back from GitHub with a state that is %s', async (state) => {
    expect((await open(`/registered?code=c0de&state=${state}`)).status).toBe(400);
    expect(asked).toEqual([]);
  });

  test('uses a state twice', async () => {
    const { state } = await confirm();
    expect((await open(`/registered?code=c0de&state=${state}`)).status).toBe(200);
    expect((await open(`/registered?code=other&state=${state}`)).status).toBe(400);
    expect(asked).toHaveLength(1);
  });

  test('enters under another name without the key', async () => {
    const key = new URL(registration.url).searchParams.get('key');
    expect((await openAs('evil.test', '/')).status).toBe(403);
    expect((await openAs('evil.test', `/confirm?webhook=${CHANNEL}`)).status).toBe(403);
    const behindProxy = await openAs('forkjoin.test', `/?key=${key}`);
    expect(behindProxy.status).toBe(200);
    expect(behindProxy.text).toContain('http://forkjoin.test/api/github/webhooks');
  });

  test('enters without the key when others can reach the port', async () => {
    await registration.close();
    registration = await start({ host: '0.0.0.0' });
    expect((await open('/')).status).toBe(403);
    expect((await fetch(registration.url)).status).toBe(200);
  });
});

test('a code that GitHub does not know leaves no file, and says so', async () => {
  answer = { status: 404, body: { message: 'Not Found' } };
  const { state } = await confirm();
  expect((await open(`/registered?code=c0de&state=${state}`)).status).toBe(502);
  await expect(readFile(join(folder, '.env'))).rejects.toThrow('ENOENT');
});

test('a file that cannot be written is known before anything begins', async () => {
  await expect(start({ envFile: join(folder, 'missing', '.env') })).rejects.toThrow('ENOENT');
});

test('a broken app.yml names its problems', async () => {
  await expect(start({ manifest: { ...APP_YML, public: 'yes', webhooks: [] } })).rejects.toThrow(/app\.yml.*/s);
});
