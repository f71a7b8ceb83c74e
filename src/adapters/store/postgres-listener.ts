import pg from 'pg';
import type { Source } from '#adapters/store/sql.ts';

type Ear = {
  readonly channel: string;
  readonly hear: (payload: string) => void;
  readonly lost: (error: Error) => void;
};
type Line = { subscribe(ear: Ear): Promise<() => Promise<void>>; end(): Promise<void> };

/** One connection that listens for a whole process. When it breaks all ears are told and forgotten; the next `listen` connects anew. */
export const postgresListener = (settings: pg.ClientConfig): Pick<Source, 'listen' | 'end'> => {
  let line: Promise<Line> | undefined;
  const open = (): Promise<Line> => {
    const opening: Promise<Line> = connect(settings, () => {
      if (line === opening) line = undefined;
    });
    return opening;
  };
  return {
    listen: async (channel, hear, lost) => {
      line ??= open();
      const connected = await line;
      return await connected.subscribe({ channel, hear, lost });
    },
    end: async () => {
      await line?.then((connected) => connected.end()).catch(() => undefined);
    },
  };
};

const connect = async (settings: pg.ClientConfig, onBroken: () => void): Promise<Line> => {
  const ears = new Set<Ear>();
  const client = new pg.Client(settings);
  const broken = (error: Error) => {
    onBroken();
    const told = [...ears];
    ears.clear();
    for (const ear of told) ear.lost(error);
    client.end().catch(() => undefined);
  };
  client.on('error', broken);
  client.on('end', () => broken(new Error('The listening connection to PostgreSQL ended')));
  client.on('notification', ({ channel, payload }) => {
    for (const ear of ears) if (ear.channel === channel) ear.hear(payload ?? '');
  });
  try {
    await client.connect();
  } catch (cause) {
    onBroken();
    throw cause;
  }

  const channels = new Set<string>();
  let ready: Promise<unknown> = Promise.resolve();
  return {
    subscribe: async (ear) => {
      ears.add(ear);
      if (!channels.has(ear.channel)) {
        channels.add(ear.channel);
        ready = ready.then(() => client.query(`LISTEN ${pg.escapeIdentifier(ear.channel)}`));
      }
      await ready;
      return async () => {
        ears.delete(ear);
      };
    },
    end: async () => {
      ears.clear();
      await client.end();
    },
  };
};
