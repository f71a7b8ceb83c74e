import { readCommand } from '#core/intake/command.ts';
import type { Fact, Repository } from '#core/types.ts';
import { itemOfBranch, planId, planOfBranch } from '#core/words/names.ts';
import { look } from '#engine/look.ts';
import type { Hint, Ports } from '#engine/ports.ts';
import { turn } from '#engine/turn.ts';

type CommentHint = Extract<Hint, { readonly kind: 'comment' }>;
type Told = Extract<Fact, { readonly kind: 'commanded' }>['reading'];

/** The name of a command: told by a webhook or found by looking, a comment is carried out once. */
export const commandId = (comment: number): string => `comment-${comment}`;

/** Somebody wrote a comment: a command in it is carried out on the plan as it stands on GitHub now. */
export const commented = async (ports: Ports, hint: CommentHint): Promise<void> => {
  const reading = readCommand(hint.body);
  if (reading.kind === 'none') return;
  const github = ports.github(hint.repository);
  const pull = hint.isPull ? await issueOfPull(ports, hint.repository, hint.issue) : undefined;
  const issue = hint.isPull ? pull?.issue : hint.issue;
  if (issue === undefined) return;
  const [snapshot, permission] = await Promise.all([
    look(ports, hint.repository, issue, { asked: true }),
    github.permission(hint.repository, hint.actor),
  ]);
  if (snapshot === undefined) return;
  const plan = (snapshot.plan ?? snapshot.items[0])?.issue ?? issue;
  ports.log.info(
    { plan, by: hint.actor, verb: reading.kind === 'command' ? reading.command.verb : reading.verb },
    'A command was given.',
  );
  await turn(ports, planId(hint.repository, plan), {
    kind: 'commanded',
    id: commandId(hint.comment),
    at: ports.clock.now(),
    snapshot,
    reading: pull?.isItem === true ? aboutItem(reading, issue) : reading,
    on: hint.issue,
    comment: hint.comment,
    actor: hint.actor,
    permission,
    author: hint.author,
  });
};

/** The issue that a pull request of ours stands for: its item, or the plan of an integration. */
const issueOfPull = async (
  ports: Ports,
  repository: Repository,
  number: number,
): Promise<{ readonly issue: number; readonly isItem: boolean } | undefined> => {
  const pull = await ports.github(repository).pull(repository, number);
  if (pull?.ours !== true) return undefined;
  const item = itemOfBranch(pull.head.ref)?.item;
  if (item !== undefined) return { issue: item, isItem: true };
  const plan = planOfBranch(pull.head.ref);
  return plan === undefined ? undefined : { issue: plan, isItem: false };
};

/** Said on an item's pull request, also on an earlier one, a command is about that item. */
const aboutItem = (reading: Told, item: number): Told =>
  reading.kind === 'command' && reading.command.issues.length === 0
    ? { kind: 'command', command: { ...reading.command, issues: [item] } }
    : reading;
