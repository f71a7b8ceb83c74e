import { z } from 'zod';
import { parsePattern } from '#core/pattern/pattern.ts';

/**
 * Field kinds of our configuration. The message of each is what was expected, said once whatever is wrong with the
 * value, so that a problem reads "slots is 0; expected a whole number from 1 to 256".
 */

/** A whole number within bounds, both included. */
export const wholeNumber = (least: number, most: number) => {
  const expected = `a whole number from ${least} to ${most}`;
  return z.number(expected).int(expected).min(least, expected).max(most, expected);
};

/** A number above `least` (or equal to it when `inclusive`) and at most `most`, of a unit such as "minutes". */
export const amount = (unit: string, most: number, inclusive = false) => {
  const expected = `a number of ${unit}, ${inclusive ? 'from' : 'more than'} 0 ${inclusive ? 'to' : 'and at most'} ${most}`;
  const number = z.number(expected).max(most, expected);
  return inclusive ? number.min(0, expected) : number.gt(0, expected);
};

/** One of a few words. */
export const oneOf = <const Words extends readonly [string, ...string[]]>(words: Words) =>
  z.enum(words, `one of ${words.join(', ')}`);

/** Yes or no. */
export const flag = () => z.boolean('true or false');

// Written with property escapes: a control character in a name or path is never meant.
const CONTROL = /\p{Cc}/u;

/** One line of text that is not empty; `what` says what it is, such as "the name of a model". */
export const line = (what: string) =>
  z
    .string(what)
    .trim()
    .min(1, what)
    .max(1_000, what)
    .refine((text) => !CONTROL.test(text), what);

/** Shell text, one or many lines, not empty. */
export const shell = (what: string) =>
  z
    .string(what)
    .trim()
    .min(1, what)
    .max(20_000, what)
    .refine((text) => !text.includes('\0'), what);

/** A name under which something is offered: letters, digits, `-`, `_`, `.`. */
export const name = (what: string) => z.string(what).regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, what);

/** A path inside the repository: `/` between segments, no `..`, not absolute. */
export const repositoryPath = (what: string) =>
  line(what).refine(
    (path) =>
      !path.startsWith('/') &&
      !path.includes('\\') &&
      !path.split('/').some((part) => part === '..' || part === '.git'),
    what,
  );

/** `host:port`, as `registry.npmjs.org:443`; an IPv6 address stands in brackets. */
export const hostAndPort = () => {
  const expected = 'host:port, such as registry.npmjs.org:443';
  return z
    .string(expected)
    .regex(/^(?:[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\]):\d{1,5}$/, expected)
    .refine((text) => Number(text.slice(text.lastIndexOf(':') + 1)) <= 65_535, expected);
};

/** A path pattern (spec section 2.3); what is wrong with one is said. */
export const pattern = () =>
  z.string('a path pattern').superRefine((text, context) => {
    const parsed = parsePattern(text);
    if (!parsed.ok) context.addIssue({ code: 'custom', message: `a path pattern; this one ${parsed.why}` });
  });
