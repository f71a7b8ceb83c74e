import { randomBytes } from 'node:crypto';
import type { Emulated } from './emulated.ts';
import { accountJson } from './routes/shapes.ts';
import type { Account } from './state.ts';

const ORGANISATION_ID = 900_002;

/** A personal token for each login. */
export const createTokens = (logins: readonly string[]): Readonly<Record<string, { readonly token: string }>> =>
  Object.fromEntries(logins.map((login) => [login, { token: `ghp_${randomBytes(18).toString('hex')}` }]));

export const createOrganisation = (url: string, login: string): Account => ({
  login,
  id: ORGANISATION_ID,
  type: 'Organization',
  json: accountJson(url, login, ORGANISATION_ID, 'Organization'),
});

/** The people that the emulated GitHub knows, by their tokens; a login that ends in `[bot]` is another app's. */
export const readPeople = (
  url: string,
  emulated: Emulated,
  tokens: Readonly<Record<string, { readonly token: string }>>,
): Promise<readonly Account[]> =>
  Promise.all(
    Object.entries(tokens).map(async ([login, { token }]) => {
      const { body } = await emulated.ask('GET', '/user', `Bearer ${token}`);
      const id = Number(body['id']);
      const type = login.endsWith('[bot]') ? 'Bot' : 'User';
      return { login, id, type, json: accountJson(url, login, id, type) };
    }),
  );
