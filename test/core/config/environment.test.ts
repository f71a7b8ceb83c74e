import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { readEnvironment } from '#config/environment.ts';

const key = generateKeyPairSync('rsa', { modulusLength: 2048 })
  .privateKey.export({ type: 'pkcs1', format: 'pem' })
  .toString();
const app = { APP_ID: '7', PRIVATE_KEY: key, WEBHOOK_SECRET: 'quite secret' };

const value = (env: Record<string, string>) => {
  const read = readEnvironment(env);
  if (!read.ok) throw new Error(read.problems.join('\n'));
  return read.value;
};

const problems = (env: Record<string, string>): readonly string[] => {
  const read = readEnvironment(env);
  return read.ok ? [] : read.problems;
};

describe('the environment', () => {
  test('needs nothing: every variable has a default or may be absent', () => {
    expect(value({})).toEqual({
      GITHUB_API_URL: 'https://api.github.com',
      GITHUB_SERVER_URL: 'https://github.com',
      ANTHROPIC_BASE_URL: 'https://api.anthropic.com',
      OPENAI_BASE_URL: 'https://api.openai.com/v1',
      RECONCILE_SECONDS: 300,
      HOST: '127.0.0.1',
      PORT: 3000,
      LOG_LEVEL: 'info',
    });
  });

  test('an empty or blank variable counts as absent, as in a copied .env.example', () => {
    expect(value({ PORT: '', APP_ID: '  ', REDIS_URL: '' })).toEqual(value({}));
  });

  test.each([
    ['as PEM', key],
    ['with \\n for line breaks', key.replaceAll('\n', '\\n')],
    ['with carriage returns', key.replaceAll('\n', '\r\n')],
    ['as base64', Buffer.from(key).toString('base64')],
    ['without its last line break', key.trim()],
  ])('a private key may be given %s', (_how, text) => {
    expect(value({ ...app, PRIVATE_KEY: text }).PRIVATE_KEY).toBe(key);
  });

  test('every problem is told at once, with the variable, its value and what was expected', () => {
    expect(
      problems({ PORT: '65536', LOG_LEVEL: 'loud', RECONCILE_SECONDS: '-1', GITHUB_API_URL: 'github', APP_ID: 'me' }),
    ).toEqual([
      'APP_ID is "me"; expected the number on the settings page of the GitHub App.',
      'GITHUB_API_URL is "github"; expected an address such as https://api.github.com.',
      'RECONCILE_SECONDS is "-1"; expected a whole number from 1 to 86400.',
      'PORT is "65536"; expected a whole number from 0 to 65535.',
      'LOG_LEVEL is "loud"; expected one of trace, debug, info, warn, error, fatal, silent.',
      "PRIVATE_KEY is missing; expected the App's private key there, or its file in PRIVATE_KEY_PATH.",
      "WEBHOOK_SECRET is missing; expected the App's webhook secret, at least 8 characters.",
    ]);
  });

  test.each(['1e3', '0x10', '3.5', 'ten', '٣'])('a port of %s is refused', (port) => {
    expect(problems({ PORT: port })).toEqual([`PORT is "${port}"; expected a whole number from 0 to 65535.`]);
  });

  test.each([
    ['PRIVATE_KEY', 'hunter2hunter2'],
    ['WEBHOOK_SECRET', 'hunter2'],
    ['REDIS_URL', 'http://user:hunter2@host'],
    ['DATABASE_URL', 'mysql://user:hunter2@host/base'],
  ])('the value of %s is never shown', (variable, secret) => {
    const told = problems({ [variable]: secret }).join('\n');
    expect(told).toContain(`${variable} is set to something else (not shown)`);
    expect(told).not.toContain('hunter2');
  });

  test('a secret in the wrong variable is not shown either', () => {
    expect(problems({ PORT: 'ghp_0123456789abcdef' }).join()).not.toContain('0123456789');
    expect(problems({ APP_ID: key }).join()).not.toContain('MII');
    expect(problems({ GITHUB_API_URL: 'ftp://user:hunter2@host' }).join()).not.toContain('hunter2');
  });

  test('a public key, a key that is not RSA, or half a key is no private key', () => {
    const ed25519 = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    const open = createPublicKey(key).export({ type: 'pkcs1', format: 'pem' }).toString();
    for (const text of [ed25519, key.slice(0, 400), open, 'AAAA']) {
      expect(problems({ ...app, PRIVATE_KEY: text })).toHaveLength(1);
    }
  });

  test('credentials are whole or absent', () => {
    expect(problems({ WEBHOOK_SECRET: 'quite secret' })).toHaveLength(2);
    expect(problems({ ...app, PRIVATE_KEY_PATH: 'key.pem' })).toEqual([
      'PRIVATE_KEY and PRIVATE_KEY_PATH are both set; expected one of them.',
    ]);
    expect(problems(app)).toEqual([]);
  });

  test('an address loses its last slash, since paths are put behind it', () => {
    expect(value({ GITHUB_API_URL: 'http://127.0.0.1:4000/api/v3/' }).GITHUB_API_URL).toBe(
      'http://127.0.0.1:4000/api/v3',
    );
  });

  test.each(['redis://localhost', 'rediss://:secret@redis.example:6380/2'])('%s is an address of Redis', (url) => {
    expect(value({ REDIS_URL: url }).REDIS_URL).toBe(url);
  });
});
