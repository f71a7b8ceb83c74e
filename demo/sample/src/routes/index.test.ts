import assert from 'node:assert/strict';
import { test } from 'node:test';
import { handle } from './index.ts';

test('the site says that it is there', async () => {
  assert.deepEqual(await handle({ method: 'GET', path: '/api/health' }), { status: 200, body: { ok: true } });
});

test('what nobody answers to is not found', async () => {
  assert.equal((await handle({ method: 'GET', path: '/nowhere' })).status, 404);
});
