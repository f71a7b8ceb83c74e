import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadConfiguration } from '../../../src/config.ts';

const key = generateKeyPairSync('rsa', { modulusLength: 2048 })
  .privateKey.export({ type: 'pkcs1', format: 'pem' })
  .toString();

describe('loading the configuration', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'configuration-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const write = (path: string, text: string | Buffer) => writeFileSync(join(folder, path), text);

  const load = (env: Record<string, string> = {}, needs: Parameters<typeof loadConfiguration>[2] = []) => {
    const read = loadConfiguration(env, folder, needs);
    if (!read.ok) throw new Error(read.problems.join('\n'));
    return read.value;
  };

  const problems = (
    env: Record<string, string> = {},
    needs: Parameters<typeof loadConfiguration>[2] = [],
  ): readonly string[] => {
    const read = loadConfiguration(env, folder, needs);
    return read.ok ? [] : read.problems;
  };

  test('an empty folder and environment are enough for one process', () => {
    const { home, database, github } = load();
    expect(home).toBe(join(folder, '.forkjoin'));
    expect(database).toEqual({ kind: 'embedded', folder: join(folder, '.forkjoin/database') });
    expect(github.app).toBeUndefined();
  });

  test('.env fills in what the environment leaves out or empty', () => {
    write(
      '.env',
      `PORT=4000\nHOST=0.0.0.0\nLOG_LEVEL=warn\nAPP_ID=7\nWEBHOOK_SECRET=quite secret\nPRIVATE_KEY="${key}"\n`,
    );
    const { web, logLevel, github } = load({ PORT: '5000', LOG_LEVEL: '' });
    expect(web).toEqual({ host: '0.0.0.0', port: 5000 });
    expect(logLevel).toBe('warn');
    expect(github.app).toEqual({ id: '7', privateKey: key, webhookSecret: 'quite secret' });
  });

  test('the private key is read from its file, relative to the current folder', () => {
    write('key.pem', key);
    const app = { APP_ID: '7', WEBHOOK_SECRET: 'quite secret' };
    expect(load({ ...app, PRIVATE_KEY_PATH: 'key.pem' }).github.app?.privateKey).toBe(key);
    expect(problems({ ...app, PRIVATE_KEY_PATH: 'nokey.pem' })).toEqual([
      `PRIVATE_KEY_PATH is ${JSON.stringify(join(folder, 'nokey.pem'))}: cannot be read (ENOENT).`,
    ]);
    write('key.pem', 'quite another secret');
    expect(problems({ ...app, PRIVATE_KEY_PATH: 'key.pem' }).join()).toMatch(
      /PRIVATE_KEY_PATH is .*expected an RSA private key/,
    );
    expect(problems({ ...app, PRIVATE_KEY_PATH: 'key.pem' }).join()).not.toContain('another');
  });

  test('Redis wins over PostgreSQL, and either over the embedded database', () => {
    const urls = { REDIS_URL: 'redis://localhost:6379', DATABASE_URL: 'postgres://localhost/forkjoin' };
    expect(load(urls).database).toEqual({ kind: 'redis', url: urls.REDIS_URL });
    expect(load({ DATABASE_URL: urls.DATABASE_URL }).database).toEqual({ kind: 'postgres', url: urls.DATABASE_URL });
  });

  test('FORKJOIN_HOME wins over data, which is relative to the file it stands in', () => {
    mkdirSync(join(folder, 'etc'));
    write('etc/forkjoin.yml', 'data: ../state');
    expect(load({ FORKJOIN_CONFIG: 'etc/forkjoin.yml' }).home).toBe(join(folder, 'state'));
    expect(load({ FORKJOIN_CONFIG: 'etc/forkjoin.yml', FORKJOIN_HOME: 'mine' }).home).toBe(join(folder, 'mine'));
  });

  test('a file that FORKJOIN_CONFIG names must be there, forkjoin.yml need not', () => {
    expect(problems({ FORKJOIN_CONFIG: 'nothing.yml' })).toEqual([
      `FORKJOIN_CONFIG is ${JSON.stringify(join(folder, 'nothing.yml'))}: cannot be read (ENOENT).`,
    ]);
    expect(problems()).toEqual([]);
  });

  test("an agent's paths hold wherever it is started, and its script is readable", () => {
    mkdirSync(join(folder, 'tools'));
    write('agent.mjs', '');
    write('table.json', '{}');
    write(
      'forkjoin.yml',
      'agents: { script: { kind: command, command: [node, agent.mjs, table.json, --fast, other], readable: [./tools] } }',
    );
    const [script, table, tools] = ['agent.mjs', 'table.json', 'tools'].map((name) => join(folder, name));
    expect(load().operator.agents['script']).toEqual({
      kind: 'command',
      command: ['node', script, table, '--fast', 'other'],
      readable: [tools, script, table],
    });
  });

  test('a readable folder that is not there is named', () => {
    write('forkjoin.yml', 'agents: { a: { kind: command, command: [a], readable: [tools] } }');
    expect(problems()).toEqual([`agents.a.readable names ${join(folder, 'tools')}, which is not there.`]);
  });

  test('problems of the environment, of .env and of the file are told together', () => {
    write('.env', 'PORT=none\n');
    write('forkjoin.yml', 'slots: none\n');
    expect(problems({ LOG_LEVEL: 'loud', FORKJOIN_HOME: 'x' }, ['app', 'shared-database'])).toEqual([
      'PORT is "none"; expected a whole number from 0 to 65535.',
      'LOG_LEVEL is "loud"; expected one of trace, debug, info, warn, error, fatal, silent.',
      `${join(folder, 'forkjoin.yml')}:1: slots is "none"; expected a whole number from 1 to 256.`,
      'APP_ID, PRIVATE_KEY and WEBHOOK_SECRET are missing; expected the credentials of the GitHub App ("forkjoin serve" without them helps to register one).',
      'REDIS_URL and DATABASE_URL are missing; expected one of them, because the embedded database serves one process only ("forkjoin serve").',
    ]);
  });

  test('a file that is a folder or not UTF-8 is named', () => {
    mkdirSync(join(folder, '.env'));
    write('forkjoin.yml', Buffer.from([0x61, 0xff, 0xfe]));
    expect(problems()).toEqual([
      `${JSON.stringify(join(folder, '.env'))}: cannot be read (EISDIR).`,
      `${JSON.stringify(join(folder, 'forkjoin.yml'))}: cannot be read (not UTF-8).`,
    ]);
  });

  test('a model is offered to the gateway when there is a key for it', () => {
    expect(load({ ANTHROPIC_API_KEY: 'key', ANTHROPIC_BASE_URL: 'http://127.0.0.1:9/' }).models).toEqual({
      anthropic: { url: 'http://127.0.0.1:9', key: 'key' },
    });
  });
});
