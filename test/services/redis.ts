import { ended, folder, freePort, launch, type Server } from './server.ts';

/** Redis as it should be set up: nothing is evicted, everything is appended to disk. */
const SAFE = ['--maxmemory-policy', 'noeviction', '--appendonly', 'yes', '--save', ''];

/** Starts redis-server; `settings` replace the safe ones. */
export const startRedis = async (settings: readonly string[] = SAFE): Promise<Server> => {
  const data = await folder('redis');
  const port = await freePort();
  const command = ['redis-server', '--bind', '127.0.0.1', '--port', String(port), '--dir', data.path, ...settings];
  const start = () =>
    launch(command, /Ready to accept connections/).catch((cause: unknown) => {
      throw new Error('Tests need redis-server: apt-get install -y redis-server', { cause });
    });
  let child = await start();
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    kill: () => ended(child, 'SIGKILL'),
    restart: async () => {
      child = await start();
    },
    stop: async () => {
      await ended(child, 'SIGKILL');
      await data.remove();
    },
  };
};
