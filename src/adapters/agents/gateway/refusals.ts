import type { IncomingMessage } from 'node:http';
import { waitOf } from './answers.ts';
import { decoded } from './decoded.ts';
import type { Upstream } from './provider.ts';
import { objectOf } from './values.ts';
import { wholeOf } from './whole.ts';

/** What an answer of a provider means for the attempt. */
export type Judgement =
  | { readonly kind: 'answer' }
  /** Too many requests: the whole fleet waits. */
  | { readonly kind: 'limited'; readonly status: number; readonly wait: number | undefined }
  /** Nobody is served with this key; a sentence for everybody, and the provider's own words for the operator alone. */
  | { readonly kind: 'refused'; readonly what: string; readonly detail: string };

/** Most of a refusal that is read, bytes. */
const MOST = 64 * 1024;

/** What a refusal says in words is worth waiting for so long, milliseconds; its status and headers are there already. */
const PATIENCE = 3_000;

const VARIABLE = { anthropic: 'ANTHROPIC_API_KEY', openai: 'OPENAI_API_KEY' };

/** Reads a refusal; other answers are left unread. 429 of an account without money is no matter of waiting. */
export async function judge(
  answer: IncomingMessage,
  provider: 'anthropic' | 'openai',
  upstream: Upstream,
): Promise<Judgement> {
  const status = answer.statusCode ?? 0;
  if (![401, 402, 403, 429, 529].includes(status)) return { kind: 'answer' };
  const { code, message } = await said(answer);
  const poor = status === 402 || code === 'insufficient_quota' || code === 'billing_error';
  if (!poor && (status === 429 || status === 529))
    return { kind: 'limited', status, wait: waitOf(answer.headers, Date.now()) };
  const what = poor
    ? `the model provider (${provider}) has no money left for this worker's key (${status}): fill up the account behind ${VARIABLE[provider]}.`
    : `the model provider (${provider}) refuses this worker's key (${status}): set a valid ${VARIABLE[provider]} and start the app again.`;
  return { kind: 'refused', what, detail: withoutKeys(message ?? '', upstream.key) };
}

async function said(answer: IncomingMessage): Promise<{ readonly code?: unknown; readonly message?: string }> {
  const body = decoded(answer, answer.headers['content-encoding']);
  const late = setTimeout(() => answer.destroy(new Error('The refusal never ended.')), PATIENCE);
  const bytes = body === undefined ? undefined : await wholeOf(body, MOST);
  clearTimeout(late);
  if (bytes === undefined) answer.destroy();
  try {
    const error = objectOf(objectOf(JSON.parse(bytes?.toString('utf8') ?? ''))['error']);
    const { message } = error;
    return { code: error['code'] ?? error['type'], ...(typeof message === 'string' ? { message } : {}) };
  } catch {
    return {};
  }
}

/** Providers quote the key that they refuse, in part; nobody needs to read that. */
function withoutKeys(message: string, key: string): string {
  return message
    .replaceAll(key, '…')
    .replace(/\b[\w.-]*[*…]{2,}[\w.-]*/g, '…')
    .replace(/\bsk-[\w-]+/g, '…')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 300);
}
