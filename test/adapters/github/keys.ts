import { createHmac, generateKeyPairSync } from 'node:crypto';

/** The app's private key in these tests; a fresh one in each run. */
export const KEYS = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
});

/** The header by which GitHub signs a webhook's body. */
export const sha256 = (body: string | Buffer, secret: string) =>
  `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
