import { EventEmitter } from 'node:events';
import type { Lease, Source, Sql, SqlResult } from '#adapters/store/sql.ts';

/**
 * A small pool with the manners of `pg.Pool` (`query`, `connect`, `end`) for the store and BullMQ alike. A client holds a
 * connection only inside a transaction and all clients share one listener, so that hundreds of idle workers cost nothing.
 */
export class Pool extends EventEmitter implements Sql {
  /** BullMQ blocks for long only on connections that notice a silent loss; ours do. */
  readonly options = { keepAlive: true };
  readonly #source: Source;

  constructor(source: Source) {
    super();
    this.#source = source;
    this.setMaxListeners(0);
  }

  async query<R>(text: string, params?: readonly unknown[]): Promise<SqlResult<R>> {
    const lease = await this.#source.lease();
    try {
      return await lease.query<R>(text, params);
    } finally {
      lease.release();
    }
  }

  async connect(): Promise<PoolClient> {
    return new PoolClient(this.#source);
  }

  async end(): Promise<void> {
    await this.#source.end();
  }
}

/** A checked-out client: `BEGIN` takes a connection, `COMMIT` or `ROLLBACK` gives it back, `LISTEN` goes to the shared listener. */
export class PoolClient extends EventEmitter implements Sql {
  readonly #source: Source;
  readonly #stops = new Map<string, () => Promise<void>>();
  #transaction: Lease | undefined;
  #released = false;

  constructor(source: Source) {
    super();
    this.#source = source;
    this.setMaxListeners(0);
  }

  async query<R>(text: string, params?: readonly unknown[]): Promise<SqlResult<R>> {
    const words = text.replace(/^(?:\s+|--[^\n]*\n|\/\*[\s\S]*?\*\/)+/, '').split(/[\s;]+/, 2);
    const verb = (words[0] ?? '').toUpperCase();
    if (verb === 'LISTEN') return await this.#listen(words[1] ?? '');
    const lease = this.#transaction ?? (await this.#source.lease());
    if (verb === 'BEGIN') this.#transaction = lease;
    try {
      return await lease.query<R>(text, params);
    } catch (cause) {
      if (verb === 'BEGIN') this.#transaction = undefined;
      throw cause;
    } finally {
      if (verb === 'COMMIT' || verb === 'ROLLBACK') this.#transaction = undefined;
      if (this.#transaction !== lease) lease.release();
    }
  }

  /** Gives everything back; a transaction left open is rolled back. */
  release(): void {
    if (this.#released) return;
    this.#released = true;
    for (const stop of this.#stops.values()) stop().catch(() => undefined);
    this.#stops.clear();
    if (this.#transaction) this.query('ROLLBACK').catch(() => undefined);
  }

  async #listen<R>(channel: string): Promise<SqlResult<R>> {
    if (!this.#stops.has(channel)) {
      const hear = (payload: string) => this.emit('notification', { channel, payload });
      const lost = (error: Error) => this.listenerCount('error') > 0 && this.emit('error', error);
      const stop = await this.#source.listen(channel, hear, lost);
      if (this.#released) await stop();
      else this.#stops.set(channel, stop);
    }
    return { rows: [], rowCount: 0 };
  }
}
