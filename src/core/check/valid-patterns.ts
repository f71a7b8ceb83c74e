import { type Pattern, parsePattern } from '#core/pattern/pattern.ts';

/** The patterns among some texts; what is not valid is none. */
export const validPatterns = (texts: readonly string[]): readonly Pattern[] =>
  texts.flatMap((text) => {
    const parsed = parsePattern(text);
    return parsed.ok ? [parsed.pattern] : [];
  });
