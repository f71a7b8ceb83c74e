import type { Instant, Repository } from '#core/types.ts';
import { isStateLabel } from '#core/words/labels.ts';
import { LABEL } from '#core/words/names.ts';
import type { Hint } from '#engine/ports.ts';
import * as payloads from './payloads.ts';

/** A webhook as it came, its signature checked. */
export type Delivery = {
  /** `X-GitHub-Delivery`; a redelivery has the same. */
  readonly id: string;
  /** `X-GitHub-Event`. */
  readonly event: string;
  readonly payload: unknown;
  readonly at: Instant;
};

/** The events that say something to the engine; `app.yml` subscribes to them. */
export const HEARD = [
  'issues',
  'sub_issues',
  'issue_dependencies',
  'issue_comment',
  'pull_request',
  'pull_request_review',
  'push',
] as const;
type Heard = (typeof HEARD)[number];
export const isHeard = (event: string): event is Heard => HEARD.some((one) => one === event);

type Happening = Hint extends infer One ? (One extends Hint ? Omit<One, 'id' | 'at' | 'repository'> : never) : never;

const ISSUE_ACTIONS = new Set([
  'opened',
  'edited',
  'labeled',
  'unlabeled',
  'closed',
  'reopened',
  'deleted',
  'transferred',
]);
const PULL_ACTIONS = new Set([
  'opened',
  'edited',
  'closed',
  'reopened',
  'synchronize',
  'labeled',
  'unlabeled',
  'ready_for_review',
  'converted_to_draft',
]);
const REVIEW_ACTIONS = new Set(['submitted', 'edited', 'dismissed']);
/** GitHub's own limit for a comment, in characters. */
const BODY_LIMIT = 65_536;

function ofIssue(payload: unknown, action: string): Happening | undefined {
  if (!ISSUE_ACTIONS.has(action)) return undefined;
  const { issue, label, sender } = payloads.issues.parse(payload);
  // What the app itself puts there must not make it look again; a person's hand on its labels must.
  if (label != null && isStateLabel(label.name) && sender.type === 'Bot') return undefined;
  const applied = action === 'labeled' && label?.name.toLowerCase() === LABEL;
  return {
    kind: 'issue',
    issue: issue.number,
    because: `issue ${action}`,
    ...(applied ? { labelledBy: sender.login } : {}),
  };
}

/** The issue of this repository that the relation is about; the other end may be in another repository. */
function ofSubIssue(payload: unknown, action: string): Happening | undefined {
  const { parent_issue, sub_issue } = payloads.subIssues.parse(payload);
  const because = action.replaceAll('_', ' ');
  if (action.startsWith('sub_issue_')) return { kind: 'issue', issue: parent_issue.number, because };
  if (action.startsWith('parent_issue_')) return { kind: 'issue', issue: sub_issue.number, because };
  return undefined;
}

function ofDependency(payload: unknown, action: string): Happening | undefined {
  const { blocked_issue, blocking_issue } = payloads.issueDependencies.parse(payload);
  const because = action.replaceAll('_', ' ');
  if (action.startsWith('blocked_by_')) return { kind: 'issue', issue: blocked_issue.number, because };
  if (action.startsWith('blocking_')) return { kind: 'issue', issue: blocking_issue.number, because };
  return undefined;
}

/** Only a new comment that a person wrote by hand can be a command: never an edit, a bot's, or an app's. */
function ofComment(payload: unknown, action: string): Happening | undefined {
  if (action !== 'created') return undefined;
  const { issue, comment, sender } = payloads.issueComment.parse(payload);
  const byHand = comment.user?.type === 'User' && sender.id === comment.user.id && !comment.performed_via_github_app;
  if (!byHand) return undefined;
  return {
    kind: 'comment',
    issue: issue.number,
    isPull: issue.pull_request != null,
    comment: comment.id,
    body: (comment.body ?? '').slice(0, BODY_LIMIT).toWellFormed(),
    actor: comment.user?.login ?? '',
    author: comment.user?.id === issue.user?.id,
  };
}

function ofPull(payload: unknown, because: string): Happening {
  return { kind: 'pull', pull: payloads.pullRequest.parse(payload).pull_request.number, because };
}

/** A branch that got a new head. One that was deleted has none; the next look at GitHub finds that. */
function ofPush(payload: unknown): Happening | undefined {
  const { ref, after, deleted } = payloads.push.parse(payload);
  if (!ref.startsWith('refs/heads/') || deleted) return undefined;
  return { kind: 'push', branch: ref.slice('refs/heads/'.length), head: after };
}

function happening(event: string, action: string, payload: unknown): Happening | undefined {
  switch (event) {
    case 'issues':
      return ofIssue(payload, action);
    case 'sub_issues':
      return ofSubIssue(payload, action);
    case 'issue_dependencies':
      return ofDependency(payload, action);
    case 'issue_comment':
      return ofComment(payload, action);
    case 'pull_request':
      return PULL_ACTIONS.has(action) ? ofPull(payload, `pull request ${action}`) : undefined;
    case 'pull_request_review':
      return REVIEW_ACTIONS.has(action) ? ofPull(payload, `review ${action}`) : undefined;
    case 'push':
      return ofPush(payload);
    default:
      return undefined;
  }
}

/**
 * What a webhook says to the engine; undefined for what does not concern it. The repository's names are those of the
 * payload, so that a rename arrives with the next event. Throws (a Zod error) when a payload is not what GitHub documents.
 */
export function readDelivery({ id, event, payload, at }: Delivery): Hint | undefined {
  const read = payloads.common.safeParse(payload);
  // Events about the installation or the app itself have no repository.
  if (!read.success) return undefined;
  const what = happening(event, read.data.action, payload);
  if (what === undefined) return undefined;
  const { installation, repository } = read.data;
  const place: Repository = {
    installation: installation.id,
    id: repository.id,
    owner: repository.owner.login,
    name: repository.name,
  };
  return { id: `delivery-${id.replaceAll(/[^A-Za-z0-9-]/g, '-').slice(0, 64)}`, at, repository: place, ...what };
}
