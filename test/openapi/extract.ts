/**
 * Cuts GitHub's description (`@octokit/openapi`, over 400 MB unpacked) down to the routes in use:
 *   npm pack @octokit/openapi && tar xzf octokit-openapi-*.tgz package/generated/api.github.com.json package/package.json
 *   node test/openapi/extract.ts package > test/openapi/fixtures/github.json
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Description, Operation, Schema } from './description.ts';
import { ROUTES, WEBHOOKS } from './routes.ts';

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type Node = { [key: string]: Json };

const folder = process.argv[2] ?? 'package';
const source = JSON.parse(readFileSync(join(folder, 'generated/api.github.com.json'), 'utf8')) as Node;
const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string };

const isNode = (value: Json | undefined): value is Node =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Follows a chain of `$ref`s to the thing itself. */
const resolve = (value: Json | undefined): Node => {
  if (!isNode(value)) throw new Error(`not an object: ${JSON.stringify(value)}`);
  const reference = value['$ref'];
  if (typeof reference !== 'string') return value;
  return resolve(
    reference
      .slice(2)
      .split('/')
      .reduce<Json | undefined>((node, key) => (isNode(node) ? node[key] : undefined), source),
  );
};

const needed = new Set<string>();

// Words for readers only; they are most of the description's bulk.
const PROSE = new Set(['description', 'example', 'examples', 'externalDocs', 'title', 'deprecated', 'x-github']);

/** A schema as ajv reads it: `$ref`s into the document `github`, OpenAPI 3.0's `nullable` as JSON Schema's `null`. */
const convert = (value: Json, names = false): Json => {
  if (Array.isArray(value)) return value.map((entry) => convert(entry));
  if (!isNode(value)) return value;
  const reference = value['$ref'];
  if (typeof reference === 'string') {
    const name = reference.slice('#/components/schemas/'.length);
    needed.add(name);
    return { $ref: `github#/schemas/${name}` };
  }
  const kept: Node = {};
  for (const [key, entry] of Object.entries(value)) {
    if (!names && (PROSE.has(key) || key === 'nullable')) continue;
    kept[key] = key === 'enum' || key === 'required' ? entry : convert(entry, !names && key === 'properties');
  }
  if (names || value['nullable'] !== true) return kept;
  return { anyOf: [kept, { type: 'null' }] };
};

const schemaOf = (content: Json | undefined): Schema | undefined => {
  if (!isNode(content)) return undefined;
  const json = content['application/json'] ?? Object.values(content)[0];
  return isNode(json) && json['schema'] !== undefined ? (convert(json['schema']) as Schema) : undefined;
};

const operation = (route: string): Operation => {
  const [method = '', path = ''] = route.split(' ');
  const paths = source['paths'] as Node;
  const item = paths[path] ?? paths[`${path}/`];
  const described = isNode(item) ? item[method.toLowerCase()] : undefined;
  if (!isNode(described)) throw new Error(`${route} is not described`);
  const places: Record<string, Record<string, Schema>> = { path: {}, query: {} };
  const requiredQuery: string[] = [];
  for (const parameter of (described['parameters'] ?? []) as Json[]) {
    const {
      in: place,
      name,
      schema,
      required,
    } = resolve(parameter) as { in: string; name: string; schema: Json; required?: boolean };
    const held = places[place];
    if (held !== undefined) held[name] = convert(schema) as Schema;
    if (place === 'query' && required === true) requiredQuery.push(name);
  }
  const request = described['requestBody'];
  const responses: Record<string, Schema | null> = {};
  for (const [status, response] of Object.entries(described['responses'] as Node))
    responses[status] = schemaOf(resolve(response)['content']) ?? null;
  const body = request === undefined ? undefined : schemaOf(resolve(request)['content']);
  return {
    path: places['path'] ?? {},
    query: places['query'] ?? {},
    requiredQuery,
    ...(body === undefined ? {} : { body }),
    bodyRequired: request !== undefined && resolve(request)['required'] === true,
    responses,
  };
};

const webhook = (name: string): Schema => {
  const described = (source['x-webhooks'] as Node)[name];
  if (!isNode(described)) throw new Error(`webhook ${name} is not described`);
  const schema = schemaOf(resolve((described['post'] as Node)['requestBody'])['content']);
  if (schema === undefined) throw new Error(`webhook ${name} has no schema`);
  return schema;
};

// Here the description asks that an account be a user and an enterprise at once (`allOf`); a single installation says `anyOf`.
const corrected = (name: string, described: Operation): Operation => {
  if (name !== 'GET /app/installations') return described;
  const items = convert({ $ref: '#/components/schemas/installation' });
  return { ...described, responses: { ...described.responses, '200': { type: 'array', items } } };
};

const operations = Object.fromEntries(ROUTES.map((route) => [route, corrected(route, operation(route))]));
const webhooks = Object.fromEntries(WEBHOOKS.map((name) => [name, webhook(name)]));
const schemas: Record<string, Schema> = {};
// Converting a schema can need more of them: a set grows while it is walked.
for (const name of needed)
  schemas[name] = convert(((source['components'] as Node)['schemas'] as Node)[name] ?? null) as Schema;

const description: Description = {
  source: `@octokit/openapi ${manifest.version}`,
  extracted: new Date().toISOString().slice(0, 10),
  operations,
  webhooks,
  schemas,
};
process.stdout.write(`${JSON.stringify(description)}\n`);
