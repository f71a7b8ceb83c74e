import { readCommand } from '#core/intake/command.ts';
import type { Instant, Repository } from '#core/types.ts';
import { commandId } from '#engine/hint/comment.ts';
import type { Follow } from '#engine/hint.ts';
import type { GitHubComment, Ports } from '#engine/ports.ts';

/**
 * Commands whose webhook never came, since the last look at the repository's comments: only those that a person wrote,
 * that were never edited and that were not carried out before (spec 4). The first look finds none: what was said before
 * the app looked was said to nobody.
 */
export const findCommands = async (
  ports: Ports,
  follow: Follow,
  repository: Repository,
  round: string,
): Promise<void> => {
  const name = `comments-${repository.id}`;
  const known = (await ports.store.recall(name)) as { readonly since: Instant } | undefined;
  if (known === undefined) {
    await ports.store.record(name, { since: shortlyBefore(ports.clock.now()) });
    return;
  }
  const comments = await ports.github(repository).comments(repository, known.since);
  for (const comment of comments.filter(isCommand)) {
    if (await ports.store.handled(commandId(comment.id))) continue;
    const issue = await ports.github(repository).issue(repository, comment.issue);
    await follow({
      kind: 'comment',
      id: `reconcile-${round}-comment-${comment.id}`,
      at: ports.clock.now(),
      repository,
      issue: comment.issue,
      isPull: comment.isPull,
      comment: comment.id,
      body: comment.body,
      actor: comment.by,
      author: issue?.author === comment.by,
    });
  }
  // GitHub's times are compared with GitHub's only: clocks differ.
  const last = comments.at(-1)?.changed;
  if (last !== undefined && last > known.since) await ports.store.record(name, { since: last });
};

/** GitHub's clock may be behind ours, and it counts whole seconds. */
const shortlyBefore = (now: Instant): Instant => new Date(Date.parse(now) - 60_000).toISOString();

const isCommand = (comment: GitHubComment): boolean =>
  comment.byHand && !comment.edited && readCommand(comment.body).kind !== 'none';
