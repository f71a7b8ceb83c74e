import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createQueues, type OpenQueues } from '#adapters/queue/queues.ts';
import { type Handlers, startWorkers, type Workers } from '#adapters/queue/workers.ts';
import { KINDS, openPlace, type Place } from '../../services/databases.ts';
import { listening, silent } from '../../services/log.ts';
import { aHint, attempt, gate, handlers, integrate, job, panel, untilAborted } from './jobs.ts';

const LONG = { timeout: 90_000, interval: 20 };

describe.each(KINDS)('queues on %s', (kind) => {
  let place: Place;
  let queues: OpenQueues;
  let started: Workers[];
  beforeAll(async () => {
    place = await openPlace(kind);
  });
  afterAll(() => place.stop());
  beforeEach(async () => {
    queues = await createQueues(place.database.backend, silent, {});
    started = [];
  });
  afterEach(async () => {
    await Promise.all(started.map((workers) => workers.close(0)));
    await queues.close();
    await place.clear();
  });

  const work = async (
    said: Partial<Handlers>,
    more: { attempts?: number; writeInterval?: number; log?: typeof silent } = {},
  ) => {
    const workers = await startWorkers(place.database.backend, handlers(said), {
      attempts: 2,
      writeInterval: 0,
      log: silent,
      ...more,
    });
    started.push(workers);
    return workers;
  };
  const empty = () =>
    vi.waitFor(async () => expect(Object.values(await queues.depth()).every((jobs) => jobs === 0)).toBe(true), LONG);

  it('hands a hint over as it was given, once, however often it was delivered', async () => {
    const hint = aHint('delivery 1/×', 'NUL \0 and half a pair \ud800');
    await Promise.all([queues.hint(hint), queues.hint(hint), queues.hint(hint), queues.hint(aHint('2'))]);
    const seen: unknown[] = [];
    await work({ hint: async (heard) => void seen.push(heard) });
    await empty();
    expect(seen).toHaveLength(2);
    expect(seen).toContainEqual(hint);
  });

  it('takes a name again when its job is done: what was done stands in the ledger, not here', async () => {
    let seen = 0;
    await work({ hint: async () => void seen++ });
    await queues.hint(aHint('1'));
    await empty();
    await queues.hint(aHint('1'));
    await empty();
    expect(seen).toBe(2);
  });

  it('works off 2,000 hints from many callers, each once', async () => {
    const seen: string[] = [];
    await work({ hint: async ({ id }) => void seen.push(id) });
    await Promise.all(Array.from({ length: 2000 }, (_, index) => queues.hint(aHint(`h${index}`))));
    await empty();
    expect(seen).toHaveLength(2000);
    expect(new Set(seen).size).toBe(2000);
  });

  it('performs effects of one installation one after another across two sets of workers, at least the interval apart', async () => {
    const starts: number[] = [];
    let running = 0;
    let most = 0;
    const effect = async () => {
      starts.push(performance.now());
      most = Math.max(most, ++running);
      // Every other one takes longer than the interval, so that order is kept by more than the pace.
      await new Promise((resolve) => setTimeout(resolve, starts.length % 2 ? 700 : 20));
      running--;
    };
    await work({ effect }, { writeInterval: 500 });
    await work({ effect }, { writeInterval: 500 });
    await queues.effects(Array.from({ length: 8 }, (_, index) => panel(`p${index}`)));
    await empty();
    expect(starts).toHaveLength(8);
    expect(most).toBe(1);
    // The database keeps the pace; a busy machine begins some too late, so that single gaps say nothing.
    const afterQuick = [2, 4, 6].map((index) => (starts[index] ?? 0) - (starts[index - 1] ?? 0));
    expect(afterQuick.reduce((sum, gap) => sum + gap) / afterQuick.length).toBeGreaterThan(300);
  });

  it('keeps the order in which effects of an installation were asked for', async () => {
    const seen: string[] = [];
    const asked = Array.from({ length: 30 }, (_, index) => panel(`p${index}`));
    await queues.effects(asked.slice(0, 10));
    await queues.effects(asked.slice(10));
    await work({ effect: async ({ effect }) => void seen.push(effect.name) });
    await empty();
    expect(seen).toEqual(asked.map(({ effect }) => effect.name));
  });

  it('serves an installation that appears after the workers have started, beside a busy one', async () => {
    const busy = gate();
    const seen: number[] = [];
    await work({
      effect: async ({ repository }) => {
        seen.push(repository.installation);
        if (repository.installation === 1) await busy.promise;
      },
    });
    await queues.effects([panel('a', 1)]);
    await vi.waitFor(() => expect(seen).toEqual([1]), { timeout: 20_000, interval: 20 });
    await queues.effects([panel('b', 2)]);
    await vi.waitFor(() => expect(seen).toEqual([1, 2]), { timeout: 20_000, interval: 20 });
    busy.resolve();
    await empty();
    expect([...(await queues.installations())].sort()).toEqual([1, 2]);
  });

  it('starts the attempt with the smallest priority first and fills no more than its slots', async () => {
    await queues.effects([attempt('c', 3), attempt('a', 1), attempt('d', 4), attempt('b', 2)]);
    const seen: string[] = [];
    let running = 0;
    let most = 0;
    await work({
      attempt: async ({ effect }) => {
        seen.push(effect.name);
        most = Math.max(most, ++running);
        await new Promise((resolve) => setTimeout(resolve, 100));
        running--;
      },
    });
    await empty();
    // Two begin at once, in either order.
    expect([seen.slice(0, 2).sort(), seen.slice(2).sort()]).toEqual([
      ['a', 'b'],
      ['c', 'd'],
    ]);
    expect(most).toBe(2);
  });

  it('does git work for one plan at a time, and for two plans at once', async () => {
    const running: string[] = [];
    const together: string[] = [];
    const seen: string[] = [];
    const integration = async ({ plan, effect }: { plan: string; effect: { name: string } }) => {
      running.push(plan);
      together.push([...running].sort().join(' '));
      await new Promise((resolve) => setTimeout(resolve, 300));
      running.splice(running.indexOf(plan), 1);
      seen.push(effect.name);
    };
    await queues.effects([
      integrate('a1', '1-1'),
      integrate('a2', '1-1'),
      integrate('b1', '1-2'),
      integrate('a3', '1-1'),
    ]);
    await work({ integration });
    await empty();
    expect(seen.sort()).toEqual(['a1', 'a2', 'a3', 'b1']);
    expect(together).not.toContain('1-1 1-1');
    expect(together).toContain('1-1 1-2');
  });

  it('looks at a push and forecasts while a round of the same plan is under way', async () => {
    const round = gate();
    const seen: string[] = [];
    await queues.effects([integrate('round', '1-1')]);
    await work({
      integration: async ({ effect }) => {
        if (effect.kind === 'integrate') await round.promise;
        seen.push(effect.name);
      },
    });
    await queues.effects([
      job({ kind: 'inspect-push', name: 'push', item: 2, head: 'a'.repeat(40) }),
      job({ kind: 'forecast', name: 'forecast' }),
    ]);
    await vi.waitFor(() => expect(seen.toSorted()).toEqual(['forecast', 'push']), LONG);
    round.resolve();
    await empty();
    expect(seen).toHaveLength(3);
  });

  it('tries a job that throws again after a second, then two, and says so', async () => {
    const log = listening();
    const tries: number[] = [];
    await work(
      {
        hint: async () => {
          tries.push(performance.now());
          if (tries.length < 3) throw new Error('GitHub answered 502 \0 \ud800');
        },
      },
      { log },
    );
    await queues.hint(aHint('1'));
    await empty();
    expect(tries).toHaveLength(3);
    const [first = 0, second = 0, third = 0] = tries;
    expect(second - first).toBeGreaterThan(950);
    expect(second - first).toBeLessThan(1900);
    expect(third - second).toBeGreaterThan(1950);
    expect(log.said).toEqual([
      'A job failed (issue) and is tried again in 1 s',
      'A job failed (issue) and is tried again in 2 s',
    ]);
  });

  it('puts a job back for as long as its handler asks, silently, and lets others pass meanwhile', async () => {
    const log = listening();
    const seen: string[] = [];
    const since = performance.now();
    let waited = 0;
    await queues.effects([panel('slow'), panel('quick')]);
    await work(
      {
        effect: async ({ effect }) => {
          seen.push(effect.name);
          if (effect.name === 'quick' || seen.length > 2) waited = performance.now() - since;
          else return { later: 400 };
          return;
        },
      },
      { log },
    );
    await empty();
    expect(seen).toEqual(['slow', 'quick', 'slow']);
    expect(waited).toBeGreaterThan(390);
    expect(log.said).toEqual([]);
  });

  it('aborts what is running when it closes, in bounded time, and leaves the job to the next worker at once', async () => {
    let reason: unknown;
    const busy = gate();
    const first = await work({
      attempt: async (_, signal) => {
        busy.resolve();
        await untilAborted(signal).catch((cause: unknown) => {
          reason = cause;
          throw cause;
        });
      },
    });
    await queues.effects([attempt('a', 1)]);
    await busy.promise;
    // Its handler ends when it is told to, and only then.
    await first.close(200);
    expect(String(reason)).toContain('shutting down');
    const seen: string[] = [];
    await work({ attempt: async ({ effect }) => void seen.push(effect.name) });
    // A job whose lock had to run out first would take 9 s.
    await vi.waitFor(() => expect(seen).toEqual(['a']), { timeout: 8000, interval: 20 });
    await empty();
  });

  it('lets running jobs finish within the grace and takes no new ones', async () => {
    const busy = gate();
    const seen: string[] = [];
    const first = await work(
      {
        attempt: async ({ effect }) => {
          busy.resolve();
          await new Promise((resolve) => setTimeout(resolve, 300));
          seen.push(effect.name);
        },
      },
      { attempts: 1 },
    );
    await queues.effects([attempt('a', 1), attempt('b', 2)]);
    await busy.promise;
    await first.close(5000);
    expect(seen).toEqual(['a']);
    expect((await queues.depth())['agents']).toBe(1);
  });

  it('closes in bounded time even when a handler does not listen', async () => {
    const busy = gate();
    const stuck = gate();
    const first = await work({
      hint: async () => {
        busy.resolve();
        await stuck.promise;
      },
    });
    await queues.hint(aHint('1'));
    await busy.promise;
    // Its handler ends after this, or never.
    await first.close(100);
    stuck.resolve();
  });

  it('says how much is waiting, delayed or at work', async () => {
    await queues.effects([panel('p'), attempt('a', 1), attempt('b', 2), integrate('i', '1-1')]);
    await queues.hint(aHint('1'));
    expect(await queues.depth()).toEqual({ facts: 1, agents: 2, integrations: 1, git: 0, 'effects-7': 1 });
  });
});
