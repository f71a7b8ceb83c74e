import { z } from 'zod';

/** The fields that we use of GitHub's webhook payloads; everything else is ignored. */

const number = z.int().positive();
const numbered = z.object({ number });
/** What may stand in a path of the API without changing where the path leads. */
const name = z.string().regex(/^(?!\.{1,2}$)[\w.-]+$/);
const user = z.object({ id: z.int(), login: z.string().min(1), type: z.string() });

/** Which repository an event is about, and by which installation it came. */
export const common = z.object({
  action: z.string().catch(''),
  installation: z.object({ id: z.int() }),
  repository: z.object({ id: z.int(), name, owner: z.object({ login: name }) }),
});

export const issues = z.object({
  issue: numbered,
  label: z.object({ name: z.string() }).nullish(),
  sender: user,
});

export const subIssues = z.object({ parent_issue: numbered, sub_issue: numbered });

export const issueDependencies = z.object({ blocked_issue: numbered, blocking_issue: numbered });

export const issueComment = z.object({
  issue: numbered.extend({ user: user.nullish(), pull_request: z.object({}).nullish() }),
  comment: z.object({
    id: z.int(),
    body: z.string().nullish(),
    user: user.nullish(),
    performed_via_github_app: z.object({}).nullish(),
  }),
  sender: user,
});

export const pullRequest = z.object({ pull_request: numbered });

export const push = z.object({
  ref: z.string(),
  after: z.string().regex(/^[0-9a-f]{40,64}$/),
  deleted: z.boolean().catch(false),
});
