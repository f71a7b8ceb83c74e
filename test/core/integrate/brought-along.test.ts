import { expect, it } from 'vitest';
import { broughtAlong } from '#core/integrate/order.ts';
import { body, issue, Story, work } from '../journey/story.ts';

it('what a head contains of members that do not stand for the round keeps it out with them', () => {
  const story = new Story([issue(2, body('src/a.ts')), issue(3, body('src/b.ts'))]).started();
  const [item] = story.plan?.items ?? [];
  if (item === undefined) throw new Error('no item');
  const on = { 3: 'a'.repeat(40), 4: 'b'.repeat(40) };
  const member = { ...item, state: { name: 'proposed' as const, pull: 102, work: { ...work(2, 1), on } } };
  expect(broughtAlong(member, { 2: work(2, 1).head, 3: 'c'.repeat(40) })).toEqual([4]);
  expect(broughtAlong(item, {})).toEqual([]);
});
