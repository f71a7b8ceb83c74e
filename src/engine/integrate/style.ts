import { workOf } from '#core/forecast/member.ts';
import { members } from '#core/forecast/members.ts';
import { styleProfile } from '#core/style/profile.ts';
import type { Plan, StyleProfile, Work } from '#core/types.ts';
import type { Ports } from '#engine/ports.ts';

/** Files of one member that are read for their style. */
const MOST_FILES = 300;

/** How each member writes, by item; only heads that were not read yet are read. One that cannot be read is left out. */
export const styleProfiles = async (
  { git, log }: Pick<Ports, 'git' | 'log'>,
  plan: Plan,
): Promise<Readonly<Record<number, StyleProfile>>> => {
  const standing = members(plan).heads;
  const profiles: Record<number, StyleProfile> = {};
  for (const item of plan.items) {
    const [work, known] = [workOf(item), plan.styles?.[item.issue]];
    if (work === undefined || standing[item.issue] === undefined) continue;
    try {
      const read = (): Promise<StyleProfile> => readMember(git, plan, work);
      // Nobody asks again before its head moves: what failed for a moment only is not to be missing until then.
      profiles[item.issue] = known?.head === work.head ? known : await read().catch(read);
    } catch (error) {
      // Its branch may be deleted: that is told by the forecast, which need not wait for it.
      log.warn({ plan: plan.issue, item: item.issue, error }, 'A member could not be read for its style.');
    }
  }
  return profiles;
};

const readMember = async (git: Ports['git'], plan: Plan, work: Work): Promise<StyleProfile> => {
  const changes = work.changes.slice(0, MOST_FILES);
  const paths = (kinds: readonly string[]): readonly string[] =>
    changes.filter(({ kind }) => kinds.includes(kind)).map(({ path }) => path);
  const [before, after] = await Promise.all([
    git.texts(plan.repository, work.base, paths(['modified'])),
    git.texts(plan.repository, work.head, paths(['modified', 'added'])),
  ]);
  return styleProfile(
    work.head,
    changes.map(({ path, kind }) => {
      const [old, now] = [before.get(path), after.get(path)];
      return {
        path,
        kind,
        ...(old === undefined ? {} : { before: old }),
        ...(now === undefined ? {} : { after: now }),
      };
    }),
  );
};
