import type { Sha } from '#core/types.ts';
import { itemBranchTaken } from '#core/words/branches.ts';
import { readTrailers } from '#core/words/names.ts';
import { dependencyBase } from '#engine/attempt/dependency-base.ts';
import { type GoingOn, goOnWith } from '#engine/attempt/going-on.ts';
import { type Built, verifyCommit } from '#engine/attempt/verify-commit.ts';
import type { Ending, Running } from '#engine/attempt.ts';

/** The commit that the agent starts from, and the head that the item's branch has on the remote now. */
export type StartingPoint =
  | {
      readonly kind: 'fresh';
      readonly base: Sha;
      readonly expected: Sha | undefined;
      /** Heads of the other members that the base contains. */
      readonly on?: Readonly<Record<number, Sha>>;
      readonly goingOn?: GoingOn;
    }
  /** No agent is needed: a start that died had pushed already, or what stood against the member is gone. Guarded and verified. */
  | { readonly kind: 'adopted'; readonly built: Built; readonly expected: Sha | undefined }
  | Extract<Ending, { readonly kind: 'failure' }>;

/** Milliseconds for which a fetch is fresh enough when nothing that others pushed is needed; the push's lease guards the rest. */
const RECENT = 10_000;

/** Where an attempt begins: on the plan's base with the item's dependencies merged in (spec 5), on the member that it goes on with, or nowhere, because all is done. */
export const startingPoint = async (running: Running, afterCrash: boolean): Promise<StartingPoint> => {
  const { ports, plan, item } = running;
  if (!('base' in plan.state) || plan.state.base === 'preparing') throw new Error('The plan has no base yet.');
  if (item.state.name === 'running' && item.state.fix !== undefined)
    return goOnWith(running, item.state.fix, afterCrash);
  await ports.git.fetch(plan.repository, afterCrash || item.dependsOn.length > 0 ? 0 : RECENT);
  const begun = await dependencyBase(running, { base: plan.state.base, startedAt: plan.state.startedAt });
  if ('failure' in begun) return { kind: 'failure', failure: begun.failure };
  const { base, on } = begun;
  const expected = await ports.git.head(plan.repository, item.branch);
  if (expected === undefined) return { kind: 'fresh', base, expected, on };
  const trailers = readTrailers(await ports.git.message(plan.repository, expected));
  if (trailers?.item !== `${plan.id}/${item.issue}`) {
    return { kind: 'failure', failure: { kind: 'unavailable', what: itemBranchTaken(item.branch) } };
  }
  const [parent] = await ports.git.parents(plan.repository, expected);
  if (!afterCrash || trailers.approval !== plan.state.approval.hash || parent !== base)
    return { kind: 'fresh', base, expected, on };
  const changes = await ports.git.changes(plan.repository, base, expected);
  const built = await verifyCommit(running, {
    base,
    commit: expected,
    changes,
    unstorable: [],
    summary: '',
    promptHash: '',
    on,
  });
  return built.kind === 'failure' ? built : { kind: 'adopted', built, expected };
};
