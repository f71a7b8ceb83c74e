import type { Hub } from '../hub.ts';
import { apiUrl, nodeId, pageUrl } from '../routes/shapes.ts';
import type { Json, Repo } from '../state.ts';

type Signature = { readonly name: string; readonly email: string; readonly date: string };

/** A commit as git has it. */
export type Commit = {
  readonly sha: string;
  readonly tree: string;
  readonly parents: readonly string[];
  readonly author: Signature;
  readonly committer: Signature;
  readonly message: string;
};

const FORMAT = '%H%x1f%T%x1f%P%x1f%an%x1f%ae%x1f%aI%x1f%cn%x1f%ce%x1f%cI%x1f%B';

/** Commits of a range or from a revision, newest first. */
export const commitsOf = async (repo: Repo, range: readonly string[], most = 250): Promise<readonly Commit[]> => {
  const listed = await repo.git.text(['log', '-z', `--format=${FORMAT}`, `--max-count=${most}`, ...range]);
  return listed
    .split('\0')
    .filter((entry) => entry !== '')
    .map((entry) => {
      const [sha = '', tree = '', parents = '', an = '', ae = '', ad = '', cn = '', ce = '', cd = '', ...message] =
        entry.split('\x1f');
      const utc = (date: string) => `${new Date(date).toISOString().slice(0, 19)}Z`;
      return {
        sha,
        tree,
        parents: parents === '' ? [] : parents.split(' '),
        author: { name: an, email: ae, date: utc(ad) },
        committer: { name: cn, email: ce, date: utc(cd) },
        message: message.join('\x1f').replace(/\n$/, ''),
      };
    });
};

const accountOfEmail = (hub: Hub, email: string): Json | null => {
  const login = /^(?:\d+\+)?(.+)@users\.noreply\.github\.com$/.exec(email)?.[1];
  return (login === undefined ? undefined : hub.accounts.get(login.toLowerCase()))?.json ?? null;
};

/** GitHub's "commit". */
export const commitJson = (hub: Hub, repo: Repo, commit: Commit): Json => {
  const url = `${apiUrl(repo)}/commits/${commit.sha}`;
  const html = (sha: string) => `${pageUrl(repo)}/commit/${sha}`;
  return {
    sha: commit.sha,
    node_id: nodeId('C', Number.parseInt(commit.sha.slice(0, 8), 16)),
    commit: {
      author: commit.author,
      committer: commit.committer,
      message: commit.message,
      tree: { sha: commit.tree, url: `${apiUrl(repo)}/git/trees/${commit.tree}` },
      url: `${apiUrl(repo)}/git/commits/${commit.sha}`,
      comment_count: 0,
      verification: { verified: false, reason: 'unsigned', signature: null, payload: null, verified_at: null },
    },
    url,
    html_url: html(commit.sha),
    comments_url: `${url}/comments`,
    author: accountOfEmail(hub, commit.author.email),
    committer: accountOfEmail(hub, commit.committer.email),
    parents: commit.parents.map((sha) => ({ sha, url: `${apiUrl(repo)}/commits/${sha}`, html_url: html(sha) })),
  };
};
