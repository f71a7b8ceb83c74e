import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { postgresSource } from '#adapters/store/postgres-source.ts';
import { silent } from '../../services/log.ts';

/** A message of PostgreSQL's protocol: its letter, its length, its content. */
const message = (letter: string, content: string | Buffer = ''): Buffer => {
  const bytes = Buffer.from(content);
  const head = Buffer.alloc(5, letter);
  head.writeInt32BE(bytes.length + 4, 1);
  return Buffer.concat([head, bytes]);
};
const WELCOME = Buffer.concat([message('R', Buffer.alloc(4)), message('Z', 'I')]);
const GOODBYE = message('E', 'SFATAL\0C57P01\0Mterminating connection due to administrator command\0\0');

const unheard: unknown[] = [];
const hear = (error: unknown): number => unheard.push(error);
afterEach(() => void process.off('uncaughtException', hear));

it('outlives a connection that is lost in the breath in which it is made, and one that is lost while it is lent', async () => {
  process.on('uncaughtException', hear);
  let second: (() => void) | undefined;
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => {
      if (second === undefined) socket.end(Buffer.concat([WELCOME, GOODBYE]));
      else socket.write(WELCOME);
      second = () => socket.end(GOODBYE);
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  const source = postgresSource({ host: '127.0.0.1', port, user: 'a', database: 'a' }, silent);
  const first = await source.lease();
  await expect(first.query('SELECT 1')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  first.release();
  const lent = await source.lease();
  second?.();
  await expect(lent.query('SELECT 1')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  lent.release();
  await source.end();
  server.close();
  expect(unheard).toEqual([]);
});
