import type { Octokit } from '@octokit/rest';
import { z } from 'zod';
import type { Repository } from '#core/types.ts';
import type { GitHub } from '#engine/ports.ts';
import * as answers from './answers.ts';
import { orAbsent } from './failure.ts';
import type { Identity } from './identity.ts';
import { allPages, PER_PAGE } from './pages.ts';
import { place } from './place.ts';

type IssueReads = Pick<
  GitHub,
  'repository' | 'issue' | 'parent' | 'subIssues' | 'blockedBy' | 'labelledBy' | 'labelled' | 'comments' | 'findComment'
>;

const issues = (octokit: Octokit) => octokit.rest.issues;

/** Whether a related issue is in the same repository; numbers of others mean nothing here. */
function isHere(repository: Repository, related: { readonly repository_url: string }): boolean {
  const path = `/repos/${repository.owner}/${repository.name}`.toLowerCase();
  return related.repository_url.toLowerCase().endsWith(path);
}

/** What is read about a repository and its issues. */
export function createIssueReads(octokit: Octokit, identity: () => Promise<Identity>): IssueReads {
  return {
    async repository(repository) {
      const answer = await orAbsent(() => octokit.rest.repos.get(place(repository)));
      if (answer === undefined) return undefined;
      const read = answers.understand(answers.repository, answer.data, 'the repository');
      // Another repository under the old name: what was approved there says nothing about this one.
      if (read.id !== repository.id) return undefined;
      return { defaultBranch: read.default_branch, private: read.private };
    },

    async issue(repository, issue) {
      const answer = await orAbsent(() => issues(octokit).get({ ...place(repository), issue_number: issue }));
      if (answer === undefined) return undefined;
      const read = answers.understand(answers.issue, answer.data, `issue #${issue}`);
      return {
        number: read.number,
        title: read.title,
        body: read.body,
        open: read.state === 'open',
        labels: read.labels.map((label) => (typeof label === 'string' ? label : (label.name ?? ''))),
        author: read.user?.login ?? 'ghost',
        isPull: read.pull_request != null,
      };
    },

    async parent(repository, issue) {
      const answer = await orAbsent(() => issues(octokit).getParent({ ...place(repository), issue_number: issue }));
      if (answer === undefined) return undefined;
      const read = answers.understand(answers.related, answer.data, `the parent of #${issue}`);
      return isHere(repository, read) ? read.number : undefined;
    },

    async subIssues(repository, issue) {
      const found = await orAbsent(() =>
        allPages((page) =>
          issues(octokit).listSubIssues({ ...place(repository), issue_number: issue, per_page: PER_PAGE, page }),
        ),
      );
      if (found === undefined) return undefined;
      const read = answers.understand(z.array(answers.related), found, `the sub-issues of #${issue}`);
      return read.filter((related) => isHere(repository, related)).map((related) => related.number);
    },

    async blockedBy(repository, issue) {
      const found = await orAbsent(() =>
        allPages((page) =>
          issues(octokit).listDependenciesBlockedBy({
            ...place(repository),
            issue_number: issue,
            per_page: PER_PAGE,
            page,
          }),
        ),
      );
      if (found === undefined) return undefined;
      const read = answers.understand(z.array(answers.related), found, `what blocks #${issue}`);
      return read.filter((related) => isHere(repository, related)).map((related) => related.number);
    },

    async labelledBy(repository, issue, label) {
      const found = await orAbsent(() =>
        allPages((page) =>
          issues(octokit).listEvents({ ...place(repository), issue_number: issue, per_page: PER_PAGE, page }),
        ),
      );
      let by: string | undefined;
      for (const event of answers.understand(z.array(answers.event), found ?? [], `the events of #${issue}`)) {
        if (event.label?.name?.toLowerCase() !== label.toLowerCase()) continue;
        if (event.event === 'labeled') by = event.actor?.login;
        if (event.event === 'unlabeled') by = undefined;
      }
      return by;
    },

    async labelled(repository, label) {
      const found = await allPages((page) =>
        issues(octokit).listForRepo({ ...place(repository), labels: label, state: 'open', per_page: PER_PAGE, page }),
      );
      const read = answers.understand(z.array(answers.issue), found, `the issues labelled ${label}`);
      return read.filter((issue) => issue.pull_request == null).map((issue) => issue.number);
    },

    async comments(repository, since) {
      const asked = { ...place(repository), since, sort: 'updated', direction: 'asc', per_page: PER_PAGE } as const;
      const found = await allPages((page) => issues(octokit).listCommentsForRepo({ ...asked, page }));
      return answers.understand(z.array(answers.anyComment), found, 'the comments of the repository').map((read) => ({
        id: read.id,
        issue: Number(read.issue_url.slice(read.issue_url.lastIndexOf('/') + 1)),
        isPull: /\/pull\/\d+#[^/]*$/.test(read.html_url),
        body: read.body,
        by: read.user?.login ?? '',
        byHand: read.user?.type === 'User' && read.performed_via_github_app == null,
        changed: new Date(read.updated_at).toISOString(),
        edited: read.updated_at !== read.created_at,
      }));
    },

    async findComment(repository, issue, marker) {
      const found = await orAbsent(() =>
        allPages((page) =>
          issues(octokit).listComments({ ...place(repository), issue_number: issue, per_page: PER_PAGE, page }),
        ),
      );
      const { app, login } = await identity();
      const read = answers.understand(z.array(answers.comment), found ?? [], `the comments on #${issue}`);
      // The marker alone proves nothing, anybody can paste it.
      const ours = read.find(
        (comment) =>
          (comment.performed_via_github_app?.id === app || comment.user?.login === login) &&
          comment.body.includes(marker),
      );
      return ours && { id: ours.id, body: ours.body };
    },
  };
}
