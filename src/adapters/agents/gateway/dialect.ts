import type { Tokens } from '#core/types.ts';
import type { Length } from './limit.ts';

/** The parts of a request body that the gateway looks at; what else there is passes as it came. */
export type Body = Readonly<Record<string, unknown>>;

/** Reads what a request used out of its answer, whole or event by event. */
export type Meter = {
  /** One event of a stream, or the whole answer. `end`: after this one nothing comes that is worth waiting for. */
  take(value: unknown): { readonly end: boolean };
  /** What the provider told so far; sorts that it did not tell are reckoned from what was seen. */
  tokens(): Tokens;
  /** Has the provider told all of it? */
  told(): boolean;
  /** Did the provider say in the middle of its answer that there are too many requests? */
  overloaded(): boolean;
};

/** One API of a provider: how its requests are sent on and its answers are read. */
export type Dialect = {
  readonly provider: 'anthropic' | 'openai';
  /** The body as it is sent: nothing in it makes the provider reach into the network, or spend what it does not tell. */
  prepare(body: Body): { readonly body: Body; readonly dropped: readonly string[] } | { readonly refused: string };
  /** How long an answer may be: what budgets do not pay for is not to be written, seen or unseen. */
  readonly length: Length;
  /** `asked`: tokens of the request, reckoned; used as long as the provider says nothing. */
  meter(asked: Tokens): Meter;
};
