import { describe, expect, it } from 'vitest';
import { type Pause, pauseAfter } from '#core/spend/pause.ts';

const refused = (now: number, wait?: number, sent = now - 10) => ({
  provider: 'anthropic',
  status: 429,
  wait,
  sent,
  now,
});

describe('the pause of the fleet', () => {
  it('is as long as the provider says, at least a second and at most a day', () => {
    expect(pauseAfter(undefined, refused(1_000, 7_000))).toMatchObject({ since: 1_000, until: 8_000, strikes: 1 });
    expect(pauseAfter(undefined, refused(1_000, 0)).until).toBe(2_000);
    expect(pauseAfter(undefined, refused(0, 1e12)).until).toBe(24 * 60 * 60_000);
  });

  it('doubles from 15 seconds to five minutes when the provider says nothing', () => {
    let pause: Pause | undefined;
    const lengths: number[] = [];
    for (let now = 0; lengths.length < 7; now = (pause?.until ?? 0) + 100) {
      pause = pauseAfter(pause, refused(now));
      lengths.push((pause.until - now) / 1_000);
    }
    expect(lengths).toEqual([15, 30, 60, 120, 240, 300, 300]);
  });

  it('begins small again when ten minutes went well', () => {
    const first = pauseAfter(pauseAfter(undefined, refused(0)), refused(16_000));
    expect(first.strikes).toBe(2);
    expect(pauseAfter(first, refused(first.until + 11 * 60_000)).strikes).toBe(1);
  });

  it('counts the refusals of requests that were under way together as one', () => {
    const first = pauseAfter(undefined, refused(1_000, undefined, 500));
    const second = pauseAfter(first, refused(1_200, undefined, 600));
    expect(second).toMatchObject({ strikes: 1, since: 1_000, until: first.until });
    expect(pauseAfter(second, refused(1_300, 60_000, 700)).until).toBe(61_300);
  });

  it('is never shortened by a later word', () => {
    const first = pauseAfter(undefined, refused(1_000, 60_000, 500));
    expect(pauseAfter(first, refused(2_000, 5_000, 600)).until).toBe(61_000);
    // Nor is it said to be of the provider that said less.
    const other = { ...refused(2_000, 5_000), provider: 'openai', status: 529 };
    expect(pauseAfter(first, other)).toMatchObject({ provider: 'anthropic', status: 429, until: 61_000 });
    expect(pauseAfter(first, { ...other, wait: 90_000 })).toMatchObject({
      provider: 'openai',
      status: 529,
      until: 92_000,
    });
  });
});
