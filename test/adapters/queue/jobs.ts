import type { Handlers } from '#adapters/queue/workers.ts';
import type { Effect, Repository } from '#core/types.ts';
import type { Hint, Outboxed } from '#engine/ports.ts';

export const repository = (installation: number): Repository => ({
  installation,
  id: 1,
  owner: 'octo',
  name: 'sample',
});

export const aHint = (id: string, because = 'edited'): Hint => ({
  id,
  at: '2026-01-01T00:00:00.000Z',
  repository: repository(7),
  kind: 'issue',
  issue: 1,
  because,
});

export const job = (effect: Effect, plan = '1-1', installation = 7): Outboxed => ({
  plan,
  repository: repository(installation),
  effect,
});

export const panel = (name: string, installation = 7): Outboxed => job({ name, kind: 'panel' }, '1-1', installation);

export const attempt = (name: string, priority: number): Outboxed =>
  job({ name, kind: 'attempt', item: 2, attempt: 1, priority });

export const integrate = (name: string, plan: string): Outboxed => job({ name, kind: 'integrate', round: 1 }, plan);

/** Handlers that do nothing but what the test says. */
export const handlers = (said: Partial<Handlers> = {}): Handlers => ({
  hint: async () => undefined,
  effect: async () => undefined,
  attempt: async () => undefined,
  integration: async () => undefined,
  ...said,
});

/** Ends when the signal says so, with its reason as an error; never before. */
export const untilAborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));

/** A door that the test opens. */
export const gate = () => Promise.withResolvers<void>();
