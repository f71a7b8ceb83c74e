import type { Item, Plan, Sha } from '#core/types.ts';

/** Has the item brought a verified commit that dependents may build on (spec 5: released when verified)? */
export const isVerified = (item: Item): boolean => {
  const { state } = item;
  if (state.name === 'held') {
    const why = state.why.kind === 'fix-failed' ? state.why.before : state.why;
    return why?.kind !== 'branch-moved' && why?.kind !== 'outside-scope';
  }
  return state.name === 'publishing' || state.name === 'proposed' || state.name === 'merged';
};

/** The head that others build on: of a member that an agent goes on with, the one that stands. */
export const headOf = ({ state }: Item): Sha | undefined =>
  'work' in state ? state.work.head : 'fix' in state ? state.fix?.work.head : undefined;

/** Will the item bring nothing more unless a person asks? */
export const isLost = (item: Item): boolean =>
  item.state.name === 'failed' || item.state.name === 'cancelled' || item.state.name === 'skipped';

/** Does an agent have the item, or is one about to? */
export const isBusy = (item: Item): boolean => item.state.name === 'queued' || item.state.name === 'running';

/** Dependencies inside the plan. */
export const dependenciesWithin = (plan: Plan, item: Item): readonly Item[] =>
  item.dependsOn.flatMap((number) => plan.items.filter((other) => other.issue === number));

/** Dependencies outside the plan, as long as the last look found one of them open (spec 3: the item waits for it). */
const openElsewhere = (plan: Plan, item: Item): readonly number[] => {
  const checked = plan.report.items.find((other) => other.issue === item.issue);
  return checked?.problems.some((problem) => problem.code === 'dependency-open-elsewhere') === true
    ? item.dependsOn.filter((number) => !plan.items.some((other) => other.issue === number))
    : [];
};

/** What stands in the way of a waiting item: the dependency that is lost, those not there yet, or nothing. */
export const obstacle = (plan: Plan, item: Item): { readonly lost: number } | { readonly on: readonly number[] } => {
  const dependencies = dependenciesWithin(plan, item);
  const lost = dependencies.find(isLost);
  return lost
    ? { lost: lost.issue }
    : {
        on: [
          ...dependencies.filter((other) => !isVerified(other)).map((other) => other.issue),
          ...openElsewhere(plan, item),
        ],
      };
};

/**
 * Items that can change without a person: those under way, and those that wait for nothing else. An item that waits for
 * a held member, for an issue outside the plan or for one that nobody started is none of them.
 */
export const changing = (plan: Plan): ReadonlySet<number> => {
  const found = new Set(
    plan.items
      .filter(
        ({ state }) =>
          ['queued', 'running', 'publishing'].includes(state.name) ||
          (state.name === 'waiting' && typeof state.on === 'string'),
      )
      .map((item) => item.issue),
  );
  for (;;) {
    const more = plan.items.filter(
      ({ issue, state }) =>
        !found.has(issue) &&
        state.name === 'waiting' &&
        typeof state.on !== 'string' &&
        state.on.every((number) => found.has(number)),
    );
    if (more.length === 0) return found;
    for (const item of more) found.add(item.issue);
  }
};

/** Agents that this plan may have at once beyond those it has. */
export const freeSlots = (plan: Plan): number =>
  (plan.settings.slots ?? Number.POSITIVE_INFINITY) - plan.items.filter(isBusy).length;

/**
 * Items by the length of the chain that waits for them, longest first, then by number: whoever holds up most goes
 * first (critical path first). Lengths are minutes of timeout where given, else 1 an item.
 */
export const byCriticalPath = (plan: Plan): readonly Item[] => {
  const below = new Map<number, number>();
  const length = (item: Item): number => {
    const known = below.get(item.issue);
    if (known !== undefined) return known;
    below.set(item.issue, 0);
    const waiting = plan.items.filter((other) => other.dependsOn.includes(item.issue));
    const longest = (item.text.agent.timeout ?? 1) + Math.max(0, ...waiting.map(length));
    below.set(item.issue, longest);
    return longest;
  };
  return [...plan.items].sort((a, b) => length(b) - length(a) || a.issue - b.issue);
};
