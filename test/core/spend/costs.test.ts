import { describe, expect, it } from 'vitest';
import { costs } from '#core/spend/costs.ts';
import type { Spending } from '#core/types.ts';
import { csv } from '../../../src/cli/costs/csv.ts';
import { sinceOf } from '../../../src/cli/costs/since.ts';
import { table } from '../../../src/cli/costs/table.ts';

const row = (id: string, more: Partial<Spending> = {}): Spending => ({
  id,
  at: '2025-11-30T23:59:59.000Z',
  repository: { id: 7, owner: 'octo', name: 'shop' },
  plan: '7-1',
  item: 2,
  attempt: 1,
  agent: 'claude',
  model: 'claude-sonnet-4-5',
  kind: 'implement',
  tokens: { input: 1_000, output: 100, cacheRead: 10, cacheWrite: 1 },
  dollars: 0.1,
  ...more,
});

const { dollars: _, ...unpriced } = row('u', { model: '=HYPERLINK("x","y")', item: 10 });
const ROWS = [
  row('a'),
  row('b', { dollars: 0.2 }),
  unpriced,
  row('c', { at: '2025-12-01T00:00:00.000Z', plan: '7-12', item: 13, kind: 'docs', estimated: true, dollars: 1 }),
];

describe('costs', () => {
  it('are summed by any columns, in order, numbers as numbers', () => {
    const { groups, total } = costs(ROWS, ['plan', 'item']);
    expect(groups).toEqual([
      expect.objectContaining({ plan: 'octo/shop#1', item: 2, requests: 2, dollars: 0.3, unpriced: 0, estimated: 0 }),
      expect.objectContaining({ plan: 'octo/shop#1', item: 10, requests: 1, dollars: 0, unpriced: 1 }),
      expect.objectContaining({ plan: 'octo/shop#12', item: 13, requests: 1, dollars: 1, estimated: 1 }),
    ]);
    expect(total).toEqual({
      requests: 4,
      tokens: { input: 4_000, output: 400, cacheRead: 40, cacheWrite: 4 },
      dollars: 1.3,
      unpriced: 1,
      estimated: 1,
    });
    expect(costs(ROWS, ['day']).groups.map(({ day }) => day)).toEqual(['2025-11-30', '2025-12-01']);
    expect(costs([], ['day'])).toMatchObject({ groups: [], total: { requests: 0, dollars: 0 } });
  });

  it('as comma-separated values hold no formula, whatever a model is called', () => {
    const { groups } = costs(ROWS, ['model', 'kind']);
    expect(csv(groups, ['model', 'kind'])).toBe(
      [
        'model,kind,requests,input,output,cache_read,cache_write,dollars,unpriced,estimated',
        `"'=HYPERLINK(""x"",""y"")",implement,1,1000,100,10,1,0,1,0`,
        'claude-sonnet-4-5,docs,1,1000,100,10,1,1,0,1',
        'claude-sonnet-4-5,implement,2,2000,200,20,2,0.3,0,0',
        '',
      ].join('\r\n'),
    );
  });

  it('as a table say what is in no sum, and show nothing that would move the cursor', () => {
    const text = table(costs([...ROWS, { ...unpriced, id: 'v', model: 'evil\u001b[2J' }], ['model']), ['model']);
    expect(text).toBe(
      `${[
        'model                requests  input  output  cached  US dollars',
        '=HYPERLINK("x","y")         1   1001     100      10    no price',
        'claude-sonnet-4-5           3   3003     300      30      1.3000',
        'evil[2J                     1   1001     100      10    no price',
        'all                         5   5005     500      50    1.3000 +',
        '2 requests to models without a price, in no sum of dollars; `prices` in forkjoin.yml gives them one.',
        '1 request broke off; what was used by then is an estimate.',
      ].join('\n')}\n`,
    );
    expect(table(costs([], ['day']), ['day'])).toBe('Nothing was spent.\n');
  });

  it('are told from a day, an instant, or so long ago', () => {
    const now = Date.parse('2025-11-30T12:00:00.000Z');
    expect(sinceOf('2025-11-29', now)).toBe('2025-11-29T00:00:00.000Z');
    expect(sinceOf('2025-11-29T10:00:00+02:00', now)).toBe('2025-11-29T08:00:00.000Z');
    expect(sinceOf('12h', now)).toBe('2025-11-30T00:00:00.000Z');
    expect(sinceOf('1w', now)).toBe('2025-11-23T12:00:00.000Z');
    for (const wrong of [
      '',
      'yesterday',
      '2025-02-30',
      '2025-02-30T00:00:00Z',
      '2025-13-01',
      '5',
      '5y',
      '2025-11-29T25:00:00Z',
      '2025-11-29T10:00',
    ])
      expect(sinceOf(wrong, now)).toBeUndefined();
  });
});
