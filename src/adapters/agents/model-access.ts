import { join } from 'node:path';
import type { AgentOutcome, AgentTask } from '#engine/ports.ts';
import { openGateway } from './gateway/gateway.ts';
import type { Upstreams } from './gateway/provider.ts';
import { OPENAI_VARIABLE } from './model-settings.ts';
import type { Route } from './relay.ts';
import { makeRunFolder } from './run-folder.ts';
import type { Workshop } from './workshop.ts';

/** What one start of an agent has of its own, and its way to the models. */
export type ModelAccess = {
  /** A private folder of this start. */
  readonly folder: string;
  /** Its home folder where there is no sandbox to give it one. */
  readonly home: string;
  readonly routes: readonly Route[];
  /** Placeholders in the place of keys. */
  readonly environment: Readonly<Record<string, string>>;
  /** Aborts when somebody cancels, or when the gateway ends the attempt. */
  readonly signal: AbortSignal;
  /** Takes what is to be called when something passes through the gateway. */
  readonly alive: (touch: () => void) => void;
};

/** Opens the gateway for one start, and closes everything afterwards. Cost and the gateway's own verdict go into the outcome. */
export async function withModelAccess(
  workshop: Workshop,
  upstreams: Upstreams,
  task: AgentTask,
  signal: AbortSignal,
  use: (access: ModelAccess) => Promise<AgentOutcome>,
): Promise<AgentOutcome> {
  const folder = await makeRunFolder();
  let touch = (): void => {};
  try {
    const gateway = await openGateway({
      folder: folder.path,
      upstreams,
      purse: task.purse,
      minutes: task.limits.timeout,
      alive: () => touch(),
      log: workshop.log,
    });
    const variables = [
      ...(upstreams.anthropic === undefined ? [] : ['ANTHROPIC_BASE_URL']),
      ...(upstreams.openai === undefined ? [] : [OPENAI_VARIABLE]),
    ];
    let outcome: AgentOutcome = { kind: 'cancelled' };
    try {
      outcome = await use({
        folder: folder.path,
        home: join(folder.path, 'home'),
        routes: variables.length === 0 ? [] : [{ socket: gateway.socket, variables }],
        environment: {
          ...(upstreams.anthropic === undefined ? {} : { ANTHROPIC_API_KEY: gateway.token }),
          ...(upstreams.openai === undefined ? {} : { OPENAI_API_KEY: gateway.token, CODEX_API_KEY: gateway.token }),
        },
        signal: AbortSignal.any([signal, gateway.ended]),
        alive: (refresh) => {
          touch = refresh;
        },
      });
    } finally {
      outcome = await gateway.settle(outcome);
    }
    return outcome;
  } finally {
    await folder.remove();
  }
}
