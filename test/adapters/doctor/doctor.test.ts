import { execFile } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startPostgres } from '../../services/postgres.ts';
import { startRedis } from '../../services/redis.ts';
import { startGitHub } from './github.ts';

type Check = {
  readonly name: string;
  readonly ok: boolean;
  readonly severity: string;
  readonly message: string;
  readonly mend?: string;
};
type Answer = {
  readonly ok: boolean;
  readonly error?: { readonly message: string };
  readonly checks: readonly Check[];
};

const PROGRAM = fileURLToPath(new URL('./doctor.ts', import.meta.url));
const SCRIPT = 'agents: { script: { kind: command, command: [node, agent.mjs] } }\n';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'doctor-'));
  await writeFile(join(folder, 'agent.mjs'), '');
  await writeFile(join(folder, 'forkjoin.yml'), SCRIPT);
});
afterEach(() => rm(folder, { recursive: true }));

const run = (args: readonly string[], env: Record<string, string> = {}): Promise<{ status: number; out: string }> =>
  new Promise((resolve) => {
    const clean = { PATH: process.env['PATH'] ?? '', HOME: folder, ...env };
    execFile(process.execPath, [PROGRAM, ...args], { cwd: folder, env: clean, timeout: 50_000 }, (error, out) => {
      resolve({ status: error === null ? 0 : Number(error.code ?? -1), out });
    });
  });

const ask = async (
  env: Record<string, string> = {},
): Promise<{ status: number; answer: Answer; check: (name: string) => Check }> => {
  const { status, out } = await run(['--json'], env);
  const answer: Answer = JSON.parse(out);
  const check = (name: string) => {
    const found = answer.checks.find((one) => one.name === name);
    if (found === undefined) throw new Error(`no check "${name}" in ${out}`);
    return found;
  };
  return { status, answer, check };
};

describe('forkjoin doctor', () => {
  test('on a machine that has everything says so, and what the rest is for', async () => {
    const { status, answer, check } = await ask();
    expect({ status, ok: answer.ok }).toEqual({ status: 0, ok: true });
    for (const name of ['node', 'configuration', 'home', 'disk', 'database', 'sandbox', 'agent script']) {
      expect(check(name)).toMatchObject({ ok: true, severity: 'info' });
    }
    expect(check('sandbox').message).toContain('bubblewrap holds');
    expect(check('credentials')).toMatchObject({
      ok: false,
      severity: 'warning',
      mend: expect.stringContaining('forkjoin serve'),
    });
  });

  test('every line that is not well says how to mend it', async () => {
    const { answer } = await ask({ REDIS_URL: 'redis://127.0.0.1:1' });
    for (const check of answer.checks) expect(check.mend !== undefined).toBe(!check.ok);
  });

  test('reads well on a terminal: a sign, a name, a sentence, and below it how to mend', async () => {
    const { out } = await run([]);
    expect(out).toMatch(/^✓ node: Node 24/);
    expect(out).toMatch(/^! credentials: .*\n {4}Run "forkjoin serve"/m);
    expect(out).not.toContain('\u001b');
  });

  test('a broken configuration is told whole, with status 2', async () => {
    await writeFile(join(folder, 'forkjoin.yml'), 'slotss: 1\n');
    await writeFile(join(folder, '.env'), 'PORT=none\n');
    const { status, answer } = await ask();
    expect(status).toBe(2);
    expect(answer.ok).toBe(false);
    const broken = answer.checks.filter(({ name }) => name === 'configuration').map(({ message }) => message);
    expect(broken).toEqual([
      expect.stringContaining('PORT is "none"'),
      expect.stringContaining('unknown key "slotss"'),
    ]);
    expect(answer.error?.message).toContain('PORT is "none"');
  });

  test('without git, bubblewrap or an agent, each is named with what to install', async () => {
    await writeFile(
      join(folder, 'forkjoin.yml'),
      'agents: { claude: { kind: claude-code }, script: { kind: command, command: [nothing-of-that-name] } }\n',
    );
    const { status, check } = await ask({ PATH: folder });
    expect(status).toBe(1);
    expect(check('git')).toMatchObject({ severity: 'error', mend: expect.stringContaining('apt-get install git') });
    expect(check('sandbox')).toMatchObject({
      severity: 'error',
      message: expect.stringContaining('bubblewrap is not installed'),
    });
    expect(check('agent claude')).toMatchObject({
      severity: 'error',
      message: expect.stringContaining('not on the PATH'),
    });
    expect(check('agent script')).toMatchObject({
      severity: 'error',
      message: expect.stringContaining('nothing-of-that-name'),
    });
  });

  test('in a checkout, settings and roles of the repository are read too, and agents that nobody offers named', async () => {
    await mkdir(join(folder, '.github', 'roles'), { recursive: true });
    await writeFile(join(folder, '.github', 'roles', 'good.md'), '---\nname: good\n---\nBe good.\n');
    await writeFile(join(folder, '.github', 'parallel.yml'), 'roles_dir: .github/roles\nagent: script\n');
    expect((await ask()).check('repository')).toMatchObject({ ok: true });
    await writeFile(join(folder, '.github', 'roles', 'broken.md'), '---\nname: [good\n---\n');
    await writeFile(join(folder, '.github', 'parallel.yml'), 'roles_dir: .github/roles\nagents: [script, ghost]\n');
    const { status, answer } = await ask({ FORKJOIN_CONFIG: join(folder, 'forkjoin.yml') });
    const told = answer.checks.filter(({ name }) => name === 'repository').map(({ message }) => message);
    expect(status).toBe(1);
    expect(told).toEqual([
      expect.stringMatching(/names the agent "ghost", and there is none here; on offer: script/),
      expect.stringMatching(/^\.github\/roles\/broken\.md:\d/),
    ]);
  });

  test('a key that no header can hold is named, and not shown', async () => {
    const { status, answer } = await ask({ ANTHROPIC_API_KEY: 'sk-ant ü1' });
    expect(status).toBe(2);
    expect(answer.error?.message).toContain('ANTHROPIC_API_KEY');
    expect(JSON.stringify(answer)).not.toContain('ü1');
  });

  test('an old git is an error, one with known faults a warning', async () => {
    const pretend = async (version: string) => {
      await writeFile(join(folder, 'git'), `#!/bin/sh\necho "git version ${version}"\n`);
      await chmod(join(folder, 'git'), 0o755);
      return (await ask({ PATH: `${folder}:${process.env['PATH']}` })).check('git').severity;
    };
    expect(await pretend('2.37.7')).toBe('error');
    expect(await pretend('2.51.0')).toBe('warning');
    expect(await pretend('2.51.1')).toBe('info');
    expect(await pretend('3.0.windows.1')).toBe('info');
  });

  test('no sandbox is said even when the operator wants none', async () => {
    await writeFile(join(folder, 'forkjoin.yml'), `${SCRIPT}sandbox: none\n`);
    const { status, check } = await ask();
    expect(status).toBe(0);
    expect(check('sandbox')).toMatchObject({
      severity: 'warning',
      message: expect.stringContaining('whatever this account can'),
    });
  });

  test('a home that cannot be a folder is named', async () => {
    const { status, check } = await ask({ FORKJOIN_HOME: join(folder, 'agent.mjs') });
    expect(status).toBe(1);
    expect(check('home')).toMatchObject({
      severity: 'error',
      message: expect.stringContaining('agent.mjs is no folder'),
    });
  });

  test('Redis must keep what it is given', async () => {
    const [safe, forgetful] = await Promise.all([
      startRedis(),
      startRedis(['--maxmemory-policy', 'allkeys-lru', '--appendonly', 'no', '--save', '']),
    ]);
    try {
      expect((await ask({ REDIS_URL: safe.url })).check('database')).toMatchObject({ ok: true });
      const { status, check } = await ask({ REDIS_URL: forgetful.url });
      expect(status).toBe(1);
      expect(check('database').message).toMatch(/noeviction.*appendonly yes/);
    } finally {
      await Promise.all([safe.stop(), forgetful.stop()]);
    }
  });

  test('PostgreSQL is asked, and its password is not told', async () => {
    const postgres = await startPostgres();
    try {
      expect((await ask({ DATABASE_URL: postgres.url })).check('database')).toMatchObject({ ok: true });
    } finally {
      await postgres.stop();
    }
    const { status, answer, check } = await ask({ DATABASE_URL: 'postgres://user:hunter2@127.0.0.1:1/none' });
    expect([status, check('database').ok]).toEqual([1, false]);
    expect(JSON.stringify(answer)).not.toContain('hunter2');
  });
});

describe('forkjoin doctor with credentials', () => {
  const keys = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const pem = keys.privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();
  const open = keys.publicKey.export({ type: 'spki', format: 'pem' }).toString();
  const permissions = { checks: 'write', contents: 'write', issues: 'write', metadata: 'read', pull_requests: 'write' };
  const events = [
    'issue_comment',
    'issue_dependencies',
    'issues',
    'pull_request',
    'pull_request_review',
    'push',
    'sub_issues',
  ];
  const app = { id: 7, slug: 'forkjoin-acme', permissions, events, installations_count: 2 };
  const delivered = { id: 1, status_code: 202, status: 'OK' };
  const answers: Record<string, unknown> = {};
  let github: Awaited<ReturnType<typeof startGitHub>>;

  beforeAll(async () => {
    github = await startGitHub(open, answers);
  });
  afterAll(() => github.close());

  const withApp = (changes: Record<string, unknown>, privateKey = pem) => {
    Object.assign(answers, {
      '/app': app,
      '/app/hook/config': { url: 'https://forkjoin.example/api/github/webhooks' },
      '/app/hook/deliveries': [delivered],
      ...changes,
    });
    return ask({ APP_ID: '7', PRIVATE_KEY: privateKey, WEBHOOK_SECRET: 'quite secret', GITHUB_API_URL: github.url });
  };

  test('GitHub knows the app, which may do and hear what it needs', async () => {
    const { status, check } = await withApp({});
    expect(status).toBe(0);
    for (const name of ['credentials', 'permissions', 'events', 'installation', 'webhook'])
      expect(check(name).ok).toBe(true);
    expect(check('ci').message).toContain('pull_request_target');
  });

  test('a key of another app is refused by GitHub, and neither key nor secret is told', async () => {
    const other = generateKeyPairSync('rsa', { modulusLength: 2048 })
      .privateKey.export({ type: 'pkcs8', format: 'pem' })
      .toString();
    const { status, answer, check } = await withApp({}, other);
    expect(status).toBe(1);
    expect(check('credentials').message).toContain('could not be decoded');
    expect(JSON.stringify(answer)).not.toMatch(/PRIVATE KEY|quite secret|eyJ/);
  });

  test('permissions and events that are lacking are named', async () => {
    const poor = {
      ...app,
      permissions: { ...permissions, contents: 'read', checks: undefined },
      events: events.slice(1),
    };
    const { status, check } = await withApp({ '/app': poor });
    expect(status).toBe(1);
    expect(check('permissions').message).toBe('the app lacks checks: write, contents: write');
    expect(check('events')).toMatchObject({ severity: 'warning', message: expect.stringContaining('issue_comment') });
  });

  test('an app that is installed nowhere, or whose webhooks fail, is told', async () => {
    const failed = { id: 2, status_code: 401, status: 'Invalid HTTP Response: 401' };
    const { check } = await withApp({
      '/app': { ...app, installations_count: 0 },
      '/app/hook/deliveries': [failed, delivered],
    });
    expect(check('installation').severity).toBe('warning');
    expect(check('webhook')).toMatchObject({
      severity: 'warning',
      message: expect.stringContaining('1 of the latest 2'),
    });
    expect((await withApp({ '/app/hook/config': { url: '' } })).check('webhook').message).toContain(
      'no webhook address',
    );
  });

  test('a GitHub that does not answer is no reason to hang', async () => {
    const { status, check } = await ask({
      APP_ID: '7',
      PRIVATE_KEY: pem,
      WEBHOOK_SECRET: 'quite secret',
      GITHUB_API_URL: 'http://127.0.0.1:1',
    });
    expect(status).toBe(1);
    expect(check('credentials').severity).toBe('error');
  });
});
