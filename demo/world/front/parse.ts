import type { z } from 'zod';
import type { Json } from '../state.ts';
import { invalid } from './http.ts';

/** Reads a request's body; throws GitHub's 422 with every field that is wrong. */
export const parse = <T extends z.ZodType>(schema: T, body: Json, resource: string): z.infer<T> => {
  const read = schema.safeParse(body);
  if (read.success) return read.data;
  throw invalid(
    read.error.issues.map((issue) => {
      const field = issue.path.join('.');
      return { resource, field, code: field in body ? 'invalid' : 'missing_field' };
    }),
  );
};
