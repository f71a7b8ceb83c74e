import { createPrivateKey, sign } from 'node:crypto';

const base64url = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

/**
 * The app's own credential: RS256, good for 8 minutes, issued a minute ago, so that a clock that goes wrong by a minute
 * or two still works (GitHub allows 10 minutes in all). `difference`: seconds that GitHub's clock is ahead of ours.
 */
export function createJwtSigner(privateKey: string, now: () => number) {
  const key = createPrivateKey(privateKey.replaceAll('\\n', '\n'));
  return async (appId: string | number, difference = 0) => {
    const time = Math.floor(now() / 1000) + difference;
    const text = `${base64url({ alg: 'RS256', typ: 'JWT' })}.${base64url({ iat: time - 60, exp: time + 480, iss: String(appId) })}`;
    const signature = sign('RSA-SHA256', Buffer.from(text), key).toString('base64url');
    return { jwt: `${text}.${signature}`, expiresAt: new Date((time + 480) * 1000).toISOString() };
  };
}
