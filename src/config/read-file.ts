import type { z } from 'zod';
import { readDocument } from './document.ts';
import { explain } from './explain.ts';

/** Reads one configuration file against its schema: the value with defaults, or every problem with its line. */
export const readFile = <Schema extends z.ZodType>(
  schema: Schema,
  text: string,
  place: string,
  known: (path: readonly PropertyKey[]) => readonly string[],
): { ok: true; value: z.output<Schema> } | { ok: false; problems: string[] } => {
  const read = readDocument(text, place);
  if (!read.ok) return read;
  const { value, lineOf } = read.document;
  const parsed = schema.safeParse(value);
  if (parsed.success) return { ok: true, value: parsed.data };
  const faults = explain(parsed.error.issues, value, { secret: () => false, known }).map(({ path, sentence }) => ({
    line: lineOf(path),
    sentence,
  }));
  faults.sort((a, b) => a.line - b.line);
  return { ok: false, problems: faults.map(({ line, sentence }) => `${place}:${line}: ${sentence}`) };
};
