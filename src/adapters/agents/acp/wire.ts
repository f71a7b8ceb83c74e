import type { Writable } from 'node:stream';
import type { AnyMessage, Stream } from '@agentclientprotocol/sdk';
import { z } from 'zod';
import type { Unreadable } from '../unreadable.ts';

/** The connection to an agent over its standard streams. */
export type Wire = {
  /** Requests and answers, for the library. */
  readonly stream: Stream;
  /** Takes who hears the agent's notifications from now on. */
  listen(hear: (method: string, params: unknown) => void): void;
  line(text: string): void;
  close(): void;
};

const Message = z.union([
  z.looseObject({ method: z.string(), id: z.union([z.string(), z.number()]).optional() }),
  z.looseObject({ method: z.undefined().optional(), id: z.union([z.string(), z.number()]) }),
]);

/**
 * Turns lines into messages and back. Only what the protocol can mean gets through: a line that is none is counted, an
 * answer to what nobody asked is dropped, and notifications go past the library, which would complain of strange ones on
 * the worker's own output.
 */
export function openWire(input: Writable, strange: Unreadable): Wire {
  const asked = new Set<unknown>();
  let give = (_message: AnyMessage): void => {};
  let end = (): void => {};
  let hear = (_method: string, _params: unknown): void => {};
  const stop = (): void => {
    give = () => {};
    end = () => {};
  };
  const readable = new ReadableStream<AnyMessage>({
    start: (controller) => {
      give = (message) => controller.enqueue(message);
      end = () => controller.close();
    },
    // The library is done with it.
    cancel: stop,
  });
  const writable = new WritableStream<AnyMessage>({
    write: (message) => {
      if ('method' in message && 'id' in message) asked.add(message.id);
      input.write(`${JSON.stringify(message)}\n`);
    },
  });
  return {
    stream: { readable, writable },
    listen: (listener) => {
      hear = listener;
    },
    line: (text) => {
      const message = messageOf(text);
      if (message === undefined) strange.line(text);
      else if ('method' in message && !('id' in message)) hear(message.method, message.params);
      else if ('method' in message || asked.delete(message.id)) give(message);
    },
    close: () => {
      end();
      stop();
    },
  };
}

function messageOf(text: string): AnyMessage | undefined {
  try {
    const parsed = Message.safeParse(JSON.parse(text));
    return parsed.success ? ({ ...parsed.data, jsonrpc: '2.0' } as AnyMessage) : undefined;
  } catch {
    return undefined;
  }
}
