import { expect, test } from 'vitest';
import type { Progress } from '#core/types.ts';
import { dashboard } from '#core/view/dashboard.ts';
import { itemsTable } from '#core/words/items-table.ts';
import { body, issue, Story } from './story.ts';

const at = { item: 2, attempt: 1, claim: 'claim-2' };
const working = (): Story =>
  new Story([issue(2, body('src/a.ts'))])
    .started()
    .claim(2)
    .tell({ kind: 'attempt-stepped', ...at, step: 'implement' });
const doing: Progress = { what: 'file', text: 'Write src/a.ts' };

test('what an agent does stands in its state and asks for no write of its own', () => {
  const story = working().tell({ kind: 'attempt-progressed', ...at, doing });
  expect(story.state(2)).toMatchObject({ name: 'running', step: 'implement', doing });
  expect(story.effects).toEqual([]);
  const [plan] = story.plan === undefined ? [] : dashboard([story.plan]);
  expect(plan?.items[0]?.why).toBe('attempt 1: Write src/a.ts');
});

test('what it has so far stands there too; a forecast may come of it, and no write to the panel', () => {
  const commit = 'e'.repeat(40);
  const story = working().tell({ kind: 'attempt-checkpointed', ...at, commit });
  expect(story.state(2)).toMatchObject({ name: 'running', checkpoint: commit });
  expect(story.effects.filter(({ kind }) => kind === 'panel' || kind === 'report')).toEqual([]);
});

test('a start that was taken over is not heard', () => {
  const stale = { ...at, claim: 'claim-of-a-dead-worker' };
  const story = working()
    .tell({ kind: 'attempt-progressed', ...stale, doing })
    .tell({ kind: 'attempt-checkpointed', ...stale, commit: 'e'.repeat(40) });
  expect(story.state(2)).not.toHaveProperty('doing');
  expect(story.state(2)).not.toHaveProperty('checkpoint');
});

test('whatever an agent says stays in its cell, and calls nobody', () => {
  const text = '@octocat fixes #1 | </td> ![x](https://example.org/x.png) `a` ' + 'long '.repeat(60);
  const story = working().tell({ kind: 'attempt-progressed', ...at, doing: { what: 'message', text } });
  if (story.plan === undefined) throw new Error('no plan');
  const row = itemsTable(story.plan, '2026-01-01T00:01:00.000Z', { title: 80, rows: 10 }).split('\n')[2] ?? '';
  expect(row.match(/(?<!\\)\|/g)).toHaveLength(8);
  expect(row).not.toMatch(/@octocat|fixes #1|<\/td>|!\[x\]/);
  expect(row.length).toBeLessThan(320);
});

test('after the agent has ended, what it did last is not shown any more', () => {
  const story = working()
    .tell({ kind: 'attempt-progressed', ...at, doing })
    .tell({ kind: 'attempt-stepped', ...at, step: 'verify' });
  const [plan] = story.plan === undefined ? [] : dashboard([story.plan]);
  expect(plan?.items[0]?.why).toBe('attempt 1');
});
