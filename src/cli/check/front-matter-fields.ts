import { parse } from 'yaml';
import { z } from 'zod';

const DIGITS = /^[1-9]\d{0,8}$/;
const Fields = z.object({
  issue: z.union([z.int().min(1).max(999_999_999), z.string().regex(DIGITS).transform(Number)]).optional(),
  title: z
    .union([z.string(), z.number().transform(String), z.boolean().transform(String), z.null().transform(() => '')])
    .optional(),
});

type Read = { readonly issue?: number; readonly title?: string };

/** The fields of front matter that are ours; `fault` ends a sentence that begins with the file's name. */
export const readFields = (yaml: string): Read | { readonly fault: string } => {
  const parsed = parsedYaml(yaml);
  if ('fault' in parsed) return parsed;
  const fields = Fields.safeParse(parsed.value ?? {});
  if (!fields.success) return { fault: describe(fields.error) };
  const { issue, title } = fields.data;
  return {
    ...(issue === undefined ? {} : { issue }),
    ...(title === undefined || title.trim() === '' ? {} : { title: title.trim().replaceAll(/\s+/g, ' ') }),
  };
};

const parsedYaml = (yaml: string): { readonly value: unknown } | { readonly fault: string } => {
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
