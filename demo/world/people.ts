import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createBare, type Files } from './git/bare.ts';
import type { Json } from './state.ts';

/** Somebody at their browser and terminal: everything goes over HTTP with their own token, so events have the right sender. */
export type Person = ReturnType<typeof createPerson>;

/** An answer that was not the expected one. */
const failed = (what: string, status: number, body: unknown) => new Error(`${what}: ${status} ${JSON.stringify(body)}`);

/** A person who works in one repository (`owner/name`) of the world at `origin`. */
export const createPerson = (origin: string, login: string, token: string, repository: string) => {
  /** Any request, below the repository (`/issues`) or from the root (`//user`); answers whatever comes. */
  const request = async (
    method: string,
    path: string,
    body?: unknown,
  ): Promise<{ status: number; body: unknown; headers: Headers }> => {
    const url = path.startsWith('//') ? `${origin}${path.slice(1)}` : `${origin}/repos/${repository}${path}`;
    const response = await fetch(url, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        accept: 'application/vnd.github+json',
        'content-type': 'application/json',
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: text === '' ? undefined : JSON.parse(text), headers: response.headers };
  };

  const ask = async (method: string, path: string, body?: unknown): Promise<Json> => {
    const answer = await request(method, path, body);
    if (answer.status >= 300) throw failed(`${login}: ${method} ${path}`, answer.status, answer.body);
    return (answer.body ?? {}) as Json;
  };

  const list = async (path: string): Promise<Json[]> => Object.values(await ask('GET', path)) as Json[];
  const idOf = async (issue: number): Promise<number> => Number((await ask('GET', `/issues/${issue}`))['id']);

  /** Commits files on a branch (from `from`, where it is new) and pushes over HTTP; answers with the commit. */
  const push = async (
    branch: string,
    files: Files,
    options: { message?: string; from?: string; force?: boolean } = {},
  ): Promise<string> => {
    const folder = await mkdtemp(join(tmpdir(), 'world-push-'));
    try {
      const git = await createBare(join(folder, 'clone.git'), 'main');
      const remote = `${origin.replace('//', `//${login}:${token}@`)}/${repository}.git`;
      await git.text(['fetch', '--quiet', remote, '+refs/heads/*:refs/heads/*']);
      const parent =
        (await git.commit(`refs/heads/${branch}`)) ?? (await git.commit(`refs/heads/${options.from ?? 'main'}`));
      const commit = await git.commitFiles(parent, files, options.message ?? `Change ${branch}`);
      const pushed = await git.run([
        'push',
        '--quiet',
        ...(options.force === true ? ['--force'] : []),
        remote,
        `${commit}:refs/heads/${branch}`,
      ]);
      if (pushed.status !== 0) throw new Error(`${login} cannot push ${branch}: ${pushed.stderr}`);
      return commit;
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  };

  return {
    login,
    token,
    request,
    push,
    createIssue: async (issue: {
      title: string;
      body?: string;
      labels?: readonly string[];
    }): Promise<{ number: number; id: number }> => {
      const made = await ask('POST', '/issues', issue);
      return { number: Number(made['number']), id: Number(made['id']) };
    },
    issue: (issue: number) => ask('GET', `/issues/${issue}`),
    /** Title, body, state. */
    edit: (issue: number, change: { title?: string; body?: string; state?: 'open' | 'closed' }) =>
      ask('PATCH', `/issues/${issue}`, change),
    close: (issue: number) => ask('PATCH', `/issues/${issue}`, { state: 'closed' }),
    reopen: (issue: number) => ask('PATCH', `/issues/${issue}`, { state: 'open' }),
    label: (issue: number, ...labels: string[]) => ask('POST', `/issues/${issue}/labels`, { labels }),
    unlabel: (issue: number, label: string) => ask('DELETE', `/issues/${issue}/labels/${encodeURIComponent(label)}`),
    comment: async (issue: number, body: string): Promise<number> =>
      Number((await ask('POST', `/issues/${issue}/comments`, { body }))['id']),
    editComment: (comment: number, body: string) => ask('PATCH', `/issues/comments/${comment}`, { body }),
    deleteComment: (comment: number) => ask('DELETE', `/issues/comments/${comment}`),
    comments: (issue: number) => list(`/issues/${issue}/comments?per_page=100`),
    reactions: (comment: number) => list(`/issues/comments/${comment}/reactions?per_page=100`),
    addSubIssue: async (parent: number, child: number) =>
      ask('POST', `/issues/${parent}/sub_issues`, { sub_issue_id: await idOf(child) }),
    removeSubIssue: async (parent: number, child: number) =>
      ask('DELETE', `/issues/${parent}/sub_issue`, { sub_issue_id: await idOf(child) }),
    blockedBy: async (issue: number, blocking: number) =>
      ask('POST', `/issues/${issue}/dependencies/blocked_by`, { issue_id: await idOf(blocking) }),
    unblock: async (issue: number, blocking: number) =>
      ask('DELETE', `/issues/${issue}/dependencies/blocked_by/${await idOf(blocking)}`),
    openPull: async (pull: {
      head: string;
      base?: string;
      title: string;
      body?: string;
      draft?: boolean;
    }): Promise<number> => Number((await ask('POST', '/pulls', { base: 'main', ...pull }))['number']),
    pull: (pull: number) => ask('GET', `/pulls/${pull}`),
    pulls: (state: 'open' | 'closed' | 'all' = 'all') => list(`/pulls?state=${state}&per_page=100`),
    closePull: (pull: number) => ask('PATCH', `/pulls/${pull}`, { state: 'closed' }),
    reopenPull: (pull: number) => ask('PATCH', `/pulls/${pull}`, { state: 'open' }),
    review: (pull: number, event: 'APPROVE' | 'REQUEST_CHANGES' | 'COMMENT', body?: string) =>
      ask('POST', `/pulls/${pull}/reviews`, { event, ...(body === undefined ? {} : { body }) }),
    merge: (pull: number, merge_method: 'merge' | 'squash' = 'merge') =>
      ask('PUT', `/pulls/${pull}/merge`, { merge_method }),
    checkRuns: async (ref: string): Promise<Json[]> =>
      (await ask('GET', `/commits/${encodeURIComponent(ref)}/check-runs`))['check_runs'] as Json[],
    branches: async (): Promise<string[]> =>
      (await list('/branches?per_page=100')).map((branch) => String(branch['name'])),
    deleteBranch: (branch: string) => ask('DELETE', `/git/refs/heads/${encodeURIComponent(branch)}`),
  };
};
