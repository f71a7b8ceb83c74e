import { createPrivateKey } from 'node:crypto';

/** What a private key has to be, for the sentence of a problem. */
export const PRIVATE_KEY_EXPECTED =
  'an RSA private key in PEM ("-----BEGIN RSA PRIVATE KEY-----" …), its line breaks written as \\n, or its base64';

/** A private key as PEM with real line breaks, from PEM, PEM with `\n` escapes, or base64 of PEM; undefined when it is no RSA key. */
export const normalisePrivateKey = (text: string): string | undefined => {
  const unescaped = text.replaceAll('\\r', '').replaceAll('\\n', '\n').replaceAll('\r', '').trim();
  const pem = unescaped.startsWith('-----BEGIN') ? unescaped : Buffer.from(unescaped, 'base64').toString('utf8').trim();
  if (!pem.startsWith('-----BEGIN')) return undefined;
  try {
    return createPrivateKey(pem).asymmetricKeyType === 'rsa' ? `${pem}\n` : undefined;
  } catch {
    // Whatever OpenSSL finds wrong with it, it is no key; its message could quote the text.
    return undefined;
  }
};
