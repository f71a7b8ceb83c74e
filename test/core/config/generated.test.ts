import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parseEnv } from 'node:util';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { ENVIRONMENT, readEnvironment } from '#config/environment.ts';
import { readRepository } from '#config/repository.ts';
import { generated } from '../../../docs/reference.ts';

const CHECKOUT = new URL('../../../', import.meta.url);
const inCheckout = (path: string) => readFile(fileURLToPath(new URL(path, CHECKOUT)), 'utf8');

describe('what is made from the schemas of the configuration', () => {
  test.each(Object.keys(generated()))('%s is up to date: "npm run docs" would change nothing', async (path) => {
    expect(await inCheckout(path)).toBe(generated()[path]);
  });

  test('.env.example lists every variable that is read, and no other', async () => {
    const example = await inCheckout('.env.example');
    const listed = [...example.matchAll(/^#([A-Z_]+)=/gm)].map(([, name]) => name);
    expect(listed).toEqual(Object.keys(ENVIRONMENT.shape));
  });

  test('the values of .env.example are valid as they stand', async () => {
    const uncommented = (await inCheckout('.env.example')).replace(/^#([A-Z_]+=)/gm, '$1');
    const { APP_ID, PRIVATE_KEY_PATH, ...rest } = parseEnv(uncommented);
    expect([APP_ID, PRIVATE_KEY_PATH]).not.toContain('');
    expect(readEnvironment(rest)).toMatchObject({ ok: true });
  });

  test.each([
    ['slots: 3\nsetup: npm ci\nprotected: { allow: [AGENTS.md] }', true],
    ['slots: 0', false],
    ['slotss: 3', false],
    ['protected: { alow: [] }', false],
    ['strategy: fast', false],
    ['setup: [1]', false],
  ])('the published schema and the app agree on %j', async (text, good) => {
    const schema: object = JSON.parse(await inCheckout('docs/schema/parallel.schema.json'));
    const validate = new Ajv2020({ strict: false }).compile(schema);
    expect(validate(parse(text))).toBe(good);
    expect(readRepository(text).problems.length === 0).toBe(good);
  });
});
