import type { Hub } from '../hub.ts';
import { remember } from '../routes/history.ts';
import { setIssueState } from '../routes/issue-changes.ts';
import { announcePull } from '../routes/pull-json.ts';
import { apiUrl, pageUrl } from '../routes/shapes.ts';
import type { Account, Issue, Json, Pull, Repo } from '../state.ts';
import { announce } from '../webhooks.ts';
import { type Commit, commitsOf } from './commits.ts';
import { diffBetween, measure } from './diffs.ts';

const ZERO = '0'.repeat(40);
const MOST_COMMITS = 2048;
const MOST_TOLD = 20;

/** One branch that is not where it was: `undefined` stands for "not there". */
export type Move = { readonly branch: string; readonly before: string | undefined; readonly after: string | undefined };

const turns = new WeakMap<Repo, Promise<unknown>>();

/** Runs what changes branches one after another, so that each change is told from the one before it. */
export const inTurn = <T>(repo: Repo, work: () => Promise<T>): Promise<T> => {
  const mine = (turns.get(repo) ?? Promise.resolve()).then(work, work);
  turns.set(repo, mine);
  return mine;
};

/** Looks which branches moved since the last look, tells everybody, and lets pull requests follow. Only inside `inTurn`. */
export const follow = async (hub: Hub, repo: Repo, actor: Account): Promise<readonly Move[]> => {
  const now = await repo.git.heads();
  const names = new Set([...repo.heads.keys(), ...now.keys()]);
  const moves = [...names]
    .map((branch) => ({ branch, before: repo.heads.get(branch), after: now.get(branch) }))
    .filter((move) => move.before !== move.after);
  repo.heads = now;
  for (const move of moves) {
    repo.pushedAt = hub.now();
    await tellPush(hub, repo, actor, move);
  }
  for (const move of moves) await followPulls(hub, repo, actor, move);
  return moves;
};

const pushedCommit = async (repo: Repo, commit: Commit): Promise<Json> => {
  const files = await diffBetween(repo, commit.parents[0] ?? (await emptyTree(repo)), commit.sha);
  const of = (...statuses: string[]) => files.filter((file) => statuses.includes(file.status)).map((file) => file.path);
  const person = ({ name, email, date }: Commit['author']) => ({ name, email, date });
  return {
    id: commit.sha,
    tree_id: commit.tree,
    distinct: true,
    message: commit.message,
    timestamp: commit.committer.date,
    url: `${pageUrl(repo)}/commit/${commit.sha}`,
    author: person(commit.author),
    committer: person(commit.committer),
    added: of('added', 'renamed'),
    removed: [...of('removed'), ...files.flatMap((file) => file.previous ?? [])],
    modified: of('modified', 'changed'),
  };
};

const emptyTree = async (repo: Repo): Promise<string> =>
  (await repo.git.text(['hash-object', '-w', '-t', 'tree', '/dev/null'])).trim();

const tellPush = async (hub: Hub, repo: Repo, actor: Account, { branch, before, after }: Move): Promise<void> => {
  const known = [...repo.heads].filter(([name]) => name !== branch).map(([, sha]) => `^${sha}`);
  const range = before === undefined ? known : [`^${before}`];
  const commits = after === undefined ? [] : await commitsOf(repo, [after, ...range], MOST_COMMITS);
  // A branch that begins at a commit that was there already brings no commit, but has a head all the same.
  const [head] = commits.length > 0 || after === undefined ? commits : await commitsOf(repo, [after], 1);
  const newest = await Promise.all(commits.slice(0, MOST_TOLD).map((commit) => pushedCommit(repo, commit)));
  const forced = before !== undefined && after !== undefined && !(await repo.git.isAncestor(before, after));
  announce(hub, repo, actor, 'push', {
    ref: `refs/heads/${branch}`,
    before: before ?? ZERO,
    after: after ?? ZERO,
    base_ref: null,
    created: before === undefined,
    deleted: after === undefined,
    forced,
    compare: `${pageUrl(repo)}/compare/${(before ?? ZERO).slice(0, 12)}...${(after ?? ZERO).slice(0, 12)}`,
    commits: newest.toReversed(),
    head_commit: head === undefined ? null : (newest[0] ?? (await pushedCommit(repo, head))),
    pusher: { name: actor.login, email: `${actor.login}@users.noreply.github.com` },
  });
};

const openPulls = (repo: Repo, which: (pull: Pull) => boolean): readonly (readonly [Issue, Pull])[] =>
  [...repo.issues.values()].flatMap((issue) =>
    issue.pull !== undefined && issue.state === 'open' && which(issue.pull) ? [[issue, issue.pull] as const] : [],
  );

const followPulls = async (hub: Hub, repo: Repo, actor: Account, { branch, before, after }: Move): Promise<void> => {
  for (const [issue, pull] of openPulls(repo, (one) => one.headRef === branch || one.baseRef === branch)) {
    if (after === undefined) {
      closePull(hub, repo, actor, issue);
      continue;
    }
    if (pull.headRef === branch) {
      pull.headSha = after;
      pull.baseSha = repo.heads.get(pull.baseRef) ?? pull.baseSha;
      await repo.git.setRef(`refs/pull/${issue.number}/head`, after);
    }
    const base = repo.heads.get(pull.baseRef) ?? pull.baseSha;
    pull.measured = await measure(repo, pull.headSha, base);
    if (pull.measured.commits === 0) {
      // GitHub calls a pull request merged when its head can be reached from its base.
      mergedPull(hub, repo, actor, issue, base);
      continue;
    }
    if (pull.headRef !== branch) continue;
    issue.updatedAt = hub.now();
    announcePull(hub, repo, actor, issue, 'synchronize', { before: before ?? ZERO, after });
  }
};

/** Closes a pull request without merging it. */
export const closePull = (hub: Hub, repo: Repo, actor: Account, issue: Issue): void => {
  issue.state = 'closed';
  issue.closed = { at: hub.now(), by: actor };
  issue.updatedAt = hub.now();
  remember(hub, issue, actor, 'closed');
  announcePull(hub, repo, actor, issue, 'closed');
};

const CLOSES = /\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?):?\s+#(\d+)\b/gi;

/** Marks a pull request merged and, on the default branch, closes the issues that its body says it closes. */
export const mergedPull = (hub: Hub, repo: Repo, actor: Account, issue: Issue, commit: string): void => {
  const { pull } = issue;
  if (pull === undefined) throw new Error(`#${issue.number} is no pull request`);
  pull.merged = { by: actor, at: hub.now(), commit };
  remember(hub, issue, actor, 'merged', { commit_id: commit, commit_url: `${apiUrl(repo)}/commits/${commit}` });
  closePull(hub, repo, actor, issue);
  if (pull.baseRef !== repo.defaultBranch) return;
  for (const [, number] of (issue.body ?? '').matchAll(CLOSES)) {
    const closed = repo.issues.get(Number(number));
    if (closed !== undefined && closed.pull === undefined)
      setIssueState(hub, repo, actor, closed, 'closed', 'completed');
  }
};
