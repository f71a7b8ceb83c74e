import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import type { Log } from '#engine/ports.ts';
import { messagesOf } from './event-stream.ts';

/** Pauses before the channel is opened again: doubled from the first to the longest. */
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;

/** What a channel says of one webhook: its headers by name, and its body, parsed. */
const message = z.object({
  body: z.looseObject({}),
  'x-github-event': z.string(),
  'x-github-delivery': z.string(),
  'x-hub-signature-256': z.string(),
});

/**
 * Brings webhooks from a smee channel to a machine without a public address, for development. They are delivered over
 * HTTP with their signature, like GitHub's own; what the channel lost or changed is refused there. Goes on until aborted.
 */
export async function forwardChannel(options: {
  readonly channel: string;
  /** Our own address for webhooks. */
  readonly target: string;
  readonly log: Log;
  readonly signal: AbortSignal;
}): Promise<void> {
  const { channel, target, log, signal } = options;

  const deliver = async (text: string) => {
    const read = message.safeParse(JSON.parse(text));
    if (!read.success) return;
    const { body, ...headers } = read.data;
    const answer = await fetch(target, {
      method: 'POST',
      // The signature is of GitHub's bytes. GitHub writes JSON as JSON.stringify does, so this makes them anew.
      body: JSON.stringify(body),
      headers: { ...headers, 'content-type': 'application/json' },
      signal,
    });
    log.info({ delivery: headers['x-github-delivery'], status: answer.status }, 'A webhook came through the channel');
    await answer.body?.cancel();
  };

  let pause = FIRST_PAUSE_MS;
  while (!signal.aborted) {
    try {
      const stream = await fetch(channel, { headers: { accept: 'text/event-stream' }, signal });
      if (!stream.ok || stream.body === null) throw new Error(`the channel answers ${stream.status}`);
      log.info({ channel }, 'Webhooks come through the channel');
      pause = FIRST_PAUSE_MS;
      for await (const text of messagesOf(stream.body))
        await deliver(text).catch((error: unknown) =>
          log.warn({ cause: String(error) }, 'A webhook from the channel was lost'),
        );
    } catch (error) {
      if (!signal.aborted) log.warn({ channel, cause: String(error) }, 'The channel is not there');
    }
    await wait(pause, undefined, { signal }).catch(() => 'aborted');
    pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
  }
}
