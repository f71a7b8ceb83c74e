import { execFile } from 'node:child_process';
import { chown, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ended, folder, freePort, launch, type Server } from './server.ts';

const run = promisify(execFile);

/** Starts PostgreSQL with an empty database. As root it runs as the user `postgres`, since it refuses root. */
export const startPostgres = async (): Promise<Server> => {
  const bin = await binaries();
  const data = await folder('postgres');
  const as = await servant(data.path);
  const cluster = join(data.path, 'cluster');
  const initdb: string[] = [
    ...as,
    join(bin, 'initdb'),
    '-D',
    cluster,
    '-U',
    'forkjoin',
    '-A',
    'trust',
    '-E',
    'UTF8',
    '--no-sync',
  ];
  await run(initdb[0] ?? '', initdb.slice(1), { cwd: data.path });
  const port = await freePort();
  const settings = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'fsync=off', `port=${port}`];
  const command = [...as, join(bin, 'postgres'), '-D', cluster, ...settings.flatMap((setting) => ['-c', setting])];
  const start = () => launch(command, /ready to accept connections/);
  let child = await start();
  return {
    url: `postgres://forkjoin@127.0.0.1:${port}/postgres`,
    port,
    // Its own children go down with it at once; SIGKILL would leave them behind.
    kill: () => ended(child, 'SIGQUIT'),
    restart: async () => {
      child = await start();
    },
    stop: async () => {
      await ended(child, 'SIGQUIT');
      await data.remove();
    },
  };
};

const binaries = async (): Promise<string> => {
  const root = '/usr/lib/postgresql';
  const versions = await readdir(root).catch((): string[] => []);
  const newest = versions.sort((a, b) => Number(b) - Number(a))[0];
  if (newest === undefined) throw new Error('Tests need PostgreSQL: apt-get install -y postgresql');
  return join(root, newest, 'bin');
};

/** Nothing for an ordinary user; for root the words that run a command as `postgres`, who then owns the folder. */
const servant = async (path: string): Promise<readonly string[]> => {
  if (process.getuid?.() !== 0) return [];
  const [uid, gid] = await Promise.all(
    ['-u', '-g'].map(async (flag) => Number((await run('id', [flag, 'postgres'])).stdout)),
  );
  await chown(path, uid ?? 0, gid ?? 0);
  return ['setpriv', '--reuid=postgres', '--regid=postgres', '--init-groups'];
};
