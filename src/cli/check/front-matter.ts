/** What a file says in front of its body; `lines` is how many lines the front matter takes. */
export type FrontMatter = {
  readonly issue?: number;
  readonly title?: string;
  readonly body: string;
  readonly lines: number;
};

/**
 * Reads YAML front matter between lines of `---` at the very beginning. Other keys are somebody else's. `fault` ends a
 * sentence that begins with the file's name.
 */
export const readFrontMatter = async (text: string): Promise<FrontMatter | { readonly fault: string }> => {
  if (!text.startsWith('---')) return { body: text, lines: 0 };
  const lines = text.split(/\r\n|\r|\n/);
  if (!/^---[ \t]*$/.test(lines[0] ?? '')) return { body: text, lines: 0 };
  const end = lines.findIndex((line, at) => at > 0 && /^(?:---|\.\.\.)[ \t]*$/.test(line));
  if (end < 0) return { fault: 'begins with front matter ("---") that never ends; close it with a line "---"' };
  // Only here, because a thousand files without front matter need neither YAML nor a schema.
  const { readFields } = await import('./front-matter-fields.ts');
  const fields = readFields(lines.slice(1, end).join('\n'));
  if ('fault' in fields) return fields;
  return { ...fields, body: lines.slice(end + 1).join('\n'), lines: end + 1 };
};
