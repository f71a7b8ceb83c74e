import type { Body } from './dialect.ts';
import { countOf, objectOf } from './values.ts';

/** Shorter answers are no answers, and some providers refuse to be asked for them. */
const LEAST = 256;

/** Every model can write that much: above it nobody is told a limit that did not name one. */
const SMALLEST_MODEL = 16_384;

/** Lowers what a request names as the longest answer. */
const lowered = (body: Body, key: string, output: number): Body => {
  const asked = countOf(body[key]);
  const most = Math.max(output, LEAST);
  return asked !== undefined && asked > most ? { ...body, [key]: most } : body;
};

/** Messages of Anthropic: a limit is always named. Thinking that is given a length must fit in. */
export const limitMessages = (body: Body, output: number): Body => {
  const { type, budget_tokens } = objectOf(body['thinking']);
  const thinking = type === 'enabled' ? (countOf(budget_tokens) ?? 0) : 0;
  return thinking >= Math.max(output, LEAST) ? body : lowered(body, 'max_tokens', output);
};

/** The Responses API: most programs name none. */
export const limitResponses = (body: Body, output: number): Body =>
  countOf(body['max_output_tokens']) === undefined && output < SMALLEST_MODEL
    ? { ...body, max_output_tokens: Math.max(output, LEAST) }
    : lowered(body, 'max_output_tokens', output);

/** Chat Completions: servers differ in the name of it, so that only one that is there is lowered. */
export const limitChat = (body: Body, output: number): Body =>
  lowered(lowered(body, 'max_completion_tokens', output), 'max_tokens', output);
