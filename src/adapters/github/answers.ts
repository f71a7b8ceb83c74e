import { z } from 'zod';

/** The fields that we use of GitHub's answers; everything else is ignored. */

/** Text by people. Half a surrogate pair is replaced: hashes and files need well-formed Unicode. */
const text = z
  .string()
  .nullish()
  .transform((value) => (value ?? '').toWellFormed());
const person = z.object({ login: z.string() }).nullish();
const number = z.int().positive();

export const repository = z.object({ id: z.int(), default_branch: z.string(), private: z.boolean() });

export const issue = z.object({
  number,
  title: text,
  body: text,
  state: z.string(),
  labels: z.array(z.union([z.string(), z.object({ name: z.string().nullish() })])),
  user: person,
  closed_by: person,
  pull_request: z.object({}).nullish(),
});

/** An issue that another one points to; it may be in another repository. */
export const related = z.object({ number, repository_url: z.string() });

export const event = z.object({
  event: z.string(),
  actor: person,
  label: z.object({ name: z.string().nullish() }).nullish(),
});

export const permission = z.object({ permission: z.string(), role_name: z.string().nullish() });

export const pull = z.object({
  number,
  state: z.enum(['open', 'closed']),
  merged_at: z.string().nullish(),
  merged_by: person,
  head: z.object({ ref: z.string(), sha: z.string(), repo: z.object({ id: z.int() }).nullish() }),
  base: z.object({ ref: z.string() }),
  user: person,
});

export const review = z.object({
  user: person,
  body: text,
  commit_id: z.string().nullish(),
  state: z.string(),
  submitted_at: z.string().nullish(),
});

export const lineComment = z.object({
  user: person,
  body: text,
  path: z.string(),
  line: z.int().nullish(),
  original_line: z.int().nullish(),
  original_commit_id: z.string(),
});

export const comment = z.object({
  id: z.int(),
  body: text,
  user: person,
  performed_via_github_app: z.object({ id: z.int() }).nullish(),
});

/** A comment as the list of a whole repository has it; `html_url` tells an issue from a pull request. */
export const anyComment = z.object({
  id: z.int(),
  body: text,
  user: z.object({ login: z.string(), type: z.string() }).nullish(),
  performed_via_github_app: z.object({ id: z.int() }).nullish(),
  issue_url: z.string(),
  html_url: z.string(),
  created_at: z.string(),
  updated_at: z.string(),
});

export const checkRun = z.object({ id: z.int(), app: z.object({ id: z.int() }).nullish() });

export const label = z.object({ name: z.string(), color: z.string(), description: text });

export const created = z.object({ id: z.int() });

export const opened = z.object({ number });

/** Reads an answer; throws with the name of what was asked when GitHub's answer is not what its documentation says. */
export function understand<Schema extends z.ZodType>(schema: Schema, answer: unknown, what: string): z.infer<Schema> {
  const read = schema.safeParse(answer);
  if (read.success) return read.data;
  throw new Error(`GitHub's answer about ${what} is not understood: ${z.prettifyError(read.error)}`, {
    cause: read.error,
  });
}
