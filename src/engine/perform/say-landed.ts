import type { Effect } from '#core/types.ts';
import { landedWords } from '#core/words/landed.ts';
import { marker } from '#core/words/names.ts';
import type { Outboxed, Ports } from '#engine/ports.ts';

type SayLanded = Extract<Effect, { readonly kind: 'say-landed' }>;

/** Says on a member's pull request, once, where its work landed, or that its plan landed without it. */
export const sayLanded = async (ports: Ports, job: Outboxed, effect: SayLanded): Promise<void> => {
  const plan = (await ports.store.load(job.plan))?.plan;
  const item = plan?.items.find((other) => other.issue === effect.item);
  const words = plan === undefined || item === undefined ? undefined : landedWords(plan, item);
  if (words === undefined) return;
  const github = ports.github(job.repository);
  const sign = marker(job.plan, effect.name, ports.sign(`${job.plan}:${effect.name}`));
  if ((await github.findComment(job.repository, effect.pull, sign)) !== undefined) return;
  await github.comment(job.repository, effect.pull, `${sign}\n${words}`);
};
