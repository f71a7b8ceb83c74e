import { createVerify } from 'node:crypto';
import type { App, Hub, InstallationToken } from '../hub.ts';
import type { Account } from '../state.ts';
import { Refusal } from './http.ts';

/** Who sent a request. `app` holds a JWT, `installation` a token of the app, `person` a personal token. */
export type Caller =
  | { readonly kind: 'app' }
  | { readonly kind: 'installation'; readonly token: InstallationToken; readonly secret: string }
  | { readonly kind: 'person'; readonly account: Account }
  | { readonly kind: 'nobody' };

/** A name for the log of requests. */
export const nameOf = (caller: Caller): string => (caller.kind === 'person' ? caller.account.login : caller.kind);

/** True for the app, by its JWT or by a token of its installation. */
export const isApp = ({ kind }: Caller): boolean => kind === 'app' || kind === 'installation';

const decoded = (part: string): Record<string, unknown> => {
  const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString());
  return typeof value === 'object' && value !== null ? { ...value } : {};
};

/** Why a JWT is not the app's; undefined when it is. The rules are GitHub's: RS256, `iat` past, `exp` within ten minutes. */
const problemOfJwt = (app: App, jwt: string, now: number): string | undefined => {
  const [header = '', claims = '', signature = ''] = jwt.split('.');
  try {
    if (decoded(header)['alg'] !== 'RS256') return 'A JSON web token could not be decoded';
    const verify = createVerify('RSA-SHA256').update(`${header}.${claims}`);
    if (!verify.verify(app.publicKey, signature, 'base64url')) return 'A JSON web token could not be decoded';
    const { iss, iat, exp } = decoded(claims);
    if (String(iss) !== String(app.id)) return 'A JSON web token could not be decoded';
    if (typeof iat !== 'number' || iat > now)
      return "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued";
    if (typeof exp !== 'number' || exp <= now)
      return "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires";
    if (exp > now + 600) return "'Expiration time' claim ('exp') is too far in the future";
    return undefined;
  } catch {
    return 'A JSON web token could not be decoded';
  }
};

const callerOf = (hub: Hub, secret: string): Caller | undefined => {
  const account = hub.userTokens.get(secret);
  if (account !== undefined) return { kind: 'person', account };
  const token = hub.installationTokens.get(secret);
  if (token !== undefined && token.expiresAt > Date.now()) return { kind: 'installation', token, secret };
  return undefined;
};

/** Reads the Authorization header; throws 401 for whatever is not known here. */
export const authenticate = (hub: Hub, header: string | undefined): Caller => {
  if (header === undefined || header === '') return { kind: 'nobody' };
  const [scheme = '', value = ''] = header.split(' ');
  if (/^bearer$/i.test(scheme) && value.split('.').length === 3) {
    const problem = problemOfJwt(hub.app, value, Math.floor(Date.now() / 1000));
    if (problem !== undefined) throw new Refusal(401, problem);
    return { kind: 'app' };
  }
  const secret = /^basic$/i.test(scheme)
    ? Buffer.from(value, 'base64')
        .toString()
        .replace(/^[^:]*:/, '')
    : value;
  const caller = /^(bearer|token|basic)$/i.test(scheme) ? callerOf(hub, secret) : undefined;
  if (caller === undefined) throw new Refusal(401, 'Bad credentials');
  return caller;
};
