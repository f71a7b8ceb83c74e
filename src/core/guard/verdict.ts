import { contentRefusals, packageRefusals, packagesBrought } from '#core/guard/content.ts';
import type { FindSecret } from '#core/guard/known-secrets.ts';
import { matches, type Pattern, parsePattern } from '#core/pattern/pattern.ts';
import { isProtectedPath } from '#core/pattern/protected.ts';
import type { Brought, Change, FileContract, ItemText, Refusal, Settings } from '#core/types.ts';

/** Paths and bytes that one item may change (the caps of safety row 29). */
const MOST_PATHS = 300;
const MOST_BYTES = 4_096 * 1_024;

export type GuardInput = {
  readonly item: ItemText;
  readonly contracts: readonly FileContract[];
  readonly settings: Settings;
  readonly changes: readonly Change[];
  readonly unstorable: readonly Refusal[];
  /** What stands in the changed files. */
  readonly brought: readonly Brought[];
  readonly findSecret: FindSecret;
  /** Paths that a writer let in, protected or outside the scope. */
  readonly exceptions: readonly string[];
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
  const ofPaths = input.changes.flatMap((change): readonly Refusal[] => {
    const refused = refusal(change);
    return refused === undefined ? [] : [{ path: change.path, ...refused }];
  });
  const scope = input.item.scope.map((entry) => entry.pattern);
  const refused = new Set(ofPaths.map(({ path }) => path));
  const ofContent = [
    ...contentRefusals(input.changes, input.brought, scope, input.findSecret),
    ...packageRefusals(packagesBrought(input.brought), input.settings.allowedPackages),
  ].filter(({ path }) => !refused.has(path));
  const all = [...ofPaths, ...ofContent, ...input.unstorable, ...tooMuch(input.changes)];
  return all.map((one) => withoutSecret(one, input.findSecret));

  function refusal(change: Change): Omit<Refusal, 'path'> | undefined {
    const { path } = change;
    const has = (list: readonly Pattern[]) => list.some((pattern) => matches(pattern, path));
    if (contracts.has(path.normalize('NFC').toLowerCase()))
      return { why: 'it is a file contract, read-only for all items' };
    if (input.exceptions.includes(path)) return kindOfFile(change);
    if (!has(owned)) return { why: 'it is outside the scope of the item' };
    if (has(forbidden)) return { why: 'the Constraints of the item say not to touch it' };
    const guarded = isProtectedPath(path) ?? (has(added) ? 'a path that the repository protects' : undefined);
    if (guarded !== undefined && !has(allowed)) return { why: `it is protected (${guarded})`, excusable: true };
    return (
      kindOfFile(change) ?? (input.findSecret(path) === undefined ? undefined : { why: 'its name holds a secret' })
    );
  }
};

/** A name can hold a secret as well as a file can; what is refused is shown to people. */
const withoutSecret = (refusal: Refusal, findSecret: FindSecret): Refusal => {
  const secret = findSecret(refusal.path);
  return secret === undefined ? refusal : { path: '(not shown)', why: `its name holds ${secret} of this installation` };
};

const kindOfFile = ({ newMode, oldMode, path }: Change): Omit<Refusal, 'path'> | undefined => {
  if (newMode === '120000' && oldMode !== '120000') return { why: 'agents may not make symbolic links' };
  if (newMode === '160000') return { why: 'agents may not make submodules or nested repositories' };
  if (newMode !== '000000' && !['100644', '100755', '120000'].includes(newMode))
    return { why: `its mode is ${newMode}, and only plain and executable files are taken` };
  // oxlint-disable-next-line no-control-regex -- exactly these make a name that no terminal and no page shows as it is
  if (newMode !== '000000' && /[\u0000-\u001f\u007f]/.test(path)) return { why: 'its name holds a control character' };
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
