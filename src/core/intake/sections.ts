import type { Problem } from '#core/types.ts';
import { isOneEditAway } from './edit-distance.ts';
import { headingName } from './heading.ts';
import type { Block } from './markdown/block.ts';
import { asHeading, type SectionNames } from './section-names.ts';

/** A section as read: everything under headings of one meaning. `text` is its Markdown, without the headings. */
export type Section = {
  readonly headings: readonly number[];
  readonly blocks: readonly Block[];
  readonly text: string;
};

export type Sections<Key extends string> = {
  readonly of: (key: Key) => Section | undefined;
  /** Markdown that stands in no known section. */
  readonly outside: string;
  readonly blocks: readonly Block[];
  readonly problems: readonly Problem[];
};

type Building = { readonly headings: number[]; readonly blocks: Block[]; readonly parts: string[] };

/**
 * Divides a document at its own headings. A section ends at the next heading of its own or a higher level, or at a deeper
 * one whose name is known; what is called alike is read together.
 */
export const sections = <Names extends SectionNames>(
  lines: readonly string[],
  blocks: readonly Block[],
  names: Names,
): Sections<Extract<keyof Names, string>> => {
  const keys = new Map(Object.entries(names).flatMap(([key, known]) => known.map((name) => [name, key] as const)));
  const found = new Map<string, Building>();
  const problems: Problem[] = [];
  const outside: string[] = [];
  let open: { readonly section: Building; readonly depth: number } | undefined;
  let from = 1;
  const take = (to: number): void => {
    const text = lines
      .slice(from - 1, to - 1)
      .join('\n')
      .trim();
    if (text !== '') (open?.section.parts ?? outside).push(text);
    from = to;
  };

  for (const block of blocks) {
    if (block.kind !== 'heading') {
      if (open !== undefined) open.section.blocks.push(block);
      continue;
    }
    const name = headingName(block.text);
    const key = keys.get(name);
    if (key === undefined) {
      const near = [...keys.keys()].find((known) => isOneEditAway(name, known));
      if (near !== undefined) problems.push(unknown(block, near));
      if (open === undefined || block.depth > open.depth) continue;
      take(block.line);
      open = undefined;
      continue;
    }
    take(block.line);
    let section = found.get(key);
    if (section === undefined) {
      section = { headings: [], blocks: [], parts: [] };
      found.set(key, section);
    } else problems.push(duplicate(block, names[key]?.[0] ?? key, section.headings[0] ?? 1));
    section.headings.push(block.line);
    open = { section, depth: block.depth };
    from = endOfHeading(lines, block.line);
  }
  take(lines.length + 1);
  return {
    of: (key) => {
      const section = found.get(key);
      return section === undefined
        ? undefined
        : { headings: section.headings, blocks: section.blocks, text: section.parts.join('\n\n') };
    },
    outside: outside.join('\n\n'),
    blocks,
    problems,
  };
};

/** The line behind a heading: an underlined one takes several. */
const endOfHeading = (lines: readonly string[], line: number): number => {
  if (/^ {0,3}#/.test(lines[line - 1] ?? '')) return line + 1;
  let at = line;
  while (at < lines.length && !/^ {0,3}(?:=+|-+)[ \t]*$/.test(lines[at] ?? '')) at += 1;
  return at + 2;
};

const unknown = (heading: { readonly text: string; readonly line: number }, near: string): Problem => ({
  code: 'section-unknown',
  severity: 'advice',
  line: heading.line,
  message: `"${heading.text}" is not a section that is read; did you mean "${asHeading(near)}"?`,
  hint: `### ${asHeading(near)}`,
});

const duplicate = (
  heading: { readonly text: string; readonly line: number },
  name: string,
  first: number,
): Problem => ({
  code: 'section-duplicate',
  severity: 'error',
  line: heading.line,
  message: `"${heading.text}" is a second section "${asHeading(name)}"; the first begins in line ${first}. Both were read together.`,
  hint: `Move what stands here under the heading in line ${first} and delete this one.`,
});
