import nock from 'nock';
import { afterEach, beforeEach, expect } from 'vitest';
import type { GitHubOptions } from '#adapters/github/api.ts';
import { KEYS } from './keys.ts';

export const ORIGIN = 'https://github.test';
/** The path of the repository's resources. */
export const PATH = '/api/repos/ada/engine';
export const BODY_LIMIT = 65_536;

/** GitHub answering exactly what a test says; a request that no test foresaw fails, and so does one that never came. */
export function scriptedGitHub() {
  const state = { now: Date.parse('2026-03-01T12:00:00Z'), waits: [] as number[], lines: [] as string[] };
  const line = (facts: Record<string, unknown>, sentence: string) =>
    state.lines.push(`${sentence} ${JSON.stringify(facts)}`);
  const log = { info: line, warn: line, error: line };
  const options: GitHubOptions = {
    apiUrl: `${ORIGIN}/api`,
    appId: 5,
    privateKey: KEYS.privateKey,
    log,
    withhold: (text) => text.replaceAll('operators-key', '(withheld)'),
    clock: {
      now: () => state.now,
      wait: async (milliseconds) => {
        state.waits.push(milliseconds);
        state.now += milliseconds;
      },
    },
  };
  const unforeseen: string[] = [];
  const note = (request: { method?: string; url?: string }) => unforeseen.push(`${request.method} ${request.url}`);

  beforeEach(() => {
    Object.assign(state, { now: Date.parse('2026-03-01T12:00:00Z'), waits: [], lines: [] });
    unforeseen.length = 0;
    nock.disableNetConnect();
    nock.emitter.on('no match', note);
  });
  afterEach(() => {
    const unused = nock.pendingMocks();
    nock.emitter.off('no match', note);
    nock.cleanAll();
    nock.enableNetConnect();
    expect(unused, 'foreseen, but never asked').toEqual([]);
    expect(unforeseen, 'asked, but not foreseen').toEqual([]);
  });

  /** An hour's token for the repository. */
  const token = (name = 'ghs_one', minutes = 60) =>
    nock(ORIGIN)
      .post('/api/app/installations/7/access_tokens', { repository_ids: [99] })
      .reply(201, () => ({ token: name, expires_at: new Date(state.now + minutes * 60_000).toISOString() }));
  /** The answer to "who am I". */
  const self = () => nock(ORIGIN).get('/api/app').reply(200, { id: 5, slug: 'forkjoin' });
  return { state, options, log, token, self };
}
