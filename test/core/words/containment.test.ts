import { expect, test } from 'vitest';
import { prompt } from '#core/dispatch/prompt.ts';
import { levelWords } from '#core/words/containment.ts';
import { integrationBody } from '#core/words/integration-pull.ts';
import type { Page } from '#core/words/page.ts';
import { panel } from '#core/words/panel.ts';
import { pullBody } from '#core/words/pull-request.ts';
import { failureWords } from '#core/words/state.ts';
import { body, issue, Story, work } from '../journey/story.ts';

const PAGE: Page = { serverUrl: 'https://github.example', prompt, defaultAgent: 'claude' };
const NOW = '2026-01-01T01:00:00.000Z';

test('every panel says that agents run without a sandbox, of a plan and of an item alone, and no other does', () => {
  const alone = new Story([issue(7, body('src/a.ts'))], { alone: true }).look().plan;
  const many = new Story([issue(7, body('src/a.ts')), issue(8, body('src/b.ts'))]).look().plan;
  for (const plan of [alone, many]) {
    if (plan === undefined) throw new Error('no plan');
    expect(panel(plan, NOW, { ...PAGE, containment: 'none' })).toContain('**without a sandbox**');
    expect(panel(plan, NOW, { ...PAGE, containment: 'bubblewrap' })).not.toContain('sandbox');
    expect(panel(plan, NOW, PAGE)).not.toContain('sandbox');
  }
});

test('so does every pull request, of an item and of the whole', () => {
  const { plan } = new Story([issue(7, body('src/a.ts')), issue(8, body('src/b.ts'))]).look();
  const [item] = plan?.items ?? [];
  if (plan === undefined || item === undefined) throw new Error('no plan');
  const done = (sandbox: 'none' | 'bubblewrap') => ({ ...work(7, 1), sandbox });
  expect(pullBody(plan, item, done('none'))).toContain('**without a sandbox**');
  expect(pullBody(plan, item, done('bubblewrap'))).not.toContain('without a sandbox');
  const whole = (sandbox: 'none' | 'bubblewrap'): string => {
    const items = plan.items.map((one) => ({ ...one, state: { name: 'publishing' as const, work: done(sandbox) } }));
    return integrationBody({ ...plan, items }, { round: 1, heads: {}, head: 'e'.repeat(40), members: [] });
  };
  expect(whole('none')).toContain('**without a sandbox**');
  expect(whole('bubblewrap')).not.toContain('without a sandbox');
});

test('the levels of isolation rise from a worktree to a sandbox or container', () => {
  expect((['none', 'bubblewrap', 'container'] as const).map(levelWords)).toEqual([
    'level 2 of 4: a worktree each, and nothing around it',
    "level 3 of 4: a sandbox each, with this machine's programs",
    "level 3 of 4: a container each, with its image's programs",
  ]);
});

test('what an agent took too much of is named with the limit and its key', () => {
  expect(failureWords({ kind: 'disk', limit: 50 })).toBe(
    'the agent filled more than 50 MB of disk (`limits.disk_mb`) and was ended',
  );
  expect(failureWords({ kind: 'memory', limit: 300 })).toMatch(
    /used more than 300 MB of memory \(`limits.memory_mb`\)/,
  );
  expect(failureWords({ kind: 'processes', limit: 9 })).toMatch(
    /more than 9 processes and threads \(`limits.processes`\)/,
  );
});
