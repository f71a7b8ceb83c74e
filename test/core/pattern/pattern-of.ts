import { type Pattern, parsePattern } from '#core/pattern/pattern.ts';

/** The pattern of a text that is known to be one. */
export const pattern = (text: string): Pattern => {
  const parsed = parsePattern(text);
  if (!parsed.ok) throw new Error(`${text} ${parsed.why}`);
  return parsed.pattern;
};
