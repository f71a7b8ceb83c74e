import { Octokit } from '@octokit/rest';
import type { Log } from '#engine/ports.ts';
import { refuseUnlisted } from './allowed.ts';
import type { Timer } from './app-options.ts';
import { failureOf } from './failure.ts';
import { Silence } from './rate-limited.ts';
import { followRedirects } from './redirects.ts';
import { Remembered } from './remembered.ts';
import type { Answer, Request } from './request.ts';

/** How often a read is asked again after 5xx or no answer, and the first pause; each next pause is three times as long. */
const READ_RETRIES = 3;
const FIRST_PAUSE_MS = 250;
/** A request without an answer after this long counts as failed. */
const ANSWER_WITHIN_MS = 15_000;
/** The version of GitHub's API that the schemas of its answers were written for. */
const API_VERSION = '2022-11-28';

/** Sends a request with proof of who asks. */
export type Authenticate = (send: Octokit['request'], request: Request) => Promise<Answer>;

/** What GitHub counts together, one for each installation: requests, and with them wishes for silence. */
export type Account = { readonly silence: Silence; readonly remembered: Remembered };
export const newAccount = (clock: Timer): Account => ({
  silence: new Silence(clock),
  remembered: new Remembered(),
});

/** Says which API is meant; redirects are ours to follow; nobody is waited for without end. */
const bounded = (request: Request): Request => ({
  ...request,
  headers: { ...request.headers, 'x-github-api-version': API_VERSION },
  request: { ...request.request, redirect: 'manual', signal: AbortSignal.timeout(ANSWER_WITHIN_MS) },
});

/**
 * Octokit with the app's manners. From the outside in: writes off the list never leave, reads are asked again, a
 * wished-for silence is kept, redirects are followed within a repository only, and what did not change is not sent
 * again. Writes are never repeated: one that failed may have happened, and whoever asked looks first.
 */
export function createClient(
  options: { readonly apiUrl: string; readonly log: Log; readonly clock: Timer },
  authenticate: Authenticate,
  { silence, remembered }: Account = newAccount(options.clock),
): Octokit {
  // Only the innermost of Octokit's hooks, the one for authentication, can change what is sent.
  const innermost = (send: Octokit['request'], request: Request) =>
    followRedirects((next) => {
      const ask = (asked: Request) => authenticate(send, bounded(asked));
      return next.method === 'GET' ? remembered.ask(send.endpoint.parse(next).url, next, ask) : ask(next);
    }, request);
  // What fails is logged by who asked for it; Octokit itself only warns of what GitHub is about to take away.
  const log = { debug() {}, info() {}, warn: (sentence: string) => options.log.warn({}, sentence), error() {} };
  const octokit = new Octokit({
    authStrategy: () => ({ hook: innermost }),
    baseUrl: options.apiUrl,
    userAgent: 'forkjoin',
    log,
    request: { log },
  });

  octokit.hook.wrap('request', async (send, request) => {
    silence.keep();
    try {
      const answer = await send(request);
      silence.over();
      return answer;
    } catch (error) {
      const failure = failureOf(error);
      if (failure === undefined) throw error;
      const limited = silence.heard(failure, error);
      if (limited === undefined) throw error;
      options.log.warn(
        { route: `${request.method} ${request.url}`, retryAfterMs: limited.retryAfterMs },
        limited.message,
      );
      throw limited;
    }
  });

  octokit.hook.wrap('request', async (send, request) => {
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await send(request);
      } catch (error) {
        const failure = failureOf(error);
        const again = request.method === 'GET' && failure !== undefined && failure.status >= 500;
        if (!again || attempt === READ_RETRIES) throw error;
        const facts = { route: `${request.method} ${request.url}`, status: failure.status, attempt: attempt + 1 };
        options.log.warn(facts, `GitHub did not answer, asking again: ${failure.sentence}`);
        await options.clock.wait(FIRST_PAUSE_MS * 3 ** attempt);
      }
    }
  });

  octokit.hook.before('request', refuseUnlisted);
  return octokit;
}
