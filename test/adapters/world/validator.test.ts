import { describe, expect, test } from 'vitest';
import { type Exchange, validateExchange, validateWebhook } from '../../openapi/validate.ts';

const asked = (change: Partial<Exchange>): Exchange => ({
  method: 'GET',
  path: '/repos/o/r/issues',
  query: {},
  requestBody: undefined,
  status: 200,
  responseBody: [],
  ...change,
});

const reaction = { id: 1, node_id: 'x', user: null, content: 'eyes', created_at: '2026-01-01T00:00:00Z' };
const react = (change: Partial<Exchange>) =>
  asked({
    method: 'POST',
    path: '/repos/o/r/issues/comments/7/reactions',
    requestBody: { content: 'eyes' },
    status: 201,
    responseBody: reaction,
    ...change,
  });

describe('the comparison with GitHub’s description', () => {
  test('says nothing about what is as described', () => {
    expect(validateExchange(react({}))).toEqual([]);
    expect(validateExchange(asked({ query: { labels: 'a,b', per_page: '100', state: 'all' } }))).toEqual([]);
  });

  test.each<[string, Exchange, string]>([
    [
      'a route that is not in the extract',
      asked({ path: '/repos/o/r/nothing' }),
      'GET /repos/o/r/nothing is no route of the extract',
    ],
    ['a query that GitHub would ignore', asked({ query: { label: 'a' } }), 'query label is not described'],
    [
      'a query of the wrong kind',
      asked({ query: { state: 'merged' } }),
      'query state/value must be equal to one of the allowed values',
    ],
    [
      'a path that is no number',
      asked({ path: '/repos/o/r/issues/seven', responseBody: undefined, status: 404 }),
      'path issue_number/value must be integer',
    ],
    ['a body that is missing', react({ requestBody: undefined }), 'body is missing'],
    [
      'a value that GitHub does not know',
      react({ requestBody: { content: 'like' } }),
      'body/content must be equal to one of the allowed values',
    ],
    [
      'a key that GitHub would ignore',
      react({ requestBody: { content: 'eyes', contents: 'eyes' } }),
      'body/contents is not described',
    ],
    [
      'an answer without a required field',
      react({ responseBody: { ...reaction, node_id: undefined } }),
      "must have required property 'node_id'",
    ],
    ['an answer of the wrong type', react({ responseBody: { ...reaction, id: '1' } }), '/id must be integer'],
    [
      'an answer with a malformed date',
      react({ responseBody: { ...reaction, created_at: 'today' } }),
      '/created_at must match format "date-time"',
    ],
    ['a status that the route does not have', react({ status: 202 }), 'status 202 is not described'],
    ['a list where one is expected, but something else came', asked({ responseBody: {} }), 'answer 200 must be array'],
  ])('finds %s', (_, exchange, problem) => {
    expect(validateExchange(exchange).join('\n')).toContain(problem);
  });

  test('finds a webhook that is unknown or incomplete', () => {
    expect(validateWebhook('issues', 'exploded', {})).toEqual(['issues-exploded is no webhook of the extract']);
    expect(validateWebhook('issues', 'labeled', { action: 'labeled' }).join('\n')).toContain(
      "must have required property 'sender'",
    );
  });
});
