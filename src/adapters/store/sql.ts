/** What the SQL stores ask of a database: text and positional parameters in, rows out. `pg` and PGlite both fit behind it. */
export interface Sql {
  query<R = Record<string, unknown>>(text: string, params?: readonly unknown[]): Promise<SqlResult<R>>;
}

/** Rows of the last statement; `rowCount` counts rows written or read. */
export type SqlResult<R> = { rows: R[]; rowCount: number };

/** One connection for one user at a time, until it is released. */
export type Lease = Sql & { release(): void };

/** Where a pool gets connections and notifications from. */
export type Source = {
  lease(): Promise<Lease>;
  /** Hears a channel until the returned function is called; `lost` is told once when the connection behind it breaks. */
  listen(channel: string, hear: (payload: string) => void, lost: (error: Error) => void): Promise<() => Promise<void>>;
  end(): Promise<void>;
};
