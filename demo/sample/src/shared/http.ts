/** A request as routes see it. `member` is who is signed in. */
export type Request = {
  readonly method: string;
  readonly path: string;
  readonly member?: string;
  readonly body?: unknown;
};

/** An answer; `body` is sent as JSON. */
export type Response = { readonly status: number; readonly body: unknown };

/** One route: what it answers to, and how. */
export type Route = {
  readonly method: string;
  readonly path: string;
  readonly handle: (request: Request) => Promise<Response>;
};
