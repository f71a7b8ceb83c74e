import { join } from 'node:path';
import type { AgentOutcome, AgentTask } from '#engine/ports.ts';
import { type Gateway, openGateway } from './gateway/gateway.ts';
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

/**
 * Opens the gateway for one start, and closes everything afterwards. Cost and the gateway's own verdict go into the
 * outcome. Without a provider there is no gateway, and no way to a model.
 */
export async function withModelAccess(
  workshop: Workshop,
  upstreams: Upstreams,
  task: AgentTask,
  signal: AbortSignal,
  use: (access: ModelAccess) => Promise<AgentOutcome>,
): Promise<AgentOutcome> {
  const folder = await makeRunFolder();
  const own = { folder: folder.path, home: join(folder.path, 'home') };
  try {
    if (upstreams.anthropic === undefined && upstreams.openai === undefined)
      return await use({ ...own, routes: [], environment: {}, signal, alive: () => {} });
    let touch = (): void => {};
    const gateway = await openGateway({
      folder: folder.path,
      upstreams,
      purse: task.purse,
      minutes: task.limits.timeout,
      alive: () => touch(),
      log: workshop.log,
    });
    let outcome: AgentOutcome = { kind: 'cancelled' };
    try {
      outcome = await use({
        ...own,
        ...wayTo(upstreams, gateway),
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

/** What programs look for: an address and a key for each provider. */
function wayTo(
  { anthropic, openai }: Upstreams,
  { socket, token }: Gateway,
): Pick<ModelAccess, 'routes' | 'environment'> {
  const variables = [
    ...(anthropic === undefined ? [] : ['ANTHROPIC_BASE_URL']),
    ...(openai === undefined ? [] : [OPENAI_VARIABLE]),
  ];
  return {
    routes: [{ socket, variables }],
    environment: {
      ...(anthropic === undefined ? {} : { ANTHROPIC_API_KEY: token }),
      ...(openai === undefined ? {} : { OPENAI_API_KEY: token, CODEX_API_KEY: token }),
    },
  };
}
