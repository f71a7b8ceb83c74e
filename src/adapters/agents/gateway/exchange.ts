import type { IncomingMessage, ServerResponse } from 'node:http';
import { headersUp, refuse } from './answers.ts';
import type { Door } from './doors.ts';
import type { GatewayOptions } from './gateway.ts';
import { handOn } from './hand-on.ts';
import { createHold } from './hold.ts';
import { createLedger } from './ledger.ts';
import { send } from './provider.ts';
import { type Asked, createRoom, readRequest } from './read-request.ts';
import { reckonInput } from './reckon.ts';
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

/** One request of an agent from door to answer: read, admitted, sent (again after a pause), metered, written to the ledger. */
export const createExchange = (shared: Shared) => {
  const { upstreams, purse, alive, log, closed } = shared;
  const hold = createHold(shared);
  const ledger = createLedger(shared);
  const told = new Set<string>();
  const room = createRoom();
  const say = (dropped: readonly string[]): void => {
    const news = dropped.filter((name) => !told.has(name));
    for (const name of news) told.add(name);
    if (news.length > 0)
      log.warn({ left_out: news }, 'Left out of a request what the provider would have done beyond answering.');
  };

  const exchange = async (
    { door, query }: Knock,
    asked: Extract<Asked, { readonly model: string }>,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> => {
    const gone = new AbortController();
    response.on('close', () => gone.abort());
    const signal = AbortSignal.any([gone.signal, closed]);
    const { dialect } = door;
    const upstream = upstreams[dialect.provider];
    if (upstream === undefined) return refuse(response, 404, `This worker has no key for ${dialect.provider}.`);
    const prepared = dialect.prepare(asked.body);
    if ('refused' in prepared) {
      log.warn({ model: asked.model }, prepared.refused);
      return refuse(response, 400, prepared.refused);
    }
    say(prepared.dropped);
    alive();
    for (;;) {
      const admission = await purse.admit(asked.model);
      if (admission.kind === 'spent' && !door.free) {
        shared.end({ kind: 'budget', spent: admission.budget });
        return refuse(response, 403, 'The budget of this work is spent.');
      }
      if (admission.kind === 'wait') {
        if (await hold(admission.until, signal)) continue;
        return refuse(response, 403, 'The model provider asks for a pause that is longer than this attempt may take.');
      }
      const limited =
        door.free || admission.kind === 'spent' ? prepared.body : dialect.limit(prepared.body, admission.output);
      const body = Buffer.from(JSON.stringify(limited));
      const sent = new Date().toISOString();
      const entry = door.free
        ? undefined
        : ledger.open(asked.model, dialect.meter(reckonInput(body, ledger.before(asked.model))));
      const answer = await send(dialect.provider, upstream, {
        path: `${door.path}${query}`,
        headers: headersUp(request.headers),
        body,
        signal,
      }).catch((error: Error) => error);
      if (answer instanceof Error) {
        // Whoever hangs up before the answer has been served all the same, as far as anybody can tell.
        if (signal.aborted) return await entry?.close();
        log.warn({ provider: dialect.provider, error: answer.message }, 'The model provider could not be reached.');
        return refuse(response, 502, 'The model provider could not be reached.');
      }
      alive();
      const verdict = await judge(answer, dialect.provider, upstream);
      switch (verdict.kind) {
        case 'limited':
          await purse.limited({ provider: dialect.provider, status: verdict.status, wait: verdict.wait, sent });
          continue;
        case 'refused':
          log.error({ provider: dialect.provider, says: verdict.detail }, verdict.what);
          shared.end({ kind: 'refused', what: verdict.what });
          return refuse(response, 403, 'The model provider does not serve this worker.');
        case 'answer':
          return await handOn(answer, response, entry, {
            ...shared,
            signal,
            provider: dialect.provider,
            sent,
            streamed: asked.body['stream'] === true,
          });
      }
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
