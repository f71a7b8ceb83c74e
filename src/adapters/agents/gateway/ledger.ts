import { setTimeout as after } from 'node:timers/promises';
import type { SpentBudget } from '#core/types.ts';
import type { Meter } from './dialect.ts';
import type { Shared } from './exchange.ts';
import { tokensIn } from './reckon.ts';

/** One request in the ledger: open as long as it is answered, ended once, by a row or without one. */
export type Entry = {
  readonly meter: Meter;
  /** So many bytes of the answer are too much to read, or broke off: they are words, as far as anybody can tell. */
  unread(bytes: number): void;
  /** The budget that the answer passes with what it used so far; undefined once it is ended: then its row counts. */
  check(): Promise<SpentBudget | undefined>;
  /** Writes the row; resolves when it is safe. Rejects when the store cannot be reached for long: then nothing more is handed on. */
  close(): Promise<void>;
  /** The provider answered nothing that is paid for: there is no row. */
  drop(): Promise<void>;
};

/** Waits between tries to write a row, milliseconds: a store that restarts is worth waiting for. */
const WAITS = [100, 400, 1_000, 3_000, 10_000];

/** What the requests of one gateway use, row by row. */
export const createLedger = ({ purse, log }: Shared) => {
  /** Tokens of the last request to a model: the next one repeats them, and the provider has them in its cache. */
  const last = new Map<string, number>();

  const write = async (id: string, usage: Parameters<typeof purse.record>[1]): Promise<void> => {
    for (const wait of [...WAITS, undefined]) {
      try {
        await purse.record(id, usage);
        return;
      } catch (error) {
        if (wait === undefined) {
          // Nobody keeps for ever what was set aside for it.
          await purse.release(id).catch(() => undefined);
          throw new Error('What a request used could not be written down', { cause: error });
        }
        log.warn({ error }, 'The cost ledger cannot be written; trying again.');
        await after(wait);
      }
    }
  };

  return {
    before: (model: string): number => last.get(model) ?? 0,
    open: (id: string, model: string, meter: Meter): Entry => {
      let ending: Promise<void> | undefined;
      let unread = 0;
      const usage = () => {
        const tokens = meter.tokens();
        if (meter.told()) return { model, tokens, estimated: false };
        return { model, tokens: { ...tokens, output: tokens.output + tokensIn(unread) }, estimated: true };
      };
      return {
        meter,
        unread: (bytes) => {
          unread += bytes;
        },
        check: async () => (ending === undefined ? await purse.running(id, usage()) : undefined),
        close: () => {
          ending ??= (async () => {
            const { tokens } = usage();
            last.set(model, tokens.input + tokens.cacheRead + tokens.cacheWrite);
            await write(id, usage());
          })();
          return ending;
        },
        drop: () => {
          ending ??= purse.release(id).catch((error: unknown) => {
            // It is freed by itself in a while.
            log.warn({ error }, 'What was set aside for a request could not be freed.');
          });
          return ending;
        },
      };
    },
  };
};
