import type { Problem, ScopeEntry, ScopeVerb } from '#core/types.ts';
import { type FlatEntry, fences, flatEntries } from './entries.ts';
import type { Inline } from './markdown/inline.ts';
import { isNone, unemphasised } from './markdown/words.ts';
import type { Section } from './sections.ts';

/** Escapes in text that is not code: what GitHub shows is what is meant. */
const ESCAPE = /\\(?=[!-/:-@[-`{-~])/g;
const LEADING_VERB = /^[*_~]*(create|modify|delete)(?:[*_~]*\s*:[*_~]*\s*|[*_~]*\s+)(?=\S)/i;
const LONE_VERB = /^(create|modify|delete)[\s*_~]*:?$/i;
const BETWEEN_PATTERNS = /^[\s*_~]*(?:,|and|,\s*and)[\s*_~]*$/i;

/** What a Scope section gives: its patterns, and entries that give none beside others that do. */
export const readScope = (
  section: Section,
): { readonly entries: readonly ScopeEntry[]; readonly problems: readonly Problem[] } => {
  const lists = flatEntries(section.blocks);
  const given = lists.map((entry) => patternsOf(entry, verbAbove(entry)));
  const fenced = fences(section.blocks).flatMap((fence) =>
    fence.content.flatMap((text, at) => fencedPattern(text, fence.line + 1 + at)),
  );
  const entries = [...given.flat(), ...fenced].sort((a, b) => a.line - b.line);
  if (entries.length === 0) return { entries, problems: [scopeEmpty(section)] };
  const problems = lists.filter((entry, at) => isIgnored(entry, at, lists, given)).map(ignored);
  return { entries, problems };
};

const patternsOf = (entry: FlatEntry, inherited: ScopeVerb | 'any'): readonly ScopeEntry[] => {
  const [first, second] = entry.inline;
  if (first === undefined) return [];
  const lead = first.kind === 'text' ? unemphasised(first.text) : '';
  if (second?.kind === 'code' && first.kind === 'text') {
    const verb = LONE_VERB.exec(lead)?.[1];
    if (lead !== '' && verb === undefined) return [];
    return codeRun(entry.inline.slice(1), verbNamed(verb) ?? inherited);
  }
  if (first.kind === 'code') return codeRun(entry.inline, inherited);
  return typedToken(entry, inherited);
};

/** Code spans separated by commas, `and` or both; what follows the run is a note. */
const codeRun = (inline: readonly Inline[], verb: ScopeVerb | 'any'): readonly ScopeEntry[] => {
  const entries: ScopeEntry[] = [];
  for (const [at, piece] of inline.entries()) {
    if (piece.kind === 'code') entries.push({ verb, pattern: piece.text.normalize('NFC'), line: piece.line });
    else if (inline[at + 1]?.kind !== 'code' || !BETWEEN_PATTERNS.test(piece.text)) break;
  }
  return entries;
};

const typedToken = (entry: FlatEntry, inherited: ScopeVerb | 'any'): readonly ScopeEntry[] => {
  const source = entry.source.trim();
  const verb = LEADING_VERB.exec(source);
  const token = source.slice(verb?.[0].length ?? 0);
  if (token === '' || /\s/.test(token) || token.endsWith(':') || isNone(token) || LONE_VERB.test(unemphasised(source)))
    return [];
  return [
    {
      verb: verbNamed(verb?.[1]) ?? inherited,
      pattern: token.replaceAll(ESCAPE, '').normalize('NFC'),
      line: entry.line,
    },
  ];
};

const fencedPattern = (text: string, line: number): readonly ScopeEntry[] => {
  const typed = text.trim();
  if (typed === '' || typed.startsWith('#')) return [];
  const verb = LEADING_VERB.exec(typed);
  return [{ verb: verbNamed(verb?.[1]) ?? 'any', pattern: typed.slice(verb?.[0].length ?? 0).normalize('NFC'), line }];
};

/** A parent that is a verb alone (`- Create:`) speaks for the entries nested in it. */
const verbAbove = ({ parent }: FlatEntry): ScopeVerb | 'any' =>
  (parent === undefined ? undefined : verbNamed(LONE_VERB.exec(unemphasised(parent.source))?.[1])) ?? 'any';

const verbNamed = (word: string | undefined): ScopeVerb | undefined =>
  (['create', 'modify', 'delete'] as const).find((verb) => verb === word?.toLowerCase());

const isIgnored = (
  entry: FlatEntry,
  at: number,
  lists: readonly FlatEntry[],
  given: readonly (readonly ScopeEntry[])[],
): boolean => {
  if ((given[at]?.length ?? 0) > 0 || fences(entry.blocks).length > 0) return false;
  for (let below = at + 1; (lists[below]?.depth ?? -1) > entry.depth; below += 1)
    if ((given[below]?.length ?? 0) > 0) return false;
  return true;
};

const ignored = (entry: FlatEntry): Problem => ({
  code: 'scope-entry-ignored',
  severity: 'advice',
  line: entry.line,
  message: `"${shortened(entry.source)}" gives no path pattern and was ignored.`,
  hint: 'Begin the entry with its path in a code span: - create `src/new-file.ts`',
});

const scopeEmpty = (section: Section): Problem => ({
  code: 'scope-empty',
  severity: 'error',
  line: section.headings[0] ?? 1,
  message: `Scope names no path pattern${section.text === '' ? '' : ` in "${shortened(section.text)}"`}, so nobody knows which files this item owns.`,
  hint: '- create `src/new-file.ts`\n- modify `src/existing-file.ts`',
});

const shortened = (text: string): string => {
  const line = text.split('\n')[0] ?? '';
  return line.length > 80 ? `${line.slice(0, 79)}…` : line;
};
