import type { Body } from './dialect.ts';
import { listOf, objectOf, textOf } from './values.ts';

/**
 * A provider can reach into the network for whoever asks: tools that it runs itself, servers that it calls, pictures that
 * it fetches. Through those an agent without a network would have one again (safety.md row 15). Tools are left out,
 * addresses are refused; so is what is paid for but not told, or costs more than its price says.
 */
type Prepared = { readonly body: Body; readonly dropped: readonly string[] } | { readonly refused: string };

/** Tools whose work is done by the client, by the beginning of their type. */
const CLIENT_TOOLS = {
  anthropic: ['custom', 'bash_', 'text_editor_', 'computer_', 'memory_', 'tool_search_'],
  openai: ['function', 'custom', 'local_shell', 'apply_patch', 'computer', 'namespace', 'tool_search'],
};

const REFUSED =
  'The model gateway passes on no addresses that the provider would fetch: send the content itself instead.';

export const anthropicReach = (body: Body): Prepared =>
  contentsOf(body['messages'], 'content').some(fetchedByAnthropic)
    ? { refused: REFUSED }
    : prepared(body, CLIENT_TOOLS.anthropic, ['mcp_servers', 'container', 'speed', 'service_tier']);

export const responsesReach = (body: Body): Prepared => {
  if (body['background'] === true) return { refused: 'The model gateway passes on no requests in the background.' };
  const blocks = [...contentsOf(body['input'], 'content'), ...contentsOf(body['input'], 'output')];
  return blocks.some(fetchedByOpenai)
    ? { refused: REFUSED }
    : prepared(body, CLIENT_TOOLS.openai, ['prompt', 'service_tier']);
};

export const chatReach = (body: Body): Prepared =>
  contentsOf(body['messages'], 'content').some(fetchedByOpenai)
    ? { refused: REFUSED }
    : prepared(body, CLIENT_TOOLS.openai, ['web_search_options', 'service_tier']);

/** The body without what the provider would do beyond answering; `dropped` names it. */
const prepared = (body: Body, tools: readonly string[], keys: readonly string[]): Prepared => {
  const kept = listOf(body['tools']).filter((tool) => ofClient(tool, tools));
  const gone = listOf(body['tools']).filter((tool) => !kept.includes(tool));
  const dropped = [...gone.map((tool) => textOf(objectOf(tool)['type'])), ...keys.filter((key) => key in body)];
  if (dropped.length === 0) return { body, dropped };
  const rest = Object.fromEntries(Object.entries(body).filter(([key]) => !keys.includes(key)));
  return { body: gone.length === 0 ? rest : { ...rest, tools: kept }, dropped };
};

const ofClient = (tool: unknown, types: readonly string[]): boolean => {
  const { type } = objectOf(tool);
  return type === undefined || type === null || types.some((start) => textOf(type).startsWith(start));
};

/** The blocks of all messages, and those inside the results of tools. */
const contentsOf = (messages: unknown, key: string): readonly Body[] =>
  listOf(messages).flatMap((message) => {
    const blocks = listOf(objectOf(message)[key]).map(objectOf);
    return [...blocks, ...blocks.flatMap((block) => listOf(block['content']).map(objectOf))];
  });

const fetchedByAnthropic = (block: Body): boolean => objectOf(block['source'])['type'] === 'url';

const fetchedByOpenai = (block: Body): boolean => {
  const picture = block['image_url'];
  const address = typeof picture === 'string' ? picture : objectOf(picture)['url'];
  return [address, block['file_url']].some((each) => typeof each === 'string' && !/^data:/i.test(each));
};
