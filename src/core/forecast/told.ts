/** What a pull request was told of conflicts that are forecast for it, and what it is told next. */
export type Told = {
  /** Comments so far: the last is kept up to date, the others are over. */
  readonly notes: number;
  /** Whom the last one names as being in the way; nobody: it says that they are gone. */
  readonly names: readonly string[];
  /** The heads between which each conflict was last told, by opponent. */
  readonly seen: Readonly<Record<string, string>>;
  /** The comment before the last one, where it still named somebody: it is to say that it is over. */
  readonly over?: number;
};

/** Conflicts as they stand: the heads of the two, by opponent. */
export type Faced = Readonly<Record<string, string>>;

/** Comments on one pull request; conflicts that come and go more often are edited into the last. */
const MOST = 10;

/**
 * What is told next. An edit notifies nobody: what was gone and comes back with other heads, or comes when all was well, is a
 * new conflict and gets a new comment. Who joins those that stand in the way already is added to theirs. `unsure`: opponents whose
 * agent is at work on it, and nobody knows. Undefined: there is nothing to say.
 */
export const toldNext = (told: Told | undefined, now: Faced, unsure: ReadonlySet<string>): Told | undefined => {
  const names = Object.keys(now);
  if (told === undefined) return names.length === 0 ? undefined : { notes: 1, names, seen: now };
  const standing = told.names.filter((name) => now[name] === undefined && unsure.has(name));
  const came = names.filter((name) => !told.names.includes(name));
  if (came.length === 0 && standing.length > 0) return undefined;
  const all = [...names, ...standing];
  const seen = { ...told.seen, ...now };
  const isNew = (name: string): boolean => told.seen[name] !== now[name];
  const returned = came.filter((name) => told.seen[name] !== undefined && isNew(name));
  const begins = told.names.length === 0 ? came.some(isNew) : returned.length > 0;
  if (!begins || told.notes >= MOST) return { ...told, names: all, seen };
  const notes = told.notes + 1;
  return { notes, names: all, seen, ...(told.names.length === 0 ? {} : { over: told.notes }) };
};
