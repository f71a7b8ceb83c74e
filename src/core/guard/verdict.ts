import { matches, type Pattern, parsePattern } from '#core/pattern/pattern.ts';
import { isProtectedPath } from '#core/pattern/protected.ts';
import type { Change, FileContract, ItemText, Refusal, Settings } from '#core/types.ts';

/** Paths and bytes that one item may change (the caps of safety row 29). */
const MOST_PATHS = 300;
const MOST_BYTES = 4_096 * 1_024;

export type GuardInput = {
  readonly item: ItemText;
  readonly contracts: readonly FileContract[];
  readonly settings: Settings;
  readonly changes: readonly Change[];
  readonly unstorable: readonly Refusal[];
};

/**
 * What an agent really changed against what its item owns, before anything is pushed. Every refused path is named
 * with its reason; an empty answer lets all through. The scope decides, then protected paths, then kinds of file.
 */
export const verdict = (input: GuardInput): readonly Refusal[] => {
  const owned = patterns(input.item.scope.map((entry) => entry.pattern));
  const forbidden = patterns(input.item.forbidden);
  const allowed = patterns(input.settings.protected.allow);
  const added = patterns(input.settings.protected.add);
  const contracts = new Set(input.contracts.map((file) => file.path.normalize('NFC').toLowerCase()));
  const refusals = input.changes.flatMap((change): readonly Refusal[] => {
    const why = refusal(change);
    return why === undefined ? [] : [{ path: change.path, why }];
  });
  return [...refusals, ...input.unstorable, ...tooMuch(input.changes)];

  function refusal(change: Change): string | undefined {
    const { path } = change;
    const has = (list: readonly Pattern[]) => list.some((pattern) => matches(pattern, path));
    if (contracts.has(path.normalize('NFC').toLowerCase())) return 'it is a file contract, read-only for all items';
    if (!has(owned)) return 'it is outside the scope of the item';
    if (has(forbidden)) return 'the Constraints of the item say not to touch it';
    const guarded = isProtectedPath(path) ?? (has(added) ? 'a path that the repository protects' : undefined);
    if (guarded !== undefined && !has(allowed)) return `it is protected (${guarded})`;
    return kindOfFile(change);
  }
};

const kindOfFile = (change: Change): string | undefined => {
  if (change.newMode === '120000' && change.oldMode !== '120000') return 'agents may not make symbolic links';
  if (change.newMode === '160000') return 'agents may not make submodules or nested repositories';
  return undefined;
};

const tooMuch = (changes: readonly Change[]): readonly Refusal[] => {
  const bytes = changes.reduce((sum, change) => sum + change.size, 0);
  if (changes.length > MOST_PATHS)
    return [{ path: `${changes.length} paths`, why: `an item may change at most ${MOST_PATHS}` }];
  if (bytes > MOST_BYTES)
    return [{ path: `${Math.ceil(bytes / 1024)} KiB`, why: `an item may bring at most ${MOST_BYTES / 1024} KiB` }];
  return [];
};

/** Patterns were checked before the start; one that is invalid after all owns nothing. */
const patterns = (texts: readonly string[]): readonly Pattern[] =>
  texts.flatMap((text) => {
    const parsed = parsePattern(text);
    return parsed.ok ? [parsed.pattern] : [];
  });
