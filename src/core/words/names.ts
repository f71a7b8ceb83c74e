import type { Plan, PlanId, Repository } from '#core/types.ts';

/** The label that makes an issue an item or a plan. */
export const LABEL = 'parallel';

/** Name of the one check run on an item's commit. */
export const CHECK_RUN = 'forkjoin';

/** The id under which everything about a plan is kept. */
export const planId = (repository: Repository, issue: number): PlanId => `${repository.id}-${issue}`;

/** A title as part of a branch name: lower-case ASCII letters, digits and `-`, 40 at most, never empty. */
export const slug = (title: string): string => {
  const ascii = title
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 40)
    .replace(/^-+|-+$/g, '');
  return ascii === '' ? 'work' : ascii;
};

/** Head branch of an item (spec 6); an item alone is its own plan. */
export const itemBranch = (plan: number, item: number, title: string): string =>
  `parallel/${plan}/${item}-${slug(title)}`;

/** Branch that the members of a plan are merged into (spec 6). */
export const integrationBranch = (plan: number, title: string): string => `integration/${plan}-${slug(title)}`;

/** The branch that the pull requests of a plan's items go to (spec 6). */
export const pullBase = (plan: Pick<Plan, 'alone' | 'settings' | 'branch' | 'defaultBranch'>): string =>
  plan.alone || plan.settings.strategy !== 'integration' ? plan.defaultBranch : plan.branch;

/** The item whose branch this is, with its plan; undefined for branches that are not an item's. */
export const itemOfBranch = (branch: string): { readonly plan: number; readonly item: number } | undefined => {
  const found = /^parallel\/(\d+)\/(\d+)-/.exec(branch);
  return found ? { plan: Number(found[1]), item: Number(found[2]) } : undefined;
};

/** The plan whose integration branch this is. */
export const planOfBranch = (branch: string): number | undefined => {
  const found = /^integration\/(\d+)-/.exec(branch);
  return found ? Number(found[1]) : undefined;
};

/** Folder and queue name of one start of an agent. */
export const attemptName = (plan: PlanId, item: number, attempt: number): string => `${plan}-${item}-${attempt}`;

/** The hidden first line by which our own comment is found again; `signature` keeps others from forging it. */
export const marker = (plan: PlanId, target: string, signature: string): string =>
  `<!-- forkjoin:${plan}:${target}:${signature.slice(0, 32)} -->`;

/** Trailer lines of a commit that the app builds for an attempt: by them a crashed push is recognised and adopted. */
export const attemptTrailers = (plan: PlanId, item: number, attempt: number, approval: string): string =>
  `Forkjoin-Item: ${plan}/${item}\nForkjoin-Attempt: ${attempt}\nForkjoin-Approval: ${approval}`;

/** Is this the message of a commit that the app built for an item of the plan? */
export const isItemCommit = (plan: PlanId, message: string): boolean => message.includes(`Forkjoin-Item: ${plan}/`);

/** Trailer by which the app knows a commit on an integration branch as its own. */
export const planTrailer = (plan: PlanId): string => `Forkjoin-Plan: ${plan}`;

/** Trailers of the merge of a member into the integration branch. */
export const memberTrailers = (plan: PlanId, item: number): string => `${planTrailer(plan)}\nForkjoin-Member: ${item}`;

/** Is this the message of the merge of a member, in a chain or in what a dependent item began from? */
export const isMemberMerge = (message: string): boolean => /^Forkjoin-Member: \d+$/m.test(message);

/** Reads the trailers back; undefined for a commit that the app did not build for an attempt. */
export const readTrailers = (
  message: string,
): { readonly item: string; readonly attempt: number; readonly approval: string } | undefined => {
  const value = (name: string) => new RegExp(`^Forkjoin-${name}: (\\S+)$`, 'm').exec(message)?.[1];
  const [item, attempt, approval] = [value('Item'), value('Attempt'), value('Approval')];
  return item !== undefined && attempt !== undefined && approval !== undefined
    ? { item, attempt: Number(attempt), approval }
    : undefined;
};
