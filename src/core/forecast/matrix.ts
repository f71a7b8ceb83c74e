import type { Forecast, ForecastConflict, Sha } from '#core/types.ts';
import type { Members } from './members.ts';

/** Two items, the smaller number first. */
export type Pair = readonly [a: number, b: number];

/** What became of a pair; `blame` is the head that does not go with the base itself. */
type Outcome =
  | { readonly clean: true }
  | {
      readonly clean: false;
      readonly files: readonly string[];
      readonly reason?: string;
      readonly blame?: { readonly head: Sha; readonly broken: boolean };
      /** A round would settle it. */
      readonly byRule?: boolean;
    };

/** Files that are kept of a conflict, fewer where there are many conflicts; of the others the number. */
const KEPT_FILES = 12;
const MANY = { conflicts: 200, files: 3 };

/** The pairs that `known` does not answer: the rows of the heads that moved, or all when the base did. */
export const openPairs = (known: Forecast | undefined, base: Sha, { heads }: Members): readonly Pair[] => {
  const items = itemsOf(heads);
  const stands = standing(known, base, heads);
  return items.flatMap((a, at) =>
    items
      .slice(at + 1)
      .filter((b) => !(stands.has(a) && stands.has(b)))
      .map((b) => [a, b] as const),
  );
};

/** The whole matrix: what `known` says of heads that stand still, and the outcomes of the pairs that were open. */
export const joined = (
  known: Forecast | undefined,
  base: Sha,
  members: Members,
  answers: readonly (readonly [Pair, Outcome])[],
): Forecast => {
  const { heads, provisional } = members;
  const stands = standing(known, base, heads);
  const conflicts = new Map<string, ForecastConflict>();
  for (const conflict of known?.conflicts ?? [])
    if (stands.has(conflict.a) && (conflict.b === 'base' || stands.has(conflict.b)))
      conflicts.set(keyOf(conflict), conflict);
  const unread = new Set<number>();
  for (const [pair, outcome] of answers) {
    if (outcome.clean) continue;
    const blamed = pair.find((item) => heads[item] === outcome.blame?.head);
    // A checkpoint stands on the machine of its agent alone.
    if (blamed !== undefined && outcome.blame?.broken === true && provisional.includes(blamed)) unread.add(blamed);
    else {
      const conflict = conflictOf(
        blamed === undefined ? { a: pair[0], b: pair[1] } : { a: blamed, b: 'base' },
        outcome,
      );
      conflicts.set(keyOf(conflict), conflict);
    }
  }
  return {
    base,
    heads: Object.fromEntries(Object.entries(heads).filter(([item]) => !unread.has(Number(item)))),
    provisional: provisional.filter((item) => !unread.has(item)),
    conflicts: shortened([...conflicts.values()]).sort(
      (one, other) => one.a - other.a || place(one.b) - place(other.b),
    ),
  };
};

const itemsOf = (heads: Readonly<Record<number, Sha>>): readonly number[] =>
  Object.keys(heads)
    .map(Number)
    .sort((a, b) => a - b);

/** Items whose head is the one that was looked at, on the same base. */
const standing = (known: Forecast | undefined, base: Sha, heads: Readonly<Record<number, Sha>>): ReadonlySet<number> =>
  new Set(known?.base === base ? itemsOf(heads).filter((item) => known.heads[item] === heads[item]) : []);

const conflictOf = (
  who: Pick<ForecastConflict, 'a' | 'b'>,
  { files, reason, byRule }: Extract<Outcome, { readonly clean: false }>,
): ForecastConflict => ({
  ...who,
  files: files.slice(0, KEPT_FILES),
  ...(files.length > KEPT_FILES ? { more: files.length - KEPT_FILES } : {}),
  ...(reason === undefined ? {} : { reason: reason.slice(0, 300) }),
  ...(byRule === true ? { byRule } : {}),
});

const shortened = (conflicts: ForecastConflict[]): ForecastConflict[] =>
  conflicts.length <= MANY.conflicts
    ? conflicts
    : conflicts.map((conflict) => {
        const { files, more = 0 } = conflict;
        const rest = Math.max(0, files.length - MANY.files) + more;
        return { ...conflict, files: files.slice(0, MANY.files), ...(rest > 0 ? { more: rest } : {}) };
      });

const keyOf = ({ a, b }: Pick<ForecastConflict, 'a' | 'b'>): string => `${a} ${b}`;

const place = (b: ForecastConflict['b']): number => (b === 'base' ? -1 : b);
