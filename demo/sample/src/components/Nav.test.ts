import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Nav } from './Nav.ts';

test('the navigation marks the page that is shown', () => {
  assert.match(Nav('/'), /<a href="\/" aria-current="page">Home<\/a>/);
});
