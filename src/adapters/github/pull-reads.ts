import type { Octokit } from '@octokit/rest';
import { z } from 'zod';
import type { Repository } from '#core/types.ts';
import type { GitHub, GitHubPull } from '#engine/ports.ts';
import * as answers from './answers.ts';
import { orAbsent } from './failure.ts';
import type { Identity } from './identity.ts';
import { allPages, PER_PAGE } from './pages.ts';
import { place } from './place.ts';

type PullReads = Pick<GitHub, 'pull' | 'pullsOf' | 'reviews' | 'remarks' | 'checkRun'>;

function toPull(read: z.infer<typeof answers.pull>, identity: Identity, closedBy: string | undefined): GitHubPull {
  return {
    number: read.number,
    state: read.state,
    merged: read.merged_at != null,
    head: { ref: read.head.ref, sha: read.head.sha },
    base: { ref: read.base.ref },
    ours: read.user?.login === identity.login,
    ...(closedBy === undefined ? {} : { closedBy }),
  };
}

/** What is read about pull requests. */
export function createPullReads(octokit: Octokit, identity: () => Promise<Identity>): PullReads {
  /** Who closed a pull request; only its issue says so. */
  const closer = async (repository: Repository, pull: number) => {
    const answer = await octokit.rest.issues.get({ ...place(repository), issue_number: pull });
    return answers.understand(answers.issue, answer.data, `#${pull}`).closed_by?.login;
  };

  return {
    async pull(repository, pull) {
      const answer = await orAbsent(() => octokit.rest.pulls.get({ ...place(repository), pull_number: pull }));
      if (answer === undefined) return undefined;
      const read = answers.understand(answers.pull, answer.data, `pull request #${pull}`);
      if (read.state === 'open') return toPull(read, await identity(), undefined);
      return toPull(read, await identity(), read.merged_by?.login ?? (await closer(repository, pull)));
    },

    async pullsOf(repository, head) {
      const found = await allPages((page) =>
        octokit.rest.pulls.list({
          ...place(repository),
          head: `${repository.owner}:${head}`,
          state: 'all',
          sort: 'created',
          direction: 'desc',
          per_page: PER_PAGE,
          page,
        }),
      );
      const read = answers.understand(z.array(answers.pull), found, `the pull requests of ${head}`);
      const who = await identity();
      // GitHub ignores a head that it does not understand and lists everything.
      return read
        .filter((pull) => pull.head.ref === head && (pull.head.repo?.id ?? repository.id) === repository.id)
        .map((pull) => toPull(pull, who, undefined));
    },

    async reviews(repository, pull) {
      const found = await allPages((page) =>
        octokit.rest.pulls.listReviews({ ...place(repository), pull_number: pull, per_page: PER_PAGE, page }),
      );
      return answers
        .understand(z.array(answers.review), found, `the reviews of #${pull}`)
        .flatMap(({ user, commit_id, state, submitted_at }) =>
          // A review without one of these is pending, or its author or commit is gone: it counts for nothing.
          user && commit_id && submitted_at
            ? [{ by: user.login, commit: commit_id, state, submittedAt: new Date(submitted_at).toISOString() }]
            : [],
        );
    },

    async remarks(repository, pull) {
      const here = { ...place(repository), pull_number: pull, per_page: PER_PAGE };
      const [reviews, lines] = await Promise.all([
        allPages((page) => octokit.rest.pulls.listReviews({ ...here, page })),
        allPages((page) => octokit.rest.pulls.listReviewComments({ ...here, page })),
      ]);
      const whole = answers.understand(z.array(answers.review), reviews, `the reviews of #${pull}`);
      const single = answers.understand(z.array(answers.lineComment), lines, `the review comments of #${pull}`);
      return [
        ...whole.flatMap(({ user, commit_id, submitted_at, body }) =>
          user && commit_id && submitted_at && body.trim() !== '' ? [{ by: user.login, commit: commit_id, body }] : [],
        ),
        ...single.flatMap(({ user, original_commit_id, body, path, line, original_line }) => {
          const at = line ?? original_line;
          return user
            ? [{ by: user.login, commit: original_commit_id, body, path, ...(at == null ? {} : { line: at }) }]
            : [];
        }),
      ];
    },

    async checkRun(repository, sha, name) {
      const answer = await orAbsent(() =>
        octokit.rest.checks.listForRef({ ...place(repository), ref: sha, check_name: name, per_page: PER_PAGE }),
      );
      if (answer === undefined) return undefined;
      const { app } = await identity();
      const runs = answers.understand(z.array(answers.checkRun), answer.data.check_runs, `the check runs of ${sha}`);
      const ours = runs.find((run) => run.app?.id === app);
      return ours && { id: ours.id };
    },
  };
}
