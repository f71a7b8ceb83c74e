import type { Body } from './dialect.ts';
import { countOf, objectOf } from './values.ts';

/** The least thinking that Anthropic takes, and room for a few words after it. */
const LEAST_THINKING = 1_024;
const WORDS = 256;

/** How a request names the longest answer, and how it is lowered. */
export type Length = {
  /** Tokens; undefined when it names none. */
  named(body: Body): number | undefined;
  /** The body with an answer of at most so many tokens; one that names no length is given this one. */
  limit(body: Body, output: number): Body;
};

/** Messages of Anthropic. Thinking that is given a length must fit in: seen or unseen, it is paid for. */
export const messagesLength: Length = {
  named: (body) => countOf(body['max_tokens']),
  limit: (body, output) => {
    const thinking = objectOf(body['thinking']);
    const budget = countOf(thinking['budget_tokens']);
    const lowered = { ...body, max_tokens: least(body['max_tokens'], output) };
    if (thinking['type'] !== 'enabled' || budget === undefined || budget < lowered.max_tokens) return lowered;
    const most = Math.max(output, LEAST_THINKING + WORDS);
    return {
      ...body,
      max_tokens: least(body['max_tokens'], most),
      thinking: { ...thinking, budget_tokens: most - WORDS },
    };
  },
};

/** The Responses API: most programs name none. */
export const responsesLength: Length = {
  named: (body) => countOf(body['max_output_tokens']),
  limit: (body, output) => ({ ...body, max_output_tokens: least(body['max_output_tokens'], output) }),
};

/** Models of OpenAI, which know no other name for it; most other servers know only the older one. */
const OF_OPENAI = /^(?:openai\/)?(?:gpt-|chatgpt-|codex-|o\d)/;

/** Chat Completions: servers differ in the name of it, so that those that are there are lowered. */
export const chatLength: Length = {
  named: (body) => {
    const all = CHAT.flatMap((key) => countOf(body[key]) ?? []);
    return all.length === 0 ? undefined : Math.max(...all);
  },
  limit: (body, output) => {
    const there = CHAT.filter((key) => countOf(body[key]) !== undefined);
    const usual = OF_OPENAI.test(String(body['model'])) ? 'max_completion_tokens' : 'max_tokens';
    const keys = there.length === 0 ? [usual] : there;
    return { ...body, ...Object.fromEntries(keys.map((key) => [key, least(body[key], output)])) };
  },
};

const CHAT = ['max_completion_tokens', 'max_tokens'];

const least = (asked: unknown, output: number): number => Math.min(countOf(asked) ?? output, output);
