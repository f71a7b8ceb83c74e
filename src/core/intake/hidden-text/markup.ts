import { type Definition, definitionAt, normalLabel } from './definitions.ts';
import type { Findings } from './findings.ts';
import { type Part, partsOf } from './parts.ts';
import { cleanRegion } from './region.ts';

/** Words of a fence's info string that are kept: language and path, and one to spare; nobody sees the rest. */
const INFO_WORDS = 3;

/** A paragraph taken apart: the definitions it begins with, each with its first line, and where its text begins. */
type Opened = {
  readonly part: Part;
  readonly definitions: readonly (Definition & { readonly at: number })[];
  readonly body: number;
};

const open = (part: Part): Opened => {
  const definitions: (Definition & { readonly at: number })[] = [];
  let line = 0;
  if (part.kind === 'paragraph') {
    const text = part.texts.join('\n');
    for (let offset = 0; line < part.texts.length; ) {
      const definition = part.texts[line]?.startsWith('[') ? definitionAt(text, offset) : undefined;
      if (definition === undefined) break;
      definitions.push({ ...definition, at: line });
      for (const taken of part.texts.slice(line, line + definition.lines)) offset += taken.length + 1;
      line += definition.lines;
    }
  }
  return { part, definitions, body: line };
};

/** Removes what Markdown and HTML do not show, in one pass; `lines` keep their number. */
export const stripMarkup = (text: string, findings: Findings): string => {
  const lines = text.split('\n');
  const put = (part: Part, at: number, texts: readonly string[]): void => {
    for (const [index, one] of texts.entries())
      lines[part.first + at + index] = `${part.heads[at + index] ?? ''}${one}`;
  };
  const opened = partsOf(lines).map(open);
  /** From here on everything is inside a comment that nothing ends. */
  let end = lines.length;
  const used = new Set<string>();
  for (const { part, body } of opened) {
    if (part.first >= end || body === part.texts.length) continue;
    if (part.kind === 'fence') put(part, 0, [shortInfo(part.texts[0] ?? '')]);
    else {
      const kind = part.kind === 'html' ? 'html' : 'inline';
      const cleaned = cleanRegion(part.texts.slice(body).join('\n'), kind, part.first + body + 1, findings);
      put(part, body, cleaned.text.split('\n'));
      if (cleaned.open) end = part.first + part.texts.length;
      for (const label of cleaned.labels) used.add(normalLabel(label));
    }
  }
  for (const { part, definitions } of opened) {
    for (const { at, label, lines: count, seen } of part.first < end ? definitions : []) {
      // Of two definitions with one label the first is the one that is used.
      const kept = used.delete(normalLabel(label));
      if (!kept) findings.add(part.first + at + 1);
      const texts = kept ? seen.split('\n') : [];
      put(
        part,
        at,
        Array.from({ length: count }, (_, index) => texts[index] ?? ''),
      );
    }
  }
  return lines.map((line, index) => (index < end ? line : '')).join('\n');
};

/** A fence's opening line with an info string of at most three words. */
const shortInfo = (line: string): string => {
  const fence = line.search(/`{3}|~{3}/u);
  const words = [...line.slice(fence).matchAll(/[^\s`~]\S*/gu)];
  const last = words[INFO_WORDS - 1];
  if (fence === -1 || last === undefined || words.length <= INFO_WORDS) return line;
  return line.slice(0, fence + last.index + last[0].length);
};
