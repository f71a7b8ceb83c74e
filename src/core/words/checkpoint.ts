import type { PlanId, Sha } from '#core/types.ts';
import { attemptTrailers, readTrailers } from '#core/words/names.ts';

/** What an attempt had when it was last looked at, and how it may be gone on with. */
export type Left = {
  readonly commit: Sha;
  readonly attempt: number;
  readonly agent: string;
  readonly session?: string;
  /** The last things that the agent said or did, a line each, oldest first; text that nobody vouches for. */
  readonly said: readonly string[];
};

/** Under this name a checkpoint is kept on its machine. */
export const checkpointName = (plan: PlanId, item: number): string => `checkpoints/${plan}/${item}`;

/** Whose checkpoint a name is; undefined for other names. */
export const readCheckpointName = (name: string): { readonly plan: PlanId; readonly item: number } | undefined => {
  const [, plan, item] = /^checkpoints\/(\d+-\d+)\/(\d+)$/.exec(name) ?? [];
  return plan === undefined ? undefined : { plan, item: Number(item) };
};

/** Message of a checkpoint's commit. What an agent said stands behind `- `, so that it can be no trailer. */
export const checkpointMessage = (
  of: { readonly plan: PlanId; readonly item: number; readonly approval: string },
  left: Omit<Left, 'commit'>,
): string =>
  [
    `Checkpoint of issue ${of.item}`,
    left.said.map((line) => `- ${oneLine(line)}`).join('\n'),
    [
      attemptTrailers(of.plan, of.item, left.attempt, of.approval),
      `Forkjoin-Agent: ${oneLine(left.agent)}`,
      ...(left.session === undefined ? [] : [`Forkjoin-Session: ${oneLine(left.session)}`]),
    ].join('\n'),
  ]
    .filter((part) => part !== '')
    .join('\n\n')
    .concat('\n');

/** Reads a checkpoint back; undefined when it is of another item, or of a text that is not the approved one any more. */
export const readCheckpoint = (
  commit: Sha,
  message: string,
  of: { readonly plan: PlanId; readonly item: number; readonly approval: string },
): Left | undefined => {
  const trailers = readTrailers(message);
  if (trailers?.item !== `${of.plan}/${of.item}` || trailers.approval !== of.approval) return undefined;
  const value = (name: string) => new RegExp(`^Forkjoin-${name}: (.+)$`, 'm').exec(message)?.[1];
  const session = value('Session');
  return {
    commit,
    attempt: trailers.attempt,
    agent: value('Agent') ?? '',
    ...(session === undefined ? {} : { session }),
    said: [...message.matchAll(/^- (.*)$/gm)].map((found) => found[1] ?? ''),
  };
};

const oneLine = (text: string): string => text.replace(/[\s\u2028\u2029]+/g, ' ').trim();
