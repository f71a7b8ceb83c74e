import { mayRun } from '#core/approve/permission.ts';
import type { Remark } from '#core/dispatch/going-on.ts';
import { stripHidden } from '#core/intake/hidden-text.ts';
import type { Plan, Sha } from '#core/types.ts';
import { isItemCommit } from '#core/words/names.ts';
import type { Ports } from '#engine/ports.ts';

/** How far back the app's last commit is looked for below what people pushed on top of it. */
const FURTHEST = 100;

/**
 * What people who may write said of the app's last commit on a branch, and of what was pushed on top of it; without what
 * only an agent would read (safety, row 7).
 */
export const remarksSince = async (
  ports: Ports,
  plan: Plan,
  pull: number | undefined,
  head: Sha,
): Promise<readonly Remark[]> => {
  if (pull === undefined) return [];
  const github = ports.github(plan.repository);
  const since = await newestCommits(ports, plan, head);
  const fresh = (await github.remarks(plan.repository, pull)).filter((remark) => since.has(remark.commit));
  const authors = [...new Set(fresh.map((remark) => remark.by))];
  const allowed = await Promise.all(
    authors.map(async (by) => [by, mayRun(await github.permission(plan.repository, by))] as const),
  );
  const writers = new Set(allowed.flatMap(([by, may]) => (may ? [by] : [])));
  return fresh
    .filter((remark) => writers.has(remark.by))
    .map(({ commit: _seen, ...remark }) => ({ ...remark, body: stripHidden(remark.body).text }));
};

/** The head, and what lies below it down to the newest commit of the app. */
const newestCommits = async (ports: Ports, plan: Plan, head: Sha): Promise<ReadonlySet<Sha>> => {
  const found = new Set<Sha>();
  for (let at: Sha | undefined = head; at !== undefined && found.size < FURTHEST; ) {
    found.add(at);
    if (isItemCommit(plan.id, await ports.git.message(plan.repository, at))) break;
    [at] = await ports.git.parents(plan.repository, at);
  }
  return found;
};
