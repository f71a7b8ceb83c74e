import type { z } from 'zod';
import { readDocument } from './document.ts';
import { explain, type Fault } from './explain.ts';

/**
 * Reads one configuration file against its schema, and against rules between keys, which see the value as written:
 * the value with defaults and the keys that were given, or every problem with its line.
 */
export const readFile = <Schema extends z.ZodType>(
  schema: Schema,
  text: string,
  place: string,
  known: (path: readonly PropertyKey[]) => readonly string[],
  rules: readonly ((value: unknown) => readonly Fault[])[] = [],
): { ok: true; value: z.output<Schema>; given: readonly string[] } | { ok: false; problems: string[] } => {
  const read = readDocument(text, place);
  if (!read.ok) return read;
  const { value, lineOf } = read.document;
  const parsed = schema.safeParse(value);
  const faults = rules.flatMap((rule) => rule(value));
  if (parsed.success && faults.length === 0) return { ok: true, value: parsed.data, given: Object.keys(Object(value)) };
  if (!parsed.success) faults.push(...explain(parsed.error.issues, value, { secret: () => false, known }));
  const problems = faults
    .map(({ path, sentence }) => ({ line: lineOf(path), sentence }))
    .sort((a, b) => a.line - b.line)
    .map(({ line, sentence }) => `${place}:${line}: ${sentence}`);
  return { ok: false, problems };
};
