import { type Pattern, parsePattern } from '#core/pattern/pattern.ts';
import type { Problem, ScopeEntry } from '#core/types.ts';
import type { CheckableItem } from './input.ts';
import { itemProblem } from './problem.ts';

/** What an item owns: the entries whose patterns are valid, with the patterns. */
export type OwnedScope = {
  readonly item: CheckableItem;
  readonly owned: readonly { readonly entry: ScopeEntry; readonly pattern: Pattern }[];
  readonly problems: readonly Problem[];
};

/** Parses an item's scope; what is not valid is a problem, and owns nothing. */
export const ownedScope = (item: CheckableItem): OwnedScope => {
  const owned: { readonly entry: ScopeEntry; readonly pattern: Pattern }[] = [];
  const problems: Problem[] = [];
  for (const entry of item.scope) {
    const parsed = parsePattern(entry.pattern);
    if (parsed.ok) owned.push({ entry, pattern: parsed.pattern });
    else
      problems.push(
        itemProblem('pattern-invalid', entry.line, `"${entry.pattern}" ${parsed.why}.`, hintFor(parsed.hint)),
      );
  }
  return { item, owned, problems };
};

const hintFor = (hint: string | undefined): string =>
  hint ?? 'Write the path from the root of the repository, with / between its parts: - create `src/new-file.ts`';
