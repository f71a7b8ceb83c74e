import type { ModelRequest } from './conversation.ts';
import type { Billed, Turn } from './turn.ts';

/** One API of a provider: how a turn is said in one piece, and as a stream. */
export type Api = {
  readonly whole: (turn: Turn, billed: Required<Billed>, model: string) => unknown;
  /** Texts of server-sent events. `billed` is asked at the end: of an endless answer it is what was streamed. */
  readonly events: (
    turn: Turn,
    billed: () => Required<Billed>,
    request: ModelRequest,
    pieces: Iterable<string>,
  ) => Generator<string>;
};

/** A server-sent event as text. */
export const event = (type: string, data: Readonly<Record<string, unknown>>): string =>
  `event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`;
