import { client, methods, RequestError } from '@agentclientprotocol/sdk';
import { z } from 'zod';
import { permit } from './permission.ts';
import { loginWords, openSession, send, type Talk, type Wrong, wantsLogin, wrong } from './session.ts';
import { listener } from './update.ts';
import type { Wire } from './wire.ts';

/** How a conversation ended. `failed`: another try may go better. */
export type Said =
  | { readonly kind: 'done'; readonly summary: string; readonly session: string }
  | { readonly kind: 'failed'; readonly why: string }
  | Wrong;

const Stop = z.object({ stopReason: z.string() });

/** Asked about a program that never said hello. */
export const IS_IT_ONE = 'Is it an agent that speaks the Agent Client Protocol?';

/**
 * One item over the Agent Client Protocol: greet, open a session (or go on with an earlier one), say the prompt, listen
 * until the turn is over. The agent reads, writes and runs commands itself, inside its sandbox: the worker offers it
 * neither files nor terminals, so nothing that it asks for happens outside.
 */
export async function converse(wire: Wire, talk: Talk): Promise<Said> {
  const ear = listener(talk.task.worktree.path);
  let working = false;
  const app = client({ name: 'forkjoin' }).onRequest('*', ({ method, params }) => {
    if (method === methods.client.session.requestPermission) return permit(params);
    throw RequestError.methodNotFound(method);
  });
  wire.listen((method, params) => {
    // A session that is loaded is told again from its beginning.
    if (method !== methods.client.session.update || !working) return;
    const news = ear.heard(params);
    if (news !== undefined) talk.report.progress(news);
  });
  const connection = app.connect(wire.stream);
  try {
    const opened = await openSession(connection.agent, talk);
    if (opened.kind === 'wrong') return opened;
    working = true;
    const prompt = opened.resumed ? (talk.task.resume?.prompt ?? talk.task.prompt) : talk.task.prompt;
    const { session } = opened;
    const asked = { sessionId: session, prompt: [{ type: 'text', text: prompt }] };
    const reason = Stop.safeParse(await send(connection.agent, talk, methods.agent.session.prompt, asked)).data
      ?.stopReason;
    if (reason === 'end_turn') return { kind: 'done', summary: ear.message(), session };
    return {
      kind: 'failed',
      why: `The agent stopped before it was done: ${reason ?? 'it gave no reason'}.\n${ear.message()}`,
    };
  } catch (error) {
    if (wantsLogin(error)) return wrong(loginWords([]));
    return { kind: 'failed', why: whyNot(error, connection.signal.aborted, talk) };
  } finally {
    connection.close();
  }
}

/**
 * Says no more than hello: opens a session and goes. `failed` when it did not even answer that; what goes wrong later
 * may be for want of a model.
 */
export async function greet(
  wire: Wire,
  folder: string,
): Promise<Exclude<Said, { readonly kind: 'done' }> | { readonly kind: 'met' }> {
  const connection = client({ name: 'forkjoin' }).connect(wire.stream);
  const worktree = { path: folder, name: 'greeting', base: '' };
  const report = { progress: () => {}, session: () => {} };
  const talk: Talk = {
    task: { agent: '', worktree, prompt: '' },
    model: undefined,
    report,
    cwd: worktree.path,
    at: '',
  };
  try {
    const opened = await openSession(connection.agent, talk);
    return opened.kind === 'wrong' ? opened : { kind: 'met' };
  } catch (error) {
    if (talk.at !== methods.agent.initialize) return { kind: 'met' };
    return { kind: 'failed', why: whyNot(error, connection.signal.aborted, talk) };
  } finally {
    connection.close();
  }
}

/** When its streams ended, there is no answer to explain. */
function whyNot(error: unknown, gone: boolean, talk: Talk): string {
  if (!gone) return `It answered \`${talk.at}\` with an error: ${sentence(error)}`;
  const question = talk.at === methods.agent.initialize ? ` ${IS_IT_ONE}` : '';
  return `It ended before it answered \`${talk.at}\`.${question}`;
}

function sentence(error: unknown): string {
  if (!(error instanceof RequestError)) return error instanceof Error ? error.message : String(error);
  const data = error.data === undefined ? '' : ` (${JSON.stringify(error.data)})`;
  return `${error.message}${data}`.slice(0, 2_000);
}
