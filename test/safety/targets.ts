import { type ChildProcess, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { chmodSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { startRedis } from '../services/redis.ts';

/** What of a machine is worth reaching, all of it real. */
export type Targets = {
  /** A process of the worker's user with a secret in its environment, as the worker itself is one. */
  victim(): ChildProcess;
  readonly redisPort: number;
  readonly httpPort: number;
  readonly dnsPort: number;
  /** Names that were asked for since the last look. */
  asked(): Promise<readonly string[]>;
  stop(): Promise<void>;
};

/** The victim belongs to `uid` where we may choose. */
export async function startTargets(uid: number): Promise<Targets> {
  const redis = await startRedis();
  const http = createHttpServer((_, response) => response.end('CANARY-HTTP')).listen(0, '127.0.0.1');
  await once(http, 'listening');
  const dns = createSocket('udp4');
  let asked: string[] = [];
  dns.on('message', (message) => asked.push(message.toString('latin1')));
  dns.bind(0, '127.0.0.1');
  await once(dns, 'listening');
  let victim = await startVictim(uid);
  return {
    victim: () => victim,
    redisPort: redis.port,
    httpPort: (http.address() as AddressInfo).port,
    dnsPort: dns.address().port,
    asked: async () => {
      // A datagram of our own that comes after theirs: when it is here, theirs is too, or never will be.
      dns.send('fence', dns.address().port, '127.0.0.1');
      while (!asked.includes('fence')) await once(dns, 'message');
      const before = asked.filter((name) => name !== 'fence');
      asked = [];
      if (victim.exitCode !== null || victim.signalCode !== null) victim = await startVictim(uid);
      return before;
    },
    stop: async () => {
      victim.kill('SIGKILL');
      http.close();
      dns.close();
      await redis.stop();
    },
  };
}

async function startVictim(uid: number): Promise<ChildProcess> {
  const child = spawn('/bin/sh', ['-c', 'echo up; exec sleep 600'], {
    env: { PATH: '/usr/bin:/bin', VICTIM: 'CANARY-ENVIRONMENT' },
    stdio: ['ignore', 'pipe', 'ignore'],
    ...(process.getuid?.() === 0 ? { uid, gid: uid } : {}),
  });
  if (child.stdout !== null) await once(child.stdout, 'data');
  return child;
}

/** Something that listens where the socket of a container engine would be. */
export async function openEngineSocket(folder: string): Promise<{ close(): void }> {
  const server = createServer((socket) => socket.on('error', () => {}).end()).listen(join(folder, 'docker.sock'));
  await once(server, 'listening');
  chmodSync(join(folder, 'docker.sock'), 0o666);
  return { close: () => server.close() };
}
