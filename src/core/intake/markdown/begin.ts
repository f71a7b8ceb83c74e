import { htmlEndsIn, htmlStart } from './html-start.ts';
import { atxHeading, fenceStart, isTableHead, isThematicBreak, listMarker, setextDepth } from './line-start.ts';
import type { Open } from './open.ts';
import { behindQuoteMark, look, type Rest } from './rest.ts';

/** Quotes and lists nested deeper than this are read as text: bounds the work that a line can cost. */
const DEEPEST = 32;

/** What a line began: a container whose content is still to be read, a block that took the line, or nothing. */
export type Begun =
  | { readonly kind: 'container'; readonly rest: Rest }
  | { readonly kind: 'block' }
  | { readonly kind: 'nothing' };

/** Nothing but a paragraph begins with any other character. */
const BEGINNERS: ReadonlySet<string> = new Set('>#`~<=-_*+0123456789');

const BLOCK: Begun = { kind: 'block' };
const NOTHING: Begun = { kind: 'nothing' };

/**
 * Begins the block that stands at the start of what is left of a line. `depth` of the open containers go on in this
 * line; the order of the questions is CommonMark's.
 */
export const begin = (open: Open, depth: number, rest: Rest, line: number): Begun => {
  const leaf = open.leaf;
  const inParagraph = leaf?.kind === 'paragraph' && depth === open.stack.length;
  if (rest.indent > 3) {
    if (leaf?.kind === 'paragraph') return NOTHING;
    open.closeTo(depth);
    open.add({ kind: 'other', line });
    open.leaf = { kind: 'indented' };
    return BLOCK;
  }
  if (!BEGINNERS.has(rest.text[rest.indent] ?? '')) return NOTHING;
  const text = rest.text.slice(rest.indent);
  if (text.startsWith('>') && depth < DEEPEST) {
    open.closeTo(depth);
    open.quote(line);
    return { kind: 'container', rest: behindQuoteMark(rest) };
  }
  const heading = atxHeading(text);
  if (heading !== undefined) {
    open.closeTo(depth);
    open.add({ kind: 'heading', ...heading, line });
    return BLOCK;
  }
  const fence = fenceStart(text);
  if (fence !== undefined) {
    open.closeTo(depth);
    const content: string[] = [];
    open.add({ kind: 'fence', info: fence.info, content, line });
    open.leaf = { kind: 'fence', mark: fence.mark, length: fence.length, indent: rest.indent, content };
    return BLOCK;
  }
  // Also not a paragraph that this line may go on with lazily: `> text`, then `<x>`.
  const html = htmlStart(text, leaf?.kind === 'paragraph');
  if (html !== undefined) {
    open.closeTo(depth);
    open.add({ kind: 'other', line });
    if (html === 'blank' || !htmlEndsIn(text, html)) open.leaf = { kind: 'html', end: html };
    return BLOCK;
  }
  if (inParagraph) {
    const under = setextDepth(text);
    if (under !== undefined && !isTable(leaf.texts)) {
      open.add({ kind: 'heading', depth: under, text: leaf.texts.join('\n').trim(), line: leaf.lines[0] ?? line });
      open.leaf = undefined;
      return BLOCK;
    }
  }
  if (isThematicBreak(text)) {
    open.closeTo(depth);
    open.add({ kind: 'break', line });
    return BLOCK;
  }
  return beginEntry(open, depth, rest, line, inParagraph);
};

const beginEntry = (open: Open, depth: number, rest: Rest, line: number, inParagraph: boolean): Begun => {
  const text = rest.text.slice(rest.indent);
  const marker = depth < DEEPEST ? listMarker(text) : undefined;
  if (marker === undefined) return NOTHING;
  const after = look(text.slice(marker.width));
  // An empty entry, or a number other than 1, does not interrupt a paragraph: "in\n1968. That year".
  if (inParagraph && (after.blank || (marker.number ?? 1) !== 1)) return NOTHING;
  const padding = after.blank || after.indent > 4 ? 1 : after.indent;
  open.closeTo(depth);
  open.entry(marker.kind, rest.indent + marker.width + padding, line);
  return { kind: 'container', rest: look(after.blank ? '' : after.text.slice(padding)) };
};

const isTable = (rows: readonly string[]): boolean =>
  isTableHead(rows[0] ?? '', rows[1] ?? '') || rows.some((row, at) => at > 1 && isTableHead(rows[at - 1] ?? '', row));
