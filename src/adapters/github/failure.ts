import { z } from 'zod';

/** What GitHub, or the way to it, answered instead of what was asked for. */
export type Failure = {
  /** HTTP status; 500 also stands for "no answer" (then there are no headers). */
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** GitHub's own sentence, with those of its `errors`. */
  readonly sentence: string;
};

const requestError = z.object({
  status: z.number(),
  message: z.string(),
  response: z
    .object({
      headers: z.record(z.string(), z.union([z.string(), z.number(), z.undefined()])).catch({}),
      data: z
        .object({
          message: z.string().catch(''),
          errors: z.array(z.union([z.string(), z.object({ message: z.string() })]).catch('')).catch([]),
        })
        .catch({ message: '', errors: [] }),
    })
    .optional(),
});

/** Reads Octokit's error; undefined when the error is not one of a request. */
export function failureOf(error: unknown): Failure | undefined {
  const read = requestError.safeParse(error);
  if (!read.success) return undefined;
  const { status, message, response } = read.data;
  const sentences = [
    response?.data.message ?? '',
    ...(response?.data.errors ?? []).map((one) => (typeof one === 'string' ? one : one.message)),
  ].filter((sentence) => sentence !== '');
  return {
    status,
    headers: Object.fromEntries(Object.entries(response?.headers ?? {}).map(([name, value]) => [name, String(value)])),
    sentence: sentences.join(': ') || message,
  };
}

/** The answer of a read, or undefined for what is not there: 404, or 410 for what was deleted. */
export async function orAbsent<Answer>(ask: () => Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await ask();
  } catch (error) {
    const status = failureOf(error)?.status;
    if (status === 404 || status === 410) return undefined;
    throw error;
  }
}
