import type { Bare } from './git/bare.ts';

/** A JSON object on its way in or out. */
export type Json = Record<string, unknown>;

/** What a person may do in a repository, as GitHub names it in `role_name`; `none` is a stranger. */
export const ROLES = ['none', 'read', 'triage', 'write', 'maintain', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** Somebody who can act: a person, the organisation, or the app's bot. `json` is GitHub's "simple user". */
export type Account = { readonly login: string; readonly id: number; readonly type: string; readonly json: Json };

export type Label = { readonly id: number; name: string; color: string; description: string | null };

export type Reaction = {
  readonly id: number;
  readonly content: string;
  readonly user: Account;
  readonly createdAt: string;
};

/** `review_…` names the review comments of one review; the rest is what an issue's own history shows. */
export type IssueEvent = {
  readonly id: number;
  readonly event: string;
  readonly actor: Account;
  readonly viaApp: boolean;
  readonly createdAt: string;
  readonly extra: Json;
};

export type Comment = {
  readonly id: number;
  readonly issue: number;
  body: string;
  readonly user: Account;
  readonly viaApp: boolean;
  readonly createdAt: string;
  updatedAt: string;
  readonly reactions: Reaction[];
};

export type Review = {
  readonly id: number;
  readonly user: Account;
  body: string;
  state: 'APPROVED' | 'CHANGES_REQUESTED' | 'COMMENTED' | 'PENDING' | 'DISMISSED';
  readonly commit: string;
  readonly submittedAt: string;
};

export type ReviewComment = {
  readonly id: number;
  readonly review: number | null;
  readonly user: Account;
  readonly body: string;
  readonly path: string;
  readonly line: number | null;
  readonly commit: string;
  readonly createdAt: string;
};

export type Measured = {
  readonly mergeable: boolean;
  readonly commits: number;
  readonly additions: number;
  readonly deletions: number;
  readonly files: number;
};

/** What makes an issue a pull request. `head` and `base` follow their branches while it is open. */
export type Pull = {
  readonly id: number;
  readonly headRef: string;
  headSha: string;
  baseRef: string;
  baseSha: string;
  draft: boolean;
  merged?: { readonly by: Account; readonly at: string; readonly commit: string };
  /** What git says about head against base, as of the last time that either moved. */
  measured: Measured;
  readonly reviews: Review[];
  readonly comments: ReviewComment[];
};

/** An issue, or a pull request, which has its number from the same row. */
export type Issue = {
  readonly id: number;
  readonly number: number;
  title: string;
  body: string | null;
  readonly user: Account;
  readonly viaApp: boolean;
  state: 'open' | 'closed';
  stateReason: string | null;
  readonly createdAt: string;
  updatedAt: string;
  closed?: { readonly at: string; readonly by: Account };
  labels: Label[];
  readonly reactions: Reaction[];
  readonly events: IssueEvent[];
  /** Numbers of sub-issues in order, of the parent, and of what blocks this issue. */
  subIssues: number[];
  parent?: number;
  blockedBy: number[];
  readonly pull?: Pull;
};

export type CheckRun = {
  readonly id: number;
  readonly head: string;
  name: string;
  status: string;
  conclusion: string | null;
  externalId: string | null;
  detailsUrl: string | null;
  startedAt: string | null;
  completedAt: string | null;
  output: { title: string | null; summary: string | null; text: string | null };
};

/** One repository: its rows, and the bare repository that is the truth about branches and commits. */
export type Repo = {
  readonly id: number;
  readonly owner: string;
  name: string;
  readonly private: boolean;
  readonly defaultBranch: string;
  /** GitHub's description of it, counts aside. */
  json: Json;
  readonly git: Bare;
  readonly issues: Map<number, Issue>;
  /** Numbers of issues that were deleted; they are not given again. */
  readonly deleted: Set<number>;
  readonly comments: Map<number, Comment>;
  readonly labels: Label[];
  readonly checks: Map<number, CheckRun>;
  /** Heads as last seen, so that a push can be told from what stood before. */
  heads: Map<string, string>;
  pushedAt: string;
};
