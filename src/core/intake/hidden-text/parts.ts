import type { Block } from '../markdown/block.ts';
import { listMarker } from '../markdown/line-start.ts';
import { readBlocks } from '../markdown/read-blocks.ts';
import { behindQuoteMark, expandTabs, look, type Rest } from '../markdown/rest.ts';

/**
 * A run of lines that one renderer reads: Markdown text, raw HTML, or the opening line of a fence. `first` is the index
 * of its first line, `heads` is what stands before the text in each line (marks of quotes and entries).
 */
export type Part = {
  readonly kind: 'paragraph' | 'heading' | 'html' | 'fence';
  readonly first: number;
  readonly heads: readonly string[];
  readonly texts: readonly string[];
};

/** The quotes and entries around a block; an entry knows the line of its marker and how far its content is indented. */
type Around = readonly (
  | { readonly kind: 'quote' }
  | { readonly kind: 'entry'; readonly line: number; readonly indent: number }
)[];

/** What a line holds behind the marks of what is around it. */
const inside = (line: string, number: number, around: Around): Rest => {
  let rest = look(expandTabs(line));
  for (const container of around) {
    if (container.kind === 'quote') {
      if (rest.text[rest.indent] === '>') rest = behindQuoteMark(rest);
    } else
      rest = look(
        rest.text.slice(container.line === number ? container.indent : Math.min(container.indent, rest.indent)),
      );
  }
  return rest;
};

const entryAround = (line: string, number: number, around: Around): Around => {
  const rest = inside(line, number, around);
  const marker = listMarker(rest.text.slice(rest.indent));
  const width = rest.indent + (marker?.width ?? 0);
  const after = look(rest.text.slice(width));
  const padding = after.blank || after.indent > 4 ? 1 : after.indent;
  return [...around, { kind: 'entry', line: number, indent: width + padding }];
};

/** Everything outside code that may hide something; what is left are blank lines, code and marks. */
export const partsOf = (lines: readonly string[]): Part[] => {
  const taken = new Set<number>();
  const parts: Part[] = [];
  const html: number[] = [];
  const add = (kind: Part['kind'], numbers: readonly number[], texts: readonly string[]): void => {
    const pairs = numbers.map((number, at) => {
      const line = lines[number - 1] ?? '';
      const whole = line.trimEnd();
      const text = (texts[at] ?? line).trimEnd();
      const head = whole.endsWith(text) ? line.slice(0, whole.length - text.length) : '';
      return { head, text: line.slice(head.length) };
    });
    for (const number of numbers) taken.add(number);
    const first = (numbers[0] ?? 1) - 1;
    parts.push({ kind, first, heads: pairs.map(({ head }) => head), texts: pairs.map(({ text }) => text) });
  };

  const walk = (blocks: readonly Block[], around: Around): void => {
    for (const block of blocks) {
      switch (block.kind) {
        case 'heading': {
          const rest = inside(lines[block.line - 1] ?? '', block.line, around);
          const texts = block.text.split('\n');
          const numbers = texts.map((_, at) => block.line + at);
          // An underlined paragraph may begin with definitions too.
          if (rest.text[rest.indent] === '#') add('heading', [block.line], []);
          else add('paragraph', numbers, texts);
          break;
        }
        case 'paragraph':
          add('paragraph', block.lines, block.text.split('\n'));
          break;
        case 'fence':
          add('fence', [block.line], []);
          for (const at of block.content.keys()) taken.add(block.line + 1 + at);
          break;
        case 'quote':
          walk(block.blocks, [...around, { kind: 'quote' }]);
          break;
        case 'list':
          for (const entry of block.entries) {
            taken.add(entry.line);
            walk(entry.blocks, entryAround(lines[entry.line - 1] ?? '', entry.line, around));
          }
          break;
        case 'break':
          taken.add(block.line);
          break;
        case 'other':
          taken.add(block.line);
          // Indented code shows what it holds.
          if (inside(lines[block.line - 1] ?? '', block.line, around).indent <= 3) html.push(block.line);
      }
    }
  };
  walk(readBlocks(lines), []);

  for (const line of html) {
    const numbers = [line];
    for (let next = line + 1; next <= lines.length && !taken.has(next); next++) numbers.push(next);
    add('html', numbers, []);
  }
  return parts.sort((one, other) => one.first - other.first);
};
