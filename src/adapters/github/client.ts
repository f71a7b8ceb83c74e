import { Octokit } from '@octokit/rest';
import type { Log } from '#engine/ports.ts';
import { refuseUnlisted } from './allowed.ts';
import type { Timer } from './app-options.ts';
import { failureOf } from './failure.ts';
import { Silence } from './rate-limited.ts';
import { followRedirects } from './redirects.ts';

/** How often a read is asked again after 5xx or no answer, and the first pause; each next pause is three times as long. */
const READ_RETRIES = 3;
const FIRST_PAUSE_MS = 250;
/** A request without an answer after this long counts as failed. */
const ANSWER_WITHIN_MS = 15_000;

/** How a client proves who it is: Octokit's options for an authentication strategy. */
type Authentication = Pick<NonNullable<ConstructorParameters<typeof Octokit>[0]>, 'authStrategy' | 'auth'>;

/**
 * Octokit with the app's manners. From the outside in: writes off the list never leave, reads are asked again, a
 * wished-for silence is kept, redirects are followed within a repository only. Writes are never repeated: one that
 * failed may have happened, and whoever asked looks first.
 */
export function createClient(
  options: { readonly apiUrl: string; readonly log: Log; readonly clock: Timer },
  authentication: Authentication,
): Octokit {
  const octokit = new Octokit({
    ...authentication,
    baseUrl: options.apiUrl,
    userAgent: 'forkjoin',
    log: { debug() {}, info() {}, warn: (sentence: string) => options.log.warn({}, sentence), error() {} },
  });
  const silence = new Silence(options.clock);

  octokit.hook.wrap('request', (send, request) =>
    followRedirects(async (next) => {
      const signal = AbortSignal.timeout(ANSWER_WITHIN_MS);
      return send({ ...next, request: { ...next.request, redirect: 'manual', signal } });
    }, request),
  );

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
