import { begin } from './begin.ts';
import type { Block } from './block.ts';
import { htmlEndsIn } from './html-start.ts';
import { closesFence } from './line-start.ts';
import { Open } from './open.ts';
import { behindQuoteMark, expandTabs, look, type Rest } from './rest.ts';

/**
 * The block structure of a Markdown document (CommonMark 0.31; GFM's tables are paragraphs here), in one pass over its
 * lines. A general parser is the oracle in the tests and not the reader, because it is quadratic on lists and quotes
 * that anyone can write, and a thousand bodies have to fit into a second. Link reference definitions stay text.
 */
export const readBlocks = (lines: readonly string[]): readonly Block[] => {
  const open = new Open();
  for (const [index, line] of lines.entries()) readLine(open, line, index + 1);
  open.closeLeaf();
  return open.document.blocks;
};

const readLine = (open: Open, raw: string, line: number): void => {
  const entered = enter(open, look(expandTabs(raw)));
  let { rest } = entered;
  if (entered.depth === open.stack.length && goesOn(open, rest, raw)) return;
  for (let depth = entered.depth; !rest.blank; depth = open.stack.length) {
    const begun = begin(open, depth, rest, line);
    if (begun.kind === 'block') return;
    if (begun.kind === 'nothing') {
      addText(open, depth, rest, line);
      return;
    }
    rest = begun.rest;
  }
  // A blank line ends a paragraph, and every quote and entry that it does not belong to.
  if (entered.depth < open.stack.length && entered.rest.blank) open.closeTo(entered.depth);
  else if (open.leaf?.kind === 'paragraph') open.closeLeaf();
};

/** How many of the open containers go on in this line, and what is left of it behind their marks. */
const enter = (open: Open, line: Rest): { readonly depth: number; readonly rest: Rest } => {
  let rest = line;
  let depth = 1;
  for (; depth < open.stack.length; depth += 1) {
    const container = open.stack[depth];
    if (container?.kind === 'quote') {
      if (rest.indent > 3 || rest.text[rest.indent] !== '>') break;
      rest = behindQuoteMark(rest);
    } else if (container?.kind === 'entry') {
      const last = depth === open.stack.length - 1;
      const empty = container.blocks.length === 0 && last && open.leaf === undefined;
      if (rest.blank ? empty : rest.indent < container.indent) break;
      rest = rest.blank ? rest : look(rest.text.slice(container.indent));
    }
  }
  return { depth, rest };
};

/** Whether the line is content, or the end, of an open fence, HTML block or indented code. */
const goesOn = (open: Open, rest: Rest, raw: string): boolean => {
  const { leaf } = open;
  if (leaf?.kind === 'fence') {
    if (rest.indent <= 3 && closesFence(rest.text.slice(rest.indent), leaf.mark, leaf.length)) open.closeLeaf();
    // A fence that stands at the margin holds its lines as they were written, tabs included.
    else if (open.stack.length === 1 && leaf.indent === 0) leaf.content.push(raw);
    else leaf.content.push(dropIndent(rest.text, leaf.indent));
    return true;
  }
  if (leaf?.kind === 'html') {
    if (leaf.end === 'blank' ? rest.blank : htmlEndsIn(rest.text, leaf.end)) open.closeLeaf();
    return true;
  }
  if (leaf?.kind !== 'indented') return false;
  if (!rest.blank && rest.indent <= 3) open.closeLeaf();
  return rest.blank || rest.indent > 3;
};

/** A paragraph goes on, lazily even where its quotes and entries do not; else one begins. */
const addText = (open: Open, depth: number, rest: Rest, line: number): void => {
  const text = rest.text.slice(rest.indent);
  if (open.leaf?.kind === 'paragraph') {
    open.leaf.texts.push(text);
    open.leaf.lines.push(line);
    return;
  }
  open.closeTo(depth);
  open.leaf = { kind: 'paragraph', texts: [text], lines: [line] };
};

const dropIndent = (text: string, most: number): string => text.slice(Math.min(look(text).indent, most));
