/** Longer text is found as well by its beginning. */
const LONGEST = 80;

/**
 * The text of some lines of a body as it shows on the page, by line (1-based): what a link with a text fragment looks
 * for. Lines on which nothing shows are left out.
 */
export const quotes = (body: string, lines: readonly number[]): Readonly<Record<number, string>> => {
  if (lines.length === 0) return {};
  const all = body.split(/\r\n|\r|\n/);
  return Object.fromEntries(
    [...new Set(lines)].flatMap((line) => {
      const shown = visible(all[line - 1] ?? '');
      return shown === '' ? [] : [[line, shown] as const];
    }),
  );
};

/** One line of Markdown without its marks: list bullets, heading and quote signs, code ticks, emphasis, targets of links. */
const visible = (line: string): string => {
  if (/^\s*(?:`{3}|~{3})/.test(line)) return '';
  const text = line
    .slice(0, 1_000)
    .replace(/^[\s>]*(?:[-*+]\s+|\d{1,9}[.)]\s+|#{1,6}\s+)?(?:\[[ xX]\]\s+)?/, '')
    .replace(/<!--.*?(?:-->|$)/g, '')
    .replace(/<[^<>]*>/g, '')
    .replace(/\[([^[\]]*)\]\([^()]*\)/g, '$1')
    .replace(/[`*]+|~~/g, '')
    .replace(/\p{Cf}/gu, '')
    .trim();
  if (text.length <= LONGEST) return text;
  const cut = text.slice(0, LONGEST);
  // A text fragment ends where a word ends.
  return cut.includes(' ') ? cut.slice(0, cut.lastIndexOf(' ')) : cut;
};
