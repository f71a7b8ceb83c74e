import { objectOf } from './values.ts';

/** How servers that speak OpenAI's APIs say in the middle of a stream that there are too many requests. */
const TOO_MANY: readonly unknown[] = [
  'rate_limit_exceeded',
  'rate_limit_error',
  'server_is_overloaded',
  'overloaded_error',
  'slow_down',
  'too_many_requests',
  '429',
  429,
  529,
];

/** Does an error of a stream say that there are too many requests? */
export const isTooMany = (error: unknown): boolean => {
  const { code, type } = objectOf(error);
  return TOO_MANY.includes(code) || TOO_MANY.includes(type);
};
