import { createSign } from 'node:crypto';
import type { World } from '../../../demo/world/world.ts';

const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A JWT of the world's app; `claims` replaces what it says. */
export const jwtOf = (world: World, claims: Readonly<Record<string, unknown>> = {}, key = world.privateKey): string => {
  const now = Math.floor(Date.now() / 1000);
  const text = `${encoded({ alg: 'RS256', typ: 'JWT' })}.${encoded({ iat: now - 30, exp: now + 300, iss: String(world.appId), ...claims })}`;
  return `${text}.${createSign('RSA-SHA256').update(text).sign(key, 'base64url')}`;
};

export type Answered = { readonly status: number; readonly body: Record<string, unknown>; readonly headers: Headers };

/** A request with any credential; `path` from the root of the API. */
export const call = async (
  world: World,
  secret: string | undefined,
  method: string,
  path: string,
  body?: unknown,
): Promise<Answered> => {
  const response = await fetch(`${world.apiUrl}${path}`, {
    method,
    headers: secret === undefined ? {} : { authorization: `Bearer ${secret}` },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? {} : JSON.parse(text), headers: response.headers };
};

/** A fresh token of the app's installation, narrowed when asked. */
export const mint = async (world: World, narrowed: object = {}): Promise<string> => {
  const path = `/app/installations/${world.installationId}/access_tokens`;
  return String((await call(world, jwtOf(world), 'POST', path, narrowed)).body['token']);
};
