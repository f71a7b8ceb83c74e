import type { Hub } from './hub.ts';
import { announceIssue } from './routes/issue-changes.ts';
import type { Account, Repo } from './state.ts';

/** Deletes an issue with its comments, which GitHub's REST API cannot; reads answer 410 from then on. */
export const deleteIssue = (hub: Hub, repo: Repo, actor: Account, number: number): void => {
  const issue = repo.issues.get(number);
  if (issue === undefined) throw new Error(`no issue #${number}`);
  repo.issues.delete(number);
  repo.deleted.add(number);
  for (const comment of repo.comments.values()) if (comment.issue === number) repo.comments.delete(comment.id);
  for (const other of repo.issues.values()) {
    other.subIssues = other.subIssues.filter((one) => one !== number);
    other.blockedBy = other.blockedBy.filter((one) => one !== number);
    if (other.parent === number) delete other.parent;
  }
  announceIssue(hub, repo, actor, issue, 'deleted');
};
