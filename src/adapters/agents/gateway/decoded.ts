import type { Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate, createZstdDecompress } from 'node:zlib';

/** Bytes of a body as text was meant, whatever it was packed with; undefined for a packing that we cannot open. */
export function decoded(body: Readable, encoding: string | undefined): Readable | undefined {
  const opener = openerOf(encoding?.trim().toLowerCase() ?? '');
  if (opener === 'plain') return body;
  if (opener === undefined) return undefined;
  body.on('error', (error) => opener.destroy(error));
  opener.on('close', () => body.destroy());
  return body.pipe(opener);
}

function openerOf(encoding: string): 'plain' | ReturnType<typeof createGunzip> | undefined {
  switch (encoding) {
    case '':
    case 'identity':
      return 'plain';
    case 'gzip':
    case 'x-gzip':
      return createGunzip();
    case 'deflate':
      return createInflate();
    case 'br':
      return createBrotliDecompress();
    case 'zstd':
      return createZstdDecompress();
    default:
      return undefined;
  }
}
