import type { Body } from './dialect.ts';
import { listOf, objectOf } from './values.ts';

/**
 * The body with caches that are kept as long as usual: a longer time costs more than the price of a model says. Only
 * where the API looks for it: what is nested in the arguments of a tool is text of the agent.
 */
export const usualCaches = (body: Body): Body => {
  const { system, tools, messages } = body;
  return {
    ...usual(body),
    ...(Array.isArray(system) ? { system: system.map(usualBlock) } : {}),
    ...(Array.isArray(tools) ? { tools: tools.map(usualBlock) } : {}),
    ...(Array.isArray(messages) ? { messages: messages.map(withContent) } : {}),
  };
};

const withContent = (message: unknown): unknown => {
  const content = objectOf(message)['content'];
  if (!Array.isArray(content)) return message;
  return {
    ...objectOf(message),
    content: content.map((block) => {
      const inner = objectOf(block)['content'];
      return Array.isArray(inner)
        ? { ...objectOf(usualBlock(block)), content: listOf(inner).map(usualBlock) }
        : usualBlock(block);
    }),
  };
};

const usualBlock = (block: unknown): unknown =>
  objectOf(block)['cache_control'] === undefined ? block : usual(objectOf(block));

const usual = (block: Body): Body => {
  const cache = objectOf(block['cache_control']);
  if (cache['ttl'] === undefined) return block;
  const { ttl: _longer, ...kept } = cache;
  return { ...block, cache_control: kept };
};
