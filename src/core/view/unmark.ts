const MARKED = /\\([\\`*_{}[\]<>|~$])|(`+)([^]*?[^`])\2(?!`)|&lt;|&gt;|\u200b/g;

/** The plain text of a line that `words` made for GitHub: code spans opened, escapes and gaps taken back. */
export const unmark = (line: string): string =>
  line.replace(MARKED, (found, escaped?: string, _fence?: string, span?: string) => {
    if (escaped !== undefined) return escaped;
    // A span that begins or ends with a backtick is padded.
    if (span !== undefined) return /^ .*` $|^ `.* $/.test(span) ? span.slice(1, -1) : span;
    return found === '&lt;' ? '<' : found === '&gt;' ? '>' : '';
  });
