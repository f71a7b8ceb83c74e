import { dependenciesWithin, headOf } from '#core/dispatch/ready.ts';
import type { Sha } from '#core/types.ts';
import { itemBranchTaken } from '#core/words/branches.ts';
import { readTrailers } from '#core/words/names.ts';
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

/** Base of an item: the plan's base with its dependencies merged in, in the plan's order (spec 5). */
export const startingPoint = async (running: Running, afterCrash: boolean): Promise<StartingPoint> => {
  const { ports, plan, item } = running;
  if (!('base' in plan.state) || plan.state.base === 'preparing') throw new Error('The plan has no base yet.');
  if (item.state.name === 'running' && item.state.fix !== undefined)
    return goOnWith(running, item.state.fix, afterCrash);
  await ports.git.fetch(plan.repository, afterCrash || item.dependsOn.length > 0 ? 0 : RECENT);
  let base = plan.state.base.contracts;
  const on: Record<number, Sha> = {};
  for (const dependency of dependenciesWithin(plan, item)) {
    const head = headOf(dependency);
    if (head === undefined) throw new Error(`#${dependency.issue}, which #${item.issue} needs, is not verified.`);
    on[dependency.issue] = head;
    const message = `Merge #${dependency.issue} as the base of #${item.issue}`;
    const merged = await ports.git.merge(plan.repository, base, head, message, plan.state.startedAt);
    if (!merged.clean)
      return {
        kind: 'failure',
        failure: { kind: 'dependency-conflict', with: [dependency.issue], files: merged.files },
      };
    base = merged.commit;
  }
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
