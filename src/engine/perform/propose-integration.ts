import type { Effect } from '#core/types.ts';
import { integrationBody, integrationTitle } from '#core/words/integration-pull.ts';
import { openPullOf } from '#engine/perform/propose.ts';
import type { Outboxed, Ports } from '#engine/ports.ts';
import { turn } from '#engine/turn.ts';

type Propose = Extract<Effect, { readonly kind: 'propose-integration' }>;

/** Opens the integration pull request after the first round that merged something; later rounds rewrite its body. */
export const proposeIntegration = async (ports: Ports, job: Outboxed, effect: Propose): Promise<void> => {
  const plan = (await ports.store.load(job.plan))?.plan;
  if (plan?.integration === undefined || plan.integration.round !== effect.round || plan.state.name === 'cancelled')
    return;
  const github = ports.github(plan.repository);
  const body = integrationBody(plan, plan.integration);
  const open = await openPullOf(ports, plan, plan.branch);
  const fact = { id: `${effect.name}-done`, at: ports.clock.now(), round: effect.round };
  if (open !== undefined) {
    await github.editPull(plan.repository, open, { body });
    await turn(ports, plan.id, { ...fact, kind: 'integration-opened', pull: open });
    return;
  }
  const opened = await github.openPull(plan.repository, {
    head: plan.branch,
    base: plan.defaultBranch,
    title: integrationTitle(plan),
    body,
    draft: false,
  });
  if ('refused' in opened)
    await turn(ports, plan.id, { ...fact, kind: 'integration-refused', message: opened.refused });
  else await turn(ports, plan.id, { ...fact, kind: 'integration-opened', pull: opened.pull });
};
