import { linkEnd, rawTag } from './inline-skip.ts';

/** A run of text, or a code span, with the line of the body it begins on. */
export type Inline = { readonly kind: 'text' | 'code'; readonly text: string; readonly line: number };

const ESCAPABLE = /[!-/:-@[-`{-~]/;

/**
 * The inline content of a paragraph as a person sees it: code spans (CommonMark's rule), text with escapes resolved,
 * the text of inline links without their targets, tags dropped. Marks of emphasis stay in the text. Linear in the text.
 */
export const readInline = (text: string, lines: readonly number[]): readonly Inline[] => {
  const closers = backtickRuns(text);
  const out: Inline[] = [];
  let row = 0;
  let from = lines[0] ?? 1;
  let plain = '';
  let brackets = 0;
  const flush = (): void => {
    if (plain !== '') out.push({ kind: 'text', text: plain, line: from });
    plain = '';
  };
  const add = (piece: string): void => {
    if (plain === '') from = lines[row] ?? from;
    plain += piece;
  };
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at] ?? '';
    if (character === '\n') {
      add('\n');
      row += 1;
    } else if (character === '\\' && ESCAPABLE.test(text[at + 1] ?? '')) {
      add(text[at + 1] ?? '');
      at += 1;
    } else if (character === '`') {
      const length = runLength(text, at);
      const end = closers.next(length, at + length);
      if (end === undefined) {
        add('`'.repeat(length));
        at += length - 1;
        continue;
      }
      flush();
      const code = text.slice(at + length, end);
      out.push({ kind: 'code', text: spanText(code), line: lines[row] ?? from });
      row += code.split('\n').length - 1;
      at = end + length - 1;
    } else if (character === '<') {
      const end = rawTag(text, at);
      if (end === undefined) add('<');
      else {
        row += text.slice(at, end).split('\n').length - 1;
        at = end - 1;
      }
    } else if (character === '[') {
      brackets += 1;
      add('[');
    } else if (character === ']' && brackets > 0) {
      brackets -= 1;
      const end = linkEnd(text, at + 1);
      if (end === undefined) add(']');
      else {
        dropLastBracket();
        row += text.slice(at, end).split('\n').length - 1;
        at = end - 1;
      }
    } else add(character);
  }
  flush();
  return out;

  function dropLastBracket(): void {
    const here = plain.lastIndexOf('[');
    if (here >= 0) {
      plain = plain.slice(0, here) + plain.slice(here + 1);
      return;
    }
    for (let index = out.length - 1; index >= 0; index -= 1) {
      const piece = out[index];
      const open = piece?.kind === 'text' ? piece.text.lastIndexOf('[') : -1;
      if (piece === undefined || open < 0) continue;
      const left = piece.text.slice(0, open) + piece.text.slice(open + 1);
      out.splice(index, 1, ...(left === '' ? [] : [{ ...piece, text: left }]));
      return;
    }
  }
};

/** One leading and trailing space are taken off when both are there, so that a span can hold a backtick. */
const spanText = (code: string): string => {
  const text = code.replaceAll('\n', ' ');
  return text.startsWith(' ') && text.endsWith(' ') && text.trim() !== '' ? text.slice(1, -1) : text;
};

const runLength = (text: string, at: number): number => {
  let end = at;
  while (text[end] === '`') end += 1;
  return end - at;
};

/** Where runs of backticks begin, by their length; each is asked for in the order of the text. */
const backtickRuns = (text: string): { readonly next: (length: number, from: number) => number | undefined } => {
  const starts = new Map<number, { readonly at: number[]; passed: number }>();
  for (let at = text.indexOf('`'); at >= 0; at = text.indexOf('`', at)) {
    const length = runLength(text, at);
    const known = starts.get(length);
    if (known === undefined) starts.set(length, { at: [at], passed: 0 });
    else known.at.push(at);
    at += length;
  }
  return {
    next: (length, from) => {
      const runs = starts.get(length);
      if (runs === undefined) return undefined;
      while ((runs.at[runs.passed] ?? Number.POSITIVE_INFINITY) < from) runs.passed += 1;
      return runs.at[runs.passed];
    },
  };
};
