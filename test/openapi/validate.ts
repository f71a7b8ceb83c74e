import { readFileSync } from 'node:fs';
import { Ajv, type ValidateFunction } from 'ajv';
import type { Description, Operation, Schema } from './description.ts';

/** One request with its answer, as both were on the wire. `path` without query; bodies parsed, undefined for none. */
export type Exchange = {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly requestBody: unknown;
  readonly status: number;
  readonly responseBody: unknown;
};

const description = JSON.parse(readFileSync(new URL('fixtures/github.json', import.meta.url), 'utf8')) as Description;

// Parameters arrive as text and are numbers in the description; bodies are compared as they are.
const strictly = new Ajv({ strict: false, allErrors: true, validateFormats: true, allowUnionTypes: true });
const fromText = new Ajv({ strict: false, allErrors: true, coerceTypes: true, allowUnionTypes: true });
const FORMATS: Readonly<Record<string, RegExp | true>> = {
  uri: /^[a-z][a-z0-9+.-]*:\/\/\S+$/i,
  'date-time': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/,
  date: /^\d{4}-\d\d-\d\d$/,
  email: /^\S+@\S+$/,
  int64: true,
  int32: true,
  float: true,
  'uri-template': true,
  timestamp: true,
  'repo.nwo': true,
  'ssh-key': true,
  'ssh-key fingerprint': true,
};
for (const ajv of [strictly, fromText]) {
  for (const [name, format] of Object.entries(FORMATS)) ajv.addFormat(name, format);
  ajv.addSchema({ $id: 'github', schemas: description.schemas });
}

const compiled = new Map<string, ValidateFunction>();

const validatorFor = (ajv: Ajv, key: string, schema: Schema): ValidateFunction => {
  const known = compiled.get(key);
  if (known !== undefined) return known;
  const made = ajv.compile(schema);
  compiled.set(key, made);
  return made;
};

const problems = (ajv: Ajv, key: string, schema: Schema, value: unknown, where: string): string[] => {
  const validate = validatorFor(ajv, key, schema);
  if (validate(value) === true) return [];
  return (validate.errors ?? []).map((error) => {
    const allowed = error.params['allowedValues'] as unknown;
    return `${where}${error.instancePath} ${error.message ?? ''}${allowed === undefined ? '' : ` (${JSON.stringify(allowed)})`}`;
  });
};

const LONG = new Set(['path', 'ref', 'branch', 'basehead']);

const ROUTES = Object.keys(description.operations)
  .map((name) => {
    const [method = '', template = ''] = name.split(' ');
    const pattern = template.replace(/\{(\w+)\}/g, (_, parameter: string) =>
      LONG.has(parameter) ? `(?<${parameter}>.+)` : `(?<${parameter}>[^/]+)`,
    );
    // More fixed text first, so that `/issues/comments` is not taken for `/issues/{issue_number}`.
    return { name, method, pattern: new RegExp(`^${pattern}/?$`), fixed: template.replace(/\{\w+\}/g, '').length };
  })
  .sort((a, b) => b.fixed - a.fixed);

const find = (method: string, asked: string) => {
  // Where a redirect of a renamed repository leads to: the same routes, by number.
  const path = asked.replace(/^\/repositories\/\d+/, '/repos/o/r');
  for (const { name, method: wanted, pattern } of ROUTES) {
    const found = wanted === method ? pattern.exec(path) : null;
    const operation = description.operations[name];
    if (found !== null && operation !== undefined) return { name, operation, params: { ...found.groups } };
  }
  return undefined;
};

const propertiesOf = (schema: Schema): ReadonlySet<string> | undefined => {
  if (typeof schema['$ref'] === 'string')
    return propertiesOf(description.schemas[schema['$ref'].slice('github#/schemas/'.length)] ?? {});
  const parts = [schema['oneOf'], schema['anyOf'], schema['allOf']].flatMap((list) =>
    Array.isArray(list) ? (list as Schema[]) : [],
  );
  const own = Object.keys((schema['properties'] ?? {}) as object);
  const all = [...own, ...parts.flatMap((part) => [...(propertiesOf(part) ?? [])])];
  return all.length === 0 ? undefined : new Set(all);
};

const problemsOfRequest = (
  name: string,
  operation: Operation,
  params: Record<string, string>,
  exchange: Exchange,
): string[] => {
  const found: string[] = [];
  for (const [parameter, schema] of Object.entries(operation.path)) {
    const value = decodeURIComponent(params[parameter] ?? '');
    found.push(...problems(fromText, `${name} path ${parameter}`, wrapped(schema), { value }, `path ${parameter}`));
  }
  for (const [parameter, value] of Object.entries(exchange.query)) {
    const schema = operation.query[parameter];
    if (schema === undefined) found.push(`query ${parameter} is not described`);
    else
      found.push(...problems(fromText, `${name} query ${parameter}`, wrapped(schema), { value }, `query ${parameter}`));
  }
  for (const parameter of operation.requiredQuery)
    if (!(parameter in exchange.query)) found.push(`query ${parameter} is missing`);
  if (exchange.requestBody === undefined)
    return operation.bodyRequired && operation.body !== undefined ? [...found, 'body is missing'] : found;
  if (operation.body === undefined) return [...found, 'a body is not described'];
  found.push(...problems(strictly, `${name} body`, operation.body, exchange.requestBody, 'body'));
  const known = propertiesOf(operation.body);
  // The description lets unknown keys pass, so a misspelt one would be ignored without a word.
  for (const key of Object.keys(exchange.requestBody ?? {}))
    if (known !== undefined && !known.has(key)) found.push(`body/${key} is not described`);
  return found;
};

// ajv converts types only inside an object that it can write to.
const wrapped = (schema: Schema): Schema => ({ type: 'object', properties: { value: schema } });

const problemsOfResponse = (name: string, operation: Operation, { status, responseBody }: Exchange): string[] => {
  // GitHub describes hardly any route's redirect (of a renamed repository), 401, 429 and 5xx; they look alike everywhere.
  if (
    status === 301 ||
    status === 307 ||
    status === 401 ||
    status === 413 ||
    status === 429 ||
    status >= 500 ||
    status === 0
  )
    return [];
  const schema = operation.responses[String(status)];
  if (schema === undefined)
    return status === 403 || status === 404 || status === 405 ? [] : [`status ${status} is not described`];
  // Of errors without a described body GitHub sends its usual message all the same.
  if (schema === null) return responseBody === undefined || status >= 400 ? [] : [`status ${status} has no body`];
  return problems(strictly, `${name} ${status}`, schema, responseBody, `answer ${status}`);
};

/** What of a request, or of the answer to it, is against GitHub's published description; each with the place. */
export const validateExchange = (exchange: Exchange): string[] => {
  const found = find(exchange.method, exchange.path);
  if (found === undefined) return [`${exchange.method} ${exchange.path} is no route of the extract`];
  const { name, operation, params } = found;
  return [
    ...problemsOfRequest(name, operation, params, exchange),
    ...problemsOfResponse(name, operation, exchange),
  ].map((problem) => `${name}: ${problem}`);
};

/** The routes of the extract, as `METHOD /template`. */
export const DESCRIBED: readonly string[] = Object.keys(description.operations);

/** The described route of a request; undefined when the extract has none. */
export const routeOf = (method: string, path: string): string | undefined => find(method, path)?.name;

/** What of a webhook's payload is against the description; undefined `action` for events without one. */
export const validateWebhook = (event: string, action: string | null, payload: unknown): string[] => {
  const name = [event, ...(action === null ? [] : [action])].join('-').replaceAll('_', '-');
  const schema = description.webhooks[name];
  if (schema === undefined) return [`${name} is no webhook of the extract`];
  return problems(strictly, `webhook ${name}`, schema, payload, name);
};
