import { type ClientContext, client, methods, PROTOCOL_VERSION, RequestError } from '@agentclientprotocol/sdk';
import { z } from 'zod';
import type { AgentTask } from '#engine/ports.ts';
import { claudeOptions } from '../claude-settings.ts';
import type { Report } from '../kind.ts';
import { chosenModel } from './model-choice.ts';
import { permit } from './permission.ts';
import { listener } from './update.ts';
import type { Wire } from './wire.ts';

/** How a conversation ended. `wrong`: this agent cannot be used as it is, however often it is tried. */
export type Said =
  | { readonly kind: 'done'; readonly summary: string; readonly session: string }
  | { readonly kind: 'failed'; readonly why: string }
  | Wrong;

type Wrong = { readonly kind: 'wrong'; readonly why: string };

/** What is asked for, and where the conversation stands: the method that was sent last. */
export type Talk = {
  readonly task: Pick<AgentTask, 'agent' | 'worktree' | 'prompt' | 'resume' | 'tools'>;
  readonly model: string | undefined;
  readonly report: Report;
  at: string;
};

const Hello = z.object({
  protocolVersion: z.number(),
  agentCapabilities: z
    .object({
      loadSession: z.boolean().nullish(),
      sessionCapabilities: z.object({ resume: z.unknown() }).partial().nullish(),
    })
    .nullish(),
  authMethods: z.array(z.object({ id: z.string(), name: z.string().nullish() })).nullish(),
});
const Session = z.object({ sessionId: z.string() });
const Stop = z.object({ stopReason: z.string() });

/** Asked about a program that never said hello. */
export const IS_IT_ONE = 'Is it an agent that speaks the Agent Client Protocol?';

/** The answer of an agent that wants a login first. */
const AUTH_REQUIRED = -32_000;

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
    const opened = await open(connection.agent, talk);
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
  const talk: Talk = { task: { agent: '', worktree, prompt: '' }, model: undefined, report, at: '' };
  try {
    const opened = await open(connection.agent, talk);
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

type Opened = { readonly kind: 'open'; readonly session: string; readonly resumed: boolean };

async function open(agent: ClientContext, talk: Talk): Promise<Opened | Wrong> {
  const hello = Hello.safeParse(
    await send(agent, talk, methods.agent.initialize, {
      protocolVersion: PROTOCOL_VERSION,
      clientCapabilities: { fs: { readTextFile: false, writeTextFile: false }, terminal: false },
      clientInfo: { name: 'forkjoin', version: '1' },
    }),
  ).data;
  if (hello === undefined) return wrong('its answer to `initialize` is none of the Agent Client Protocol');
  if (hello.protocolVersion !== PROTOCOL_VERSION)
    return wrong(
      `it speaks version ${hello.protocolVersion} of the Agent Client Protocol, and Forkjoin speaks ${PROTOCOL_VERSION}: install a version of it that does`,
    );
  const again = await resumed(agent, talk, hello);
  if (again !== undefined) return again;
  try {
    const answer = await send(agent, talk, methods.agent.session.new, place(talk.task));
    const session = Session.safeParse(answer).data?.sessionId;
    if (session === undefined) return wrong('its answer to `session/new` names no session');
    talk.report.session(session, false);
    await choose(agent, talk, session, answer);
    return { kind: 'open', session, resumed: false };
  } catch (error) {
    if (!wantsLogin(error)) throw error;
    return wrong(loginWords((hello.authMethods ?? []).map((way) => way.name ?? way.id)));
  }
}

const wantsLogin = (error: unknown): boolean => error instanceof RequestError && error.code === AUTH_REQUIRED;

/** `ways`: the logins that the agent knows, by name. */
const loginWords = (ways: readonly string[]): string =>
  `it wants a login${ways.length === 0 ? '' : ` (${ways.join(', ')})`}, and there is none inside the sandbox: set ANTHROPIC_API_KEY or OPENAI_API_KEY for this worker, so that it reaches its model through the gateway`;

/** The earlier session, where the agent can go on with it and still has it. */
async function resumed(agent: ClientContext, talk: Talk, hello: z.infer<typeof Hello>): Promise<Opened | undefined> {
  const session = talk.task.resume?.session;
  if (session === undefined) return undefined;
  const { loadSession, sessionCapabilities } = hello.agentCapabilities ?? {};
  const { resume, load } = methods.agent.session;
  const method = sessionCapabilities?.resume == null ? (loadSession === true ? load : undefined) : resume;
  if (method === undefined) return undefined;
  try {
    const answer = await send(agent, talk, method, { ...place(talk.task), sessionId: session });
    talk.report.session(session, true);
    await choose(agent, talk, session, answer);
    return { kind: 'open', session, resumed: true };
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    return undefined;
  }
}

/** An agent that lets its model be chosen is given the one that was asked for, if it knows it. */
async function choose(agent: ClientContext, talk: Talk, sessionId: string, answer: unknown): Promise<void> {
  const configId = chosenModel(answer, talk.model);
  if (configId === undefined) return;
  const set = { sessionId, configId, value: talk.model };
  await send(agent, talk, methods.agent.session.setConfigOption, set);
}

/** Where it works. Programs around Claude Code read more there; to others it means nothing. */
function place(task: Talk['task']): Readonly<Record<string, unknown>> {
  return { cwd: task.worktree.path, mcpServers: [], _meta: claudeOptions(task) };
}

async function send(agent: ClientContext, talk: Talk, method: string, params: unknown): Promise<unknown> {
  talk.at = method;
  return await agent.request<unknown, unknown>(method, params);
}

function wrong(why: string): Wrong {
  return { kind: 'wrong', why };
}

function sentence(error: unknown): string {
  if (!(error instanceof RequestError)) return error instanceof Error ? error.message : String(error);
  const data = error.data === undefined ? '' : ` (${JSON.stringify(error.data)})`;
  return `${error.message}${data}`.slice(0, 2_000);
}
