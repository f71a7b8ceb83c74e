import type { Json } from '../state.ts';

/** What a route answers. No body: nothing is sent (204, 304). */
export type Answer = {
  readonly status: number;
  readonly body?: unknown;
  /** Bytes to send as they are, in place of JSON. */
  readonly raw?: Buffer;
  readonly headers?: Readonly<Record<string, string>>;
};

const DOCUMENTATION = 'https://docs.github.com/rest';

/** An error as GitHub words it; thrown by a route to end it, caught by the front. */
export class Refusal extends Error {
  readonly answer: Answer;
  constructor(status: number, message: string, extra: Json = {}) {
    super(message);
    this.answer = { status, body: { message, ...extra, documentation_url: DOCUMENTATION, status: String(status) } };
  }
}

export const notFound = () => new Refusal(404, 'Not Found');

/** 422 with the list of what was wrong, such as `{ resource: 'Issue', field: 'title', code: 'missing_field' }`. */
export const invalid = (errors: readonly Json[]) => new Refusal(422, 'Validation Failed', { errors });

/** 422 in one sentence, as GitHub answers for pull requests (`code: custom`). */
export const invalidBecause = (resource: string, sentence: string) =>
  invalid([{ resource, code: 'custom', message: sentence }]);

/** One page of a list, with GitHub's `Link` header. */
export const page = (
  url: URL,
  all: readonly unknown[],
  wrap: (entries: readonly unknown[]) => unknown = (entries) => entries,
): Answer => {
  const size = Math.min(Math.max(Number(url.searchParams.get('per_page') ?? 30) || 30, 1), 100);
  const number = Math.max(Number(url.searchParams.get('page') ?? 1) || 1, 1);
  const last = Math.max(Math.ceil(all.length / size), 1);
  const link = (to: number, rel: string) => {
    const target = new URL(url);
    target.searchParams.set('page', String(to));
    return `<${target.href}>; rel="${rel}"`;
  };
  const links = [
    ...(number > 1 ? [link(number - 1, 'prev')] : []),
    ...(number < last ? [link(number + 1, 'next'), link(last, 'last')] : []),
    ...(number > 1 ? [link(1, 'first')] : []),
  ];
  const body = wrap(all.slice((number - 1) * size, number * size));
  return { status: 200, body, headers: links.length === 0 ? {} : { link: links.join(', ') } };
};
