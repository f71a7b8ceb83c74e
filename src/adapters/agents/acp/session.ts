import { type ClientContext, methods, PROTOCOL_VERSION, RequestError } from '@agentclientprotocol/sdk';
import { z } from 'zod';
import type { AgentTask } from '#engine/ports.ts';
import { claudeOptions } from '../claude-settings.ts';
import type { Report } from '../kind.ts';
import { chosenModel } from './model-choice.ts';

/** What is asked for, and where the conversation stands: the method that was sent last. */
export type Talk = {
  readonly task: Pick<AgentTask, 'agent' | 'worktree' | 'prompt' | 'resume' | 'tools'>;
  readonly model: string | undefined;
  readonly report: Report;
  /** Where it works, as it is told. */
  readonly cwd: string;
  at: string;
};

/** This agent cannot be used as it is, however often it is tried. */
export type Wrong = { readonly kind: 'wrong'; readonly why: string };

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
/** The answer of an agent that wants a login first. */
const AUTH_REQUIRED = -32_000;

type Opened = { readonly kind: 'open'; readonly session: string; readonly resumed: boolean };

/** Greets an agent and opens a session, the earlier one where it can go on with it. */
export async function openSession(agent: ClientContext, talk: Talk): Promise<Opened | Wrong> {
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
    const answer = await send(agent, talk, methods.agent.session.new, place(talk));
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

/** Was it refused for want of a login? */
export const wantsLogin = (error: unknown): boolean => error instanceof RequestError && error.code === AUTH_REQUIRED;

/** Why it cannot be used then. `ways`: the logins that the agent knows, by name. */
export const loginWords = (ways: readonly string[]): string =>
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
    const answer = await send(agent, talk, method, { ...place(talk), sessionId: session });
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
function place({ task, cwd }: Talk): Readonly<Record<string, unknown>> {
  return { cwd, mcpServers: [], _meta: claudeOptions(task) };
}

/** Asks, and remembers what was asked. */
export async function send(agent: ClientContext, talk: Talk, method: string, params: unknown): Promise<unknown> {
  talk.at = method;
  return await agent.request<unknown, unknown>(method, params);
}

/** Says why an agent cannot be used. */
export function wrong(why: string): Wrong {
  return { kind: 'wrong', why };
}
