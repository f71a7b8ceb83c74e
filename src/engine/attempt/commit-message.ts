import { attemptTrailers } from '#core/words/names.ts';
import { title } from '#core/words/safe.ts';
import type { Running } from '#engine/attempt.ts';

/** When this start of the agent began; commits that the app builds for it carry it. */
export const startedAt = ({ item }: Running): string => (item.state.name === 'running' ? item.state.startedAt : '');

/** The message of the commit that an attempt builds, with the trailers by which it is known again. */
export const commitMessage = ({ plan, item, attempt }: Running): string => {
  const approval = 'approval' in plan.state ? plan.state.approval.hash : '';
  return `${title(item.text.title)}\n\nWork on issue ${item.issue} by an agent, built and checked by the app.\n\n${attemptTrailers(plan.id, item.issue, attempt, approval)}\n`;
};
