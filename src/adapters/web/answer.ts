import type { IncomingMessage, ServerResponse } from 'node:http';

/** One answer, whole: text, its kind, and what may be asked instead (for 405). */
export type Answer = { readonly status: number; readonly type: string; readonly body: string; readonly allow?: string };

/** A line of text. */
export const plain = (status: number, sentence: string, allow?: string): Answer => ({
  status,
  type: 'text/plain',
  body: `${sentence}\n`,
  ...(status === 405 && allow !== undefined ? { allow } : {}),
});

// Nothing is loaded, run, framed or sent from our pages but their own style sheet.
const HEADERS = {
  'content-security-policy':
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
};

/** Sends an answer; `HEAD` gets its headers. A reader who went away is no fault. */
export const send = (request: IncomingMessage, response: ServerResponse, answer: Answer): void => {
  const body = Buffer.from(answer.body, 'utf8');
  response.writeHead(answer.status, {
    ...HEADERS,
    'content-type': answer.type.includes('charset') ? answer.type : `${answer.type}; charset=utf-8`,
    'content-length': body.length,
    ...(answer.allow === undefined ? {} : { allow: answer.allow }),
  });
  response.end(request.method === 'HEAD' ? undefined : body);
  // A body that nobody reads would keep the connection busy.
  request.resume();
};
