import { parse } from 'yaml';
import { z } from 'zod';

/** What a file says in front of its body; `lines` is how many lines the front matter takes. */
export type FrontMatter = {
  readonly issue?: number;
  readonly title?: string;
  readonly body: string;
  readonly lines: number;
};

const DIGITS = /^[1-9]\d{0,8}$/;
const Fields = z.object({
  issue: z.union([z.int().min(1).max(999_999_999), z.string().regex(DIGITS).transform(Number)]).optional(),
  title: z
    .union([z.string(), z.number().transform(String), z.boolean().transform(String), z.null().transform(() => '')])
    .optional(),
});

/**
 * Reads YAML front matter between lines of `---` at the very beginning. Other keys are somebody else's. `fault` ends a
 * sentence that begins with the file's name.
 */
export const readFrontMatter = (text: string): FrontMatter | { readonly fault: string } => {
  const lines = text.split(/\r\n|\r|\n/);
  if (!/^---[ \t]*$/.test(lines[0] ?? '')) return { body: text, lines: 0 };
  const end = lines.findIndex((line, at) => at > 0 && /^(?:---|\.\.\.)[ \t]*$/.test(line));
  if (end < 0) return { fault: 'begins with front matter ("---") that never ends; close it with a line "---"' };
  const read = parsed(lines.slice(1, end).join('\n'));
  if ('fault' in read) return read;
  const fields = Fields.safeParse(read.value ?? {});
  if (!fields.success) return { fault: describe(fields.error) };
  const { issue, title } = fields.data;
  return {
    ...(issue === undefined ? {} : { issue }),
    ...(title === undefined || title.trim() === '' ? {} : { title: title.trim() }),
    body: lines.slice(end + 1).join('\n'),
    lines: end + 1,
  };
};

const parsed = (yaml: string): { readonly value: unknown } | { readonly fault: string } => {
  try {
    return { value: parse(yaml, { logLevel: 'silent', maxAliasCount: 10 }) };
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    return { fault: `has broken front matter: ${reason.replace(/:$/, '')}` };
  }
};

const describe = (error: z.ZodError): string => {
  const field = error.issues[0]?.path[0];
  if (field === 'issue') return 'has broken front matter: "issue" must be a number of 1 or more, such as "issue: 12"';
  if (field === 'title') return 'has broken front matter: "title" must be a text';
  return 'has broken front matter: it must be lines such as "issue: 12" and "title: Store avatars"';
};
