import type { Ports } from '#engine/ports.ts';

/** Effects handed on at once. */
const BATCH = 200;

/** Moves decided effects from the outbox to their queues. What a crash left is moved at the next call. */
export const relay = async (ports: Pick<Ports, 'store' | 'queues'>): Promise<void> => {
  for (;;) {
    const waiting = await ports.store.outbox(BATCH);
    if (waiting.length === 0) return;
    await ports.queues.effects(waiting);
    await ports.store.relayed(waiting.map((entry) => entry.effect.name));
    if (waiting.length < BATCH) return;
  }
};
