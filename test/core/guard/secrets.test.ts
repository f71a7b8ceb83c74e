import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { secretFinder } from '#core/guard/known-secrets.ts';
import { tokenShapes } from '#core/guard/token-shapes.ts';
import { worked } from '../../services/worked.ts';

const KEY = 'sk-ant-operator/KEY+0123456789?~é';
const find = secretFinder([
  { name: 'the Anthropic key', value: KEY },
  { name: 'short', value: 'abc' },
]);

const hex = (byte: number): string => byte.toString(16).padStart(2, '0');

const COATS: Readonly<Record<string, (around: { before: Buffer; after: Buffer }) => string>> = {
  'as it is': ({ before, after }) => `${before.toString('latin1')}${KEY}${after.toString('latin1')}`,
  'in base64': ({ before, after }) => Buffer.concat([before, Buffer.from(KEY), after]).toString('base64'),
  'in base64 for addresses': ({ before, after }) =>
    Buffer.concat([before, Buffer.from(KEY), after]).toString('base64url'),
  'in base64 broken into lines': ({ before, after }) =>
    Buffer.concat([before, Buffer.from(KEY), after])
      .toString('base64')
      .replace(/.{20}/g, '$&\n'),
  'in hexadecimal': ({ before, after }) =>
    Buffer.concat([before, Buffer.from(KEY), after])
      .toString('hex')
      .toUpperCase(),
  'in hexadecimal with marks between': () => `[${[...Buffer.from(KEY)].map((byte) => `0x${hex(byte)}`).join(', ')}]`,
  'in escapes of a language': () => [...Buffer.from(KEY, 'latin1')].map((byte) => `\\x${hex(byte)}`).join(''),
  'in escapes of JSON': () => [...KEY].map((letter) => `\\u00${hex(letter.charCodeAt(0))}`).join(''),
  'percent-encoded as a whole': () => [...Buffer.from(KEY)].map((byte) => `%${hex(byte)}`).join(''),
  'cut into strings that are added': () => `"${KEY.slice(0, 9)}" +\n  '${KEY.slice(9, 20)}' + "${KEY.slice(20)}"`,
  'cut into lines': () => KEY.replace(/.{7}/g, '$&\n'),
  'in base64 cut into strings': () => Buffer.from(KEY).toString('base64').replace(/.{9}/g, '$&",\n"'),
  'percent-encoded': ({ before }) => `${before.toString('hex')}?key=${encodeURIComponent(KEY)}`,
};

describe('secrets that the host knows', () => {
  it.each(Object.keys(COATS))('are found %s, whatever stands around them', (name) => {
    const bytes = fc.uint8Array({ maxLength: 40 }).map((array) => Buffer.from(array));
    fc.assert(
      fc.property(bytes, bytes, (before, after) => {
        expect(find(COATS[name]?.({ before, after }) ?? '')).toBe('the Anthropic key');
      }),
      { numRuns: 200 },
    );
  });

  it('are looked for in time that grows with the text alone', () => {
    for (const piece of [' ', '"', '" ', '\\', '%', '%41', '\\u', '&#x', '-----BEGIN A ', 'sk-', 'ghp_a']) {
      const milliseconds = worked();
      const text = piece.repeat(1_000_000 / piece.length);
      find(`"${text}`);
      tokenShapes(text);
      expect(milliseconds()).toBeLessThan(2_000);
    }
  });

  it('are found with a NUL after each letter, as UTF-16 writes them', () => {
    const plain = secretFinder([{ name: 'the webhook secret', value: 'plain-webhook-secret' }]);
    expect(plain(Buffer.from('x plain-webhook-secret y', 'utf16le').toString('latin1'))).toBe('the webhook secret');
  });

  it('are found by any long line of a private key', () => {
    const lines = ['MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj', 'c2hvcnQ='];
    const pem = secretFinder([
      {
        name: 'the private key',
        value: `-----BEGIN PRIVATE KEY-----\n${lines.join('\n')}\n-----END PRIVATE KEY-----\n`,
      },
    ]);
    expect(pem(`const k = "${lines[0]}"`)).toBe('the private key');
    expect(pem(Buffer.from(`x${lines[0]}`).toString('base64'))).toBe('the private key');
    expect(pem('-----BEGIN PRIVATE KEY-----\nc2hvcnQ=')).toBeUndefined();
  });

  it('are not seen in text that holds none, and values too short to mean anything are left out', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 2_000 }), (text) => find(text) === undefined),
      { numRuns: 500 },
    );
    expect(find('abc')).toBeUndefined();
    expect(secretFinder([])(KEY)).toBeUndefined();
  });
});

describe('credentials by their shape', () => {
  it.each([
    ['a GitHub token', `token = "ghp_${'a1B2'.repeat(9)}"`],
    ['a GitHub token', `github_pat_${'A'.repeat(22)}_${'b'.repeat(59)}`],
    ['an Anthropic key', `sk-ant-api03-${'x'.repeat(40)}`],
    ['an OpenAI key', `sk-proj-${'aB3'.repeat(20)}`],
    ['an AWS key', 'id: AKIAQYLPMN5HFIQR7XYA'],
    ['a Slack token', `xoxb-${'1'.repeat(12)}-${'a'.repeat(24)}`],
    ['an npm token', `npm_${'Z'.repeat(36)}`],
    ['a private key', '-----BEGIN RSA PRIVATE KEY-----'],
  ])('names %s with its line', (what, text) => {
    expect(tokenShapes(`one\ntwo ${text}\n`)).toEqual([{ what, line: 2 }]);
  });

  it('says nothing of what stood there before, of examples and of ordinary code', () => {
    const token = `ghp_${'a'.repeat(36)}`;
    expect(tokenShapes(`a\n${token}`, token)).toEqual([]);
    expect(tokenShapes('AKIAIOSFODNN7EXAMPLE')).toEqual([]);
    expect(tokenShapes('const ask = sk-1; // risk-assessment-of-everything-that-we-know')).toEqual([]);
  });
});
