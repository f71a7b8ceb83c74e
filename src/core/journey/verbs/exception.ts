import type { Commanded } from '#core/journey/verbs/verb.ts';
import type { Item, Refusal } from '#core/types.ts';

/** Paths for which a writer may make an exception: what keeps a member out, or what alone kept an attempt's work back. */
export const excusable = ({ state }: Item): readonly Refusal[] => {
  if (state.name === 'held' && state.why.kind === 'outside-scope')
    return state.why.refused.filter(({ path }) => state.work.changes.some((change) => change.path === path));
  const failure = state.name === 'failed' ? state.failure : undefined;
  return failure?.kind === 'guard' && failure.refused.every((refused) => refused.excusable === true)
    ? failure.refused
    : [];
};

/** The item with the exception on record: which paths, by whom and when. */
export const excused = (item: Item, { actor, at }: Commanded): Item => {
  const known = item.exceptions ?? [];
  const paths = excusable(item)
    .map(({ path }) => path)
    .filter((path) => !known.some((exception) => exception.path === path));
  return paths.length === 0
    ? item
    : { ...item, exceptions: [...known, ...paths.map((path) => ({ path, by: actor, at }))] };
};
