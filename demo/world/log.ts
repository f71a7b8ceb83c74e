import { type Caller, nameOf } from './front/caller.ts';
import type { Move } from './git/moves.ts';
import type { Json, Repo } from './state.ts';

/** One request and its answer, as both were on the wire. `caller` is `app`, `installation`, `nobody` or a login; status 0: cut off. */
export type Exchange = {
  readonly at: string;
  readonly caller: string;
  readonly method: string;
  readonly path: string;
  /** The route as GitHub's description writes it; undefined when there is none. */
  readonly template: string | undefined;
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly requestBody: Json | undefined;
  readonly status: number;
  readonly responseBody: unknown;
};

/** One write of the app: a REST call that is no read, or a push (`PUSH git-receive-pack`). Requests for tokens are none. */
export type Write = {
  readonly at: string;
  readonly method: string;
  readonly route: string;
  /** Issue or pull request in the path. */
  readonly number?: number;
  readonly status: number;
  /** Branches of a push. */
  readonly branches?: readonly string[];
  readonly body?: Json;
};

const TOKENS = new Set(['/app/installations/{installation_id}/access_tokens', '/installation/token']);

export const createLog = () => {
  const requests: Exchange[] = [];
  const writes: Write[] = [];
  const byApp = (caller: string) => caller === 'app' || caller === 'installation';
  return {
    requests,
    writes,
    request: (exchange: Exchange): void => {
      requests.push(exchange);
      if (!byApp(exchange.caller) || exchange.method === 'GET' || TOKENS.has(exchange.template ?? '')) return;
      const number = exchange.params['issue_number'] ?? exchange.params['pull_number'];
      writes.push({
        at: exchange.at,
        method: exchange.method,
        route: exchange.template ?? exchange.path,
        status: exchange.status,
        ...(number === undefined ? {} : { number: Number(number) }),
        ...(exchange.requestBody === undefined ? {} : { body: exchange.requestBody }),
      });
    },
    git: (
      caller: Caller,
      repo: Repo,
      service: string,
      template: string,
      status: number,
      moves: readonly Move[],
    ): void => {
      const at = new Date().toISOString();
      requests.push({
        at,
        caller: nameOf(caller),
        method: 'GIT',
        path: `/${repo.owner}/${repo.name}.git`,
        template: undefined,
        params: { service },
        query: {},
        requestBody: undefined,
        status,
        responseBody: undefined,
      });
      // An announcement of references writes nothing; the pack that follows does.
      if (template !== 'git-receive-pack' || !byApp(nameOf(caller))) return;
      writes.push({ at, method: 'PUSH', route: template, status, branches: moves.map((move) => move.branch) });
    },
  };
};

export type RequestLog = ReturnType<typeof createLog>;
