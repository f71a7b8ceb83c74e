import { destinationEnd, titleEnd } from './link-target.ts';

/** A link reference or footnote definition at the start of a paragraph: its label and how many lines it takes. */
export type Definition = {
  readonly label: string;
  readonly lines: number;
  /** The definition without its title, which nobody sees; line breaks kept. */
  readonly seen: string;
};

const LABEL = /[ ]{0,3}\[((?:[^\\[\]]|\\[^]){1,999})\]:/y;
const BLANKS = /[ \t]*(?:\n[ \t]*)?/y;
const LINE_END = /[ \t]*(?:\n|$)/y;

/** Labels meet whatever their case and white space. */
export const normalLabel = (label: string): string => label.trim().replace(/\s+/gu, ' ').toLowerCase().toUpperCase();

const match = (expression: RegExp, text: string, at: number): number | undefined => {
  expression.lastIndex = at;
  return expression.test(text) ? expression.lastIndex : undefined;
};

const linesBetween = (text: string, from: number, to: number): number => text.slice(from, to).split('\n').length - 1;

/** The definition that begins at `at`, the start of a line of a paragraph; undefined when none does. */
export const definitionAt = (paragraph: string, at: number): Definition | undefined => {
  LABEL.lastIndex = at;
  const label = LABEL.exec(paragraph)?.[1];
  if (label === undefined || label.trim() === '') return undefined;
  const colon = LABEL.lastIndex;
  if (label.startsWith('^')) {
    // A footnote takes the rest of its paragraph.
    return { label, lines: linesBetween(paragraph, at, paragraph.length) + 1, seen: paragraph.slice(at) };
  }
  const from = match(BLANKS, paragraph, colon) ?? colon;
  const destination = destinationEnd(paragraph, from);
  if (destination === undefined) return undefined;
  const bare = match(LINE_END, paragraph, destination);
  const before = match(BLANKS, paragraph, destination) ?? destination;
  const title = before > destination ? titleEnd(paragraph, before) : undefined;
  const end = title === undefined ? undefined : match(LINE_END, paragraph, title);
  const close = end ?? bare;
  if (close === undefined) return undefined;
  const whole = paragraph.slice(at, close);
  const lines = whole.split('\n').length - (whole.endsWith('\n') ? 1 : 0);
  return { label, lines, seen: paragraph.slice(at, destination) };
};
