import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { fewLines } from '../few-lines.ts';
import { headersUp, refuse } from './answers.ts';
import type { Body, Dialect } from './dialect.ts';
import type { Door } from './doors.ts';
import type { GatewayOptions } from './gateway.ts';
import { handOn } from './hand-on.ts';
import { createHold } from './hold.ts';
import { findsKey } from './key-in.ts';
import { createLedger } from './ledger.ts';
import { patience } from './patience.ts';
import { send } from './provider.ts';
import { type Asked, createRoom, readRequest } from './read-request.ts';
import { mostInput, reckonInput } from './reckon.ts';
import { judge } from './refusals.ts';
import type { Verdict } from './verdict.ts';

/** What all exchanges of one gateway share. `deadline`: end of the attempt, milliseconds since 1970. */
export type Shared = Omit<GatewayOptions, 'folder' | 'minutes'> & {
  readonly end: (verdict: Verdict) => void;
  readonly closed: AbortSignal;
  readonly deadline: number;
};

/** A request at a door of ours. */
type Knock = { readonly door: Door; readonly query: string };

/** Names of things left out that are told of one attempt. */
const NAMES = 20;

/** The body as it may be sent, and as text. What is nested deeper than can be written is nothing that a model reads. */
const prepare = (dialect: Dialect, body: Body) => {
  try {
    const prepared = dialect.prepare(body);
    return 'refused' in prepared ? prepared : { ...prepared, plain: Buffer.from(JSON.stringify(prepared.body)) };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { refused: 'The model gateway passes on no requests that are nested so deeply.' };
  }
};

/** One request of an agent from door to answer: read, admitted, sent (again after a pause), metered, written to the ledger. */
export const createExchange = (shared: Shared) => {
  const { upstreams, purse, alive, log, closed } = shared;
  const hold = createHold(shared);
  const ledger = createLedger(shared);
  const told = new Set<string>();
  const room = createRoom();
  const few = fewLines(log);
  let waited = false;
  const sayBusy = (): void => {
    if (waited) return;
    waited = true;
    log.info({}, 'A request to a model waits: what is left of a budget is set aside for requests of others.');
  };
  const say = (dropped: readonly string[]): void => {
    // An agent names what it likes, as often as it likes.
    const news = dropped.slice(0, NAMES).flatMap((name) => (told.has(name) ? [] : [name.slice(0, 100)]));
    if (news.length === 0) return;
    if (told.size < NAMES) for (const name of news) told.add(name);
    few.warn({ left_out: news }, 'Left out of a request what the provider would have done beyond answering.');
  };

  /** Asks until it may be sent. The body as it is sent, with its place in the ledger; undefined: it is refused already. */
  const admitted = async (
    { door, model }: { readonly door: Door; readonly model: string },
    { body, plain }: { readonly body: Body; readonly plain: Buffer },
    response: ServerResponse,
    signal: AbortSignal,
  ) => {
    const { length, meter } = door.dialect;
    for (;;) {
      const request = randomUUID();
      const until = door.free ? await purse.paused() : undefined;
      const admission = door.free
        ? until === undefined
          ? undefined
          : ({ kind: 'wait', until } as const)
        : await purse.admit({ request, model, input: mostInput(plain), output: length.named(body) });
      switch (admission?.kind) {
        case undefined:
          return { bytes: plain, entry: undefined };
        case 'spent':
          shared.end({ kind: 'budget', spent: admission.budget });
          refuse(response, 403, 'The budget of this work is spent.');
          return undefined;
        case 'wait':
          if (await hold.until(admission.until, signal)) continue;
          refuse(response, 403, 'The model provider asks for a pause that is longer than this attempt may take.');
          return undefined;
        case 'busy':
          if (!admission.own) sayBusy();
          if (await hold.briefly(signal, admission.own)) continue;
          refuse(response, 403, 'This attempt is over.');
          return undefined;
        case 'go': {
          const limited = admission.output === undefined ? body : length.limit(body, admission.output);
          const bytes = limited === body ? plain : Buffer.from(JSON.stringify(limited));
          return { bytes, entry: ledger.open(request, model, meter(reckonInput(bytes, ledger.before(model)))) };
        }
      }
    }
  };

  const exchange = async (
    { door, query }: Knock,
    asked: Extract<Asked, { readonly model: string }>,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> => {
    const { dialect } = door;
    const upstream = upstreams[dialect.provider];
    if (upstream === undefined) return refuse(response, 404, `This worker has no key for ${dialect.provider}.`);
    const prepared = prepare(dialect, asked.body);
    if ('refused' in prepared) {
      few.warn({ model: asked.model }, prepared.refused);
      return refuse(response, 400, prepared.refused);
    }
    say(prepared.dropped);
    alive();
    const streamed = asked.body['stream'] === true;
    const { here, worth, over } = patience(response, closed, streamed || door.free);
    try {
      for (;;) {
        const place = await admitted({ door, model: asked.model }, prepared, response, here);
        if (place === undefined) return;
        const { bytes, entry } = place;
        try {
          const sent = new Date().toISOString();
          const answer = await send(dialect.provider, upstream, {
            path: `${door.path}${query}`,
            headers: headersUp(request.headers),
            body: bytes,
            signal: worth,
          }).catch((error: Error) => error);
          if (answer instanceof Error) {
            // Whoever hangs up before the answer has been served all the same, as far as anybody can tell.
            if (worth.aborted) return await entry?.close();
            few.warn({ provider: dialect.provider, error: answer.message }, 'The model provider could not be reached.');
            return refuse(response, 502, 'The model provider could not be reached.');
          }
          alive();
          const verdict = await judge(answer, dialect.provider, upstream);
          if (verdict.kind === 'answer')
            return await handOn(answer, response, entry, {
              ...shared,
              signal: worth,
              provider: dialect.provider,
              keyIn: findsKey(upstream.key),
              sent,
              streamed,
            });
          if (verdict.kind === 'refused') {
            log.error({ provider: dialect.provider, says: verdict.detail }, verdict.what);
            shared.end({ kind: 'refused', what: verdict.what });
            return refuse(response, 403, 'The model provider does not serve this worker.');
          }
          await purse.limited({ provider: dialect.provider, status: verdict.status, wait: verdict.wait, sent });
        } finally {
          await entry?.drop();
        }
      }
    } finally {
      over();
    }
  };

  let before: Promise<unknown> = Promise.resolve();

  return async (knock: Knock, request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { asked, give } = await readRequest(request, room);
    try {
      if ('wrong' in asked) refuse(response, asked.status, asked.wrong);
      else if (knock.door.free || asked.body['stream'] === true) await exchange(knock, asked, request, response);
      else {
        // An answer in one piece tells what it uses when it is over: one after the other, or all of them pass a budget.
        const turn = before.then(() => (response.destroyed ? undefined : exchange(knock, asked, request, response)));
        before = turn.catch(() => undefined);
        await turn;
      }
    } finally {
      give();
    }
  };
};
