import type { Effect, Plan } from '#core/types.ts';
import { labelOf, relabelled, STATE_LABELS } from '#core/words/labels.ts';
import { LABEL } from '#core/words/names.ts';
import type { Outboxed, Ports } from '#engine/ports.ts';

type Of<Kind extends Effect['kind']> = Extract<Effect, { readonly kind: Kind }>;

/** The colour of a label that GitHub made because it was applied before it was there. */
const NO_COLOUR = 'ededed';

/** Brings the app's label on an issue in line with the plan as it stands; nothing is written when it is right. */
export const label = async (ports: Ports, job: Outboxed, effect: Of<'label'>): Promise<void> => {
  const plan: Plan | undefined = (await ports.store.load(job.plan))?.plan;
  if (plan === undefined) return;
  const github = ports.github(plan.repository);
  const issue = await github.issue(plan.repository, effect.issue);
  if (issue === undefined) return;
  const wanted = labelOf(plan, effect.issue);
  // It left this plan and is still wanted: what it is now is said by the plan that it came to, or by itself.
  if (wanted === undefined && issue.labels.includes(LABEL)) return;
  const labels = relabelled(issue.labels, wanted);
  if (labels !== undefined) await github.setLabels(plan.repository, effect.issue, labels);
};

/** Gives a label of ours its colour and description; one that a person coloured is left alone. */
export const paint = async (ports: Ports, job: Outboxed, effect: Of<'paint'>): Promise<void> => {
  const github = ports.github(job.repository);
  const found = await github.label(job.repository, effect.label);
  const wanted = { name: effect.label, ...STATE_LABELS[effect.label] };
  if (found === undefined) await github.createLabel(job.repository, wanted);
  else if (found.color.toLowerCase() === NO_COLOUR) await github.paintLabel(job.repository, wanted);
};
