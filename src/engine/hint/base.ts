import { isStarted } from '#core/journey/step.ts';
import type { Plan, Repository } from '#core/types.ts';
import type { Ports } from '#engine/ports.ts';
import { turn } from '#engine/turn.ts';

/** The default branch may have moved: every plan under way that is to be merged into it hears how it stands to it now. */
export const lookAtBase = async (
  ports: Ports,
  repository: Repository,
  branch: string,
  cause: { readonly id: string },
): Promise<void> => {
  const plans = (await ports.store.plans(repository.id)).filter((plan) => plan.defaultBranch === branch && waits(plan));
  if (plans.length === 0) return;
  await ports.git.fetch(repository);
  for (const plan of plans) await compare(ports, plan, cause);
};

/** Does the plan integrate its members before they go to the default branch? */
const waits = (plan: Plan): boolean => isStarted(plan) && !plan.alone && plan.settings.strategy === 'integration';

const compare = async (ports: Ports, plan: Plan, cause: { readonly id: string }): Promise<void> => {
  if (!('base' in plan.state) || plan.state.base === 'preparing') return;
  const { git } = ports;
  const { repository } = plan;
  const base = plan.state.base.sha;
  const head = await git.head(repository, plan.defaultBranch);
  if (head === undefined || (head === base && plan.moved === undefined)) return;
  const rewritten = !(await git.isAncestor(repository, base, head));
  const ours = plan.integration?.head ?? plan.state.base.contracts;
  const merged = rewritten ? undefined : await git.merge(repository, head, ours, 'How they go together', plan.lookedAt);
  const conflicts = merged?.clean === false ? merged.files : [];
  const moved = { head, rewritten, conflicts };
  if (JSON.stringify(moved) === JSON.stringify(plan.moved)) return;
  const id = `${cause.id}-base-${plan.id}`;
  await turn(ports, plan.id, { kind: 'base-moved', id, at: ports.clock.now(), moved });
};
