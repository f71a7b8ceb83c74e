import pg from 'pg';
import type { Source } from '#adapters/store/sql.ts';

type Ear = {
  readonly channel: string;
  readonly hear: (payload: string) => void;
  readonly lost: (error: Error) => void;
};

/** One connection that listens for a whole process. When it breaks all ears are told and forgotten; the next `listen` connects anew. */
export const postgresListener = (settings: pg.ClientConfig): Pick<Source, 'listen' | 'end'> => {
  const ears = new Set<Ear>();
  let client: Promise<pg.Client> | undefined;

  const lose = (error: Error) => {
    client = undefined;
    const told = [...ears];
    ears.clear();
    for (const ear of told) ear.lost(error);
  };

  const connect = async (): Promise<pg.Client> => {
    const made = new pg.Client(settings);
    made.on('notification', ({ channel, payload }) => {
      for (const ear of ears) if (ear.channel === channel) ear.hear(payload ?? '');
    });
    let over = false;
    const once = (error: Error) => {
      if (over) return;
      over = true;
      made.end().catch(() => undefined);
      lose(error);
    };
    made.on('error', once);
    made.on('end', () => once(new Error('The listening connection to PostgreSQL ended')));
    await made.connect();
    return made;
  };

  return {
    listen: async (channel, hear, lost) => {
      client ??= connect();
      const attempt = client;
      const ear = { channel, hear, lost };
      try {
        const connected = await attempt;
        ears.add(ear);
        await connected.query(`LISTEN ${pg.escapeIdentifier(channel)}`);
      } catch (cause) {
        ears.delete(ear);
        if (client === attempt) client = undefined;
        throw cause;
      }
      return async () => {
        ears.delete(ear);
      };
    },
    end: async () => {
      ears.clear();
      await client?.then((made) => made.end()).catch(() => undefined);
    },
  };
};
