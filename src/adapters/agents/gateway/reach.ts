import { usualCaches } from './caches.ts';
import type { Body } from './dialect.ts';
import { listOf, objectOf, textOf } from './values.ts';

/**
 * A provider can reach into the network for whoever asks: tools that it runs itself, servers that it calls, pictures that
 * it fetches. Through those an agent without a network would have one again (safety.md row 15). Tools are left out,
 * addresses are refused; so is what is paid for but not told, costs more than its price says, or has no bound.
 */
type Prepared = { readonly body: Body; readonly dropped: readonly string[] } | { readonly refused: string };

/** Tools whose work is done by the client, by the beginning of their type. */
const CLIENT_TOOLS = {
  anthropic: ['custom', 'bash_', 'text_editor_', 'computer_', 'memory_', 'tool_search_'],
  openai: ['function', 'custom', 'local_shell', 'apply_patch', 'computer', 'namespace', 'tool_search'],
};

/** Models that search the network whatever they are asked, and are paid by the search. */
const SEARCHES = /(?:^|-)(?:search|deep-research)(?:-|$)/;

const REFUSED =
  'The model gateway passes on no addresses that the provider would fetch: send the content itself instead.';
const STORED =
  'The model gateway passes on nothing that the provider keeps (files, earlier answers, conversations): send the content itself instead.';
const SOUND = 'The model gateway passes on no sound, which has prices of its own: send and ask for text.';
const BACKGROUND = 'The model gateway passes on no requests in the background: wait for the answer.';
const SEARCHING = 'The model gateway passes on no request to a model that searches the network: use another model.';

/** `key` above 1: so many answers are paid for, and no limit counts them. */
const manyAnswers = (body: Body, key: string): string | undefined =>
  isOff(body[key]) || body[key] === 1
    ? undefined
    : `The model gateway passes on requests for one answer: leave out \`${key}\`, and ask again for another one.`;

export const anthropicReach = (body: Body): Prepared => {
  const blocks = contentsOf(body['messages'], 'content');
  const stored = blocks.some((block) => objectOf(block['source'])['type'] === 'file');
  const refused = (blocks.some(fetchedByAnthropic) ? REFUSED : undefined) ?? (stored ? STORED : undefined);
  return decided(refused, usualCaches(body), CLIENT_TOOLS.anthropic, [
    'mcp_servers',
    'container',
    'speed',
    'service_tier',
    'inference_geo',
  ]);
};

export const responsesReach = (body: Body): Prepared => {
  const blocks = [...contentsOf(body['input'], 'content'), ...contentsOf(body['input'], 'output')];
  const refused = isOff(body['background']) ? undefined : BACKGROUND;
  const kept = isOff(body['previous_response_id']) && isOff(body['conversation']) ? undefined : STORED;
  const wrong = refused ?? kept ?? wrongForOpenai(body, blocks);
  return decided(wrong, body, CLIENT_TOOLS.openai, ['prompt', 'service_tier']);
};

export const chatReach = (body: Body): Prepared => {
  const loud = listOf(body['modalities']).some((name) => name !== 'text') || !isOff(body['audio']);
  const wrong =
    ['n', 'best_of'].map((key) => manyAnswers(body, key)).find((each) => each !== undefined) ??
    (loud ? SOUND : undefined) ??
    wrongForOpenai(body, contentsOf(body['messages'], 'content'));
  // What a model was told to predict and did not say is paid for beyond every limit.
  return decided(wrong, body, CLIENT_TOOLS.openai, ['web_search_options', 'service_tier', 'prediction']);
};

const wrongForOpenai = (body: Body, blocks: readonly Body[]): string | undefined => {
  if (SEARCHES.test(textOf(body['model']))) return SEARCHING;
  if (blocks.some(fetchedByOpenai)) return REFUSED;
  if (blocks.some((block) => [block, objectOf(block['file']), objectOf(block['input_file'])].some(isStored)))
    return STORED;
  return blocks.some((block) => block['type'] === 'input_audio') ? SOUND : undefined;
};

/** The body without what the provider would do beyond answering; `dropped` names it. */
const decided = (
  refused: string | undefined,
  body: Body,
  tools: readonly string[],
  keys: readonly string[],
): Prepared => {
  if (refused !== undefined) return { refused };
  const gone: unknown[] = [];
  const kept = clientTools(body['tools'], tools, gone);
  const dropped = [...gone.map((tool) => textOf(objectOf(tool)['type'])), ...keys.filter((key) => key in body)];
  if (dropped.length === 0) return { body, dropped };
  const rest = Object.fromEntries(Object.entries(body).filter(([key]) => !keys.includes(key)));
  return { body: gone.length === 0 ? rest : { ...rest, tools: kept }, dropped };
};

/** The tools that a client carries out; a tool may hold others. */
const clientTools = (value: unknown, types: readonly string[], gone: unknown[]): readonly unknown[] =>
  listOf(value).flatMap((tool) => {
    if (!ofClient(tool, types)) {
      gone.push(tool);
      return [];
    }
    const inner = objectOf(tool)['tools'];
    return [Array.isArray(inner) ? { ...objectOf(tool), tools: clientTools(inner, types, gone) } : tool];
  });

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

const isStored = (value: Body): boolean => !isOff(value['file_id']);

const isOff = (value: unknown): boolean => value === undefined || value === null || value === false;
