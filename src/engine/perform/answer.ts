import { COMMANDS } from '#core/intake/command.ts';
import { CARRIED_OUT } from '#core/journey/commanded.ts';
import type { Effect } from '#core/types.ts';
import { help } from '#core/words/help.ts';
import { marker } from '#core/words/names.ts';
import type { Outboxed, Ports } from '#engine/ports.ts';

type Answer = Extract<Effect, { readonly kind: 'answer' }>;

/** Answers a command by a comment of its own, once: an earlier try that was cut off is found by its signed marker. */
export const answer = async (ports: Ports, job: Outboxed, effect: Answer): Promise<void> => {
  const github = ports.github(job.repository);
  const sign = marker(job.plan, effect.name, ports.sign(`${job.plan}:${effect.name}`));
  if ((await github.findComment(job.repository, effect.on, sign)) !== undefined) return;
  await github.comment(job.repository, effect.on, `${sign}\n${help(COMMANDS, CARRIED_OUT)}`);
};
