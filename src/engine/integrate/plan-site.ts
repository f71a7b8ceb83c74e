import type { Plan } from '#core/types.ts';
import { runCommands } from '#engine/commands.ts';
import { inCheckout } from '#engine/integrate/checked-out.ts';
import { leftBehind } from '#engine/integrate/left-behind.ts';
import type { Site, Verifier } from '#engine/integrate/site.ts';
import type { Ports } from '#engine/ports.ts';

/** Minutes for a command where neither the plan nor the operator says another limit. */
const MINUTES = 30;

/** `again`: a person asked, so what was red is tried anew. `room`: what the names of its worktrees begin with, where that is no round. */
export type SiteOptions = { readonly again: boolean; readonly signal: AbortSignal; readonly room?: string };

/** A worker's ports as the place where a plan's chain is built. */
export const planSite = async (
  ports: Ports,
  plan: Plan,
  { again, signal, room = plan.id }: SiteOptions,
): Promise<Site> => {
  const { git, store, hash } = ports;
  const { repository } = plan;
  const recall = (name: string) => store.recall(name);
  const record = (name: string, value: unknown) => store.record(name, value);
  const verifier = verifierOf(ports, plan, again);
  return {
    git,
    repository,
    ...(verifier === undefined ? {} : { verifier }),
    resolvers: {
      objects: await git.objects(repository),
      setUp: plan.settings.setup,
      run: (commit, command, keep, stop) =>
        leftBehind(
          git,
          repository,
          { name: `${room}-resolve-${commit.slice(0, 12)}`, commit, keep },
          (worktree) =>
            ports.agents.command(worktree, command, { minutes: plan.settings.timeout ?? MINUTES, network: true }, stop),
          stop,
        ),
      recall,
      record,
      hash,
    },
    recall,
    record,
    hash,
    signal,
    tell: (happening) => {
      if (happening.kind === 'verifying')
        ports.log.info({ plan: plan.id, of: happening.of?.name, run: happening.run }, 'A chain is verified.');
    },
  };
};

/** The plan's commands after its set-up, in clean worktrees; none when the plan names no command. */
const verifierOf = (ports: Ports, plan: Plan, again: boolean): Verifier | undefined => {
  const { setup, verify, slots = ports.slots.count, timeout = MINUTES } = plan.settings;
  if (verify.length === 0) return undefined;
  return {
    key: JSON.stringify([setup, verify]),
    minutes: timeout,
    slots: Math.min(slots, ports.slots.count),
    again,
    run: (commit, minutes, signal) => {
      const name = `${plan.id}-integration-${commit.slice(0, 12)}`;
      return inCheckout(ports.git, plan.repository, { name, commit }, async (worktree) => {
        const setUp = await runCommands(ports, worktree, setup, { minutes: timeout, network: true }, signal);
        return setUp.some((result) => !result.ok)
          ? setUp
          : await runCommands(ports, worktree, verify, { minutes, network: false }, signal);
      });
    },
  };
};
