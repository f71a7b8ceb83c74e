/**
 * Other people's text inside ours: it keeps its letters and loses its powers (mentions, references, closing
 * keywords, markup, fences). The zero-width space is what GitHub's own tools put between `@` and a name.
 */
const GAP = '\u200b';

/** No mention, no issue reference, no closing keyword, no link preview of an issue. */
const disarm = (text: string): string =>
  text
    .replace(/@(?=[A-Za-z0-9])/g, `@${GAP}`)
    .replace(/#(?=\d)/g, `#${GAP}`)
    .replace(/\bGH-(?=\d)/gi, (found) => `${found.slice(0, 2)}${GAP}-`)
    .replace(/(https?:\/\/)(?=[^\s]*\/(?:issues|pull)\/\d)/gi, `$1${GAP}`);

/** One line of plain text for a table cell, a list entry or a heading; `limit` in characters. */
export const inline = (text: string, limit = 200): string => {
  const line = text.replace(/[\s\u2028\u2029]+/g, ' ').trim();
  const cut = line.length > limit ? `${line.slice(0, limit - 1)}…` : line;
  return disarm(
    cut.replace(/[\\`*_{}[\]<>|~$]/g, (character) =>
      character === '<' ? '&lt;' : character === '>' ? '&gt;' : `\\${character}`,
    ),
  );
};

/** A code span that holds any text: the fence is longer than the longest run of backticks inside. */
export const code = (text: string, limit = 200): string => {
  const line = text.replace(/[\r\n\u2028\u2029]+/g, ' ');
  const cut = line.length > limit ? `${line.slice(0, limit - 1)}…` : line;
  const fence = '`'.repeat(longestRun(cut) + 1);
  const pad = cut.startsWith('`') || cut.endsWith('`') ? ' ' : '';
  return `${fence}${pad}${cut === '' ? ' ' : cut}${pad}${fence}`;
};

/** A code span for a table cell, where `|` ends the cell even inside code. */
export const codeCell = (text: string, limit = 200): string => code(text, limit).replaceAll('|', '\\|');

/** A line of ours that may hold anything, as a table cell: every `|` that is not escaped yet would end it. */
export const cell = (line: string, limit = 1_000): string => {
  const cut = line.length > limit ? `${line.slice(0, limit).replace(/[\ud800-\udbff]$/, '')}…` : line;
  return balanced(cut).replace(/\\[\s\S]|\|/g, (found) => (found === '|' ? '\\|' : found));
};

/** A code span that was cut open is closed: it would swallow the cells behind it. */
const balanced = (line: string): string => ((line.match(/`+/g) ?? []).length % 2 === 0 ? line : `${line}\``);

/** A fenced block that holds any text; at most `limit` characters, the end kept because that is where errors are. */
export const block = (text: string, language = '', limit = 4_000): string => {
  const kept = text.length > limit ? `…\n${text.slice(-limit)}` : text;
  const fence = '`'.repeat(Math.max(3, longestRun(kept) + 1));
  return `${fence}${language}\n${kept}\n${fence}`;
};

/** A title of ours made from a person's title: one line, disarmed, GitHub's limit of 256 characters kept. */
export const title = (text: string): string =>
  disarm(text.replace(/[\s\u2028\u2029]+/g, ' ').trim())
    .slice(0, 240)
    .replace(/[\ud800-\udbff]$/, '') || 'Untitled';

/** Cuts a whole text below GitHub's 65,536 characters, saying so. */
export const bounded = (text: string, limit = 60_000): string =>
  text.length <= limit
    ? text
    : `${text.slice(0, limit).replace(/[\ud800-\udbff]$/, '')}\n\n…\n\n_Cut here: GitHub allows no longer text._`;

const longestRun = (text: string): number => Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length));
