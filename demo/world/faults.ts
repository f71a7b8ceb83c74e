/**
 * What goes wrong with a request: an error instead of doing it (`before`) or after it was done (`after`), a slow answer
 * (`delay`), one that waits for the test before or after doing it (`hold`), GitHub's secondary limit, a connection that
 * ends before it is done (`lost`) or after (`cut`). `times` may be `Infinity`: until `clear`.
 */
export type Fault = { readonly method?: string; readonly route: string | RegExp; readonly times?: number } & (
  | { readonly kind: 'before' | 'after'; readonly status?: number }
  | { readonly kind: 'delay'; readonly milliseconds: number }
  | { readonly kind: 'secondary'; readonly status?: 403 | 429; readonly retryAfter?: number }
  | { readonly kind: 'hold'; readonly when: 'before' | 'after'; readonly until: Promise<unknown> }
  | { readonly kind: 'lost' | 'cut' }
);

/** Faults that a test set for requests of the app; `route` is a template (`/repos/{owner}/{repo}/pulls`) or matches one. */
export const createFaults = () => {
  let armed: { readonly fault: Fault; left: number }[] = [];
  return {
    add: (fault: Fault): void => {
      armed.push({ fault, left: fault.times ?? 1 });
    },
    clear: (): void => {
      armed = [];
    },
    /** Faults that were set and have not struck yet. */
    get left(): readonly Fault[] {
      return armed.map(({ fault }) => fault);
    },
    /** The fault that strikes this request, taken off the list. */
    take: (method: string, template: string): Fault | undefined => {
      const hit = armed.find(
        ({ fault }) =>
          (fault.method === undefined || fault.method === method) &&
          (typeof fault.route === 'string' ? fault.route === template : fault.route.test(template)),
      );
      if (hit === undefined) return undefined;
      hit.left -= 1;
      if (hit.left <= 0) armed = armed.filter((one) => one !== hit);
      return hit.fault;
    },
  };
};

export type Faults = ReturnType<typeof createFaults>;
