import type { Octokit } from '@octokit/rest';
import type { GitHub } from '#engine/ports.ts';
import * as answers from './answers.ts';
import { failureOf, orAbsent } from './failure.ts';
import { place } from './place.ts';

type Writes = Pick<GitHub, 'comment' | 'editComment' | 'react' | 'openPull' | 'editPull' | 'addCheckRun'>;

/** GitHub refuses a body of this many characters, and a title of more than 256. */
const BODY_LIMIT = 65_536;
const TITLE_LIMIT = 256;

/** The text as it can be sent; throws for one that GitHub would refuse: whoever wrote it forgot to cut it. */
function sendable(text: string, what: string, limit: number): string {
  if (text.length >= limit) throw new Error(`The ${what} has ${text.length} characters, GitHub takes ${limit - 1}`);
  return text.toWellFormed().replaceAll('\0', '\uFFFD');
}

/** Everything that the app changes on GitHub through its API; each text goes through `withhold`, last before it leaves. */
export function createWrites(octokit: Octokit, withhold: (text: string) => string): Writes {
  const body = (text: string) => sendable(withhold(text), 'text', BODY_LIMIT);
  const title = (text: string) => sendable(withhold(text), 'title', TITLE_LIMIT + 1);
  return {
    async comment(repository, issue, text) {
      const { data } = await octokit.rest.issues.createComment({
        ...place(repository),
        issue_number: issue,
        body: body(text),
      });
      return answers.understand(answers.created, data, 'the new comment').id;
    },

    async editComment(repository, comment, text) {
      const answer = await orAbsent(() =>
        octokit.rest.issues.updateComment({ ...place(repository), comment_id: comment, body: body(text) }),
      );
      return answer === undefined ? 'gone' : 'edited';
    },

    async react(repository, comment, reaction) {
      // A comment that was deleted meanwhile needs no reaction.
      await orAbsent(() =>
        octokit.rest.reactions.createForIssueComment({ ...place(repository), comment_id: comment, content: reaction }),
      );
    },

    async openPull(repository, pull) {
      try {
        const { data } = await octokit.rest.pulls.create({
          ...place(repository),
          head: pull.head,
          base: pull.base,
          title: title(pull.title),
          body: body(pull.body),
          draft: pull.draft,
        });
        return { pull: answers.understand(answers.opened, data, 'the new pull request').number };
      } catch (error) {
        const failure = failureOf(error);
        if (failure?.status !== 422) throw error;
        return { refused: failure.sentence };
      }
    },

    async editPull(repository, pull, change) {
      await octokit.rest.pulls.update({
        ...place(repository),
        pull_number: pull,
        ...(change.title === undefined ? {} : { title: title(change.title) }),
        ...(change.body === undefined ? {} : { body: body(change.body) }),
      });
    },

    async addCheckRun(repository, run) {
      const { data } = await octokit.rest.checks.create({
        ...place(repository),
        name: run.name,
        head_sha: run.sha,
        status: 'completed',
        conclusion: run.conclusion,
        output: { title: title(run.title), summary: body(run.summary) },
      });
      return answers.understand(answers.created, data, 'the new check run').id;
    },
  };
}
