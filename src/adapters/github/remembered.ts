import { failureOf } from './failure.ts';
import type { Answer, Request } from './request.ts';

/** Characters of answers that are kept for one installation; the oldest go first. */
const MOST = 8_000_000;

type Kept = { readonly etag: string; readonly answer: Answer; readonly size: number };

/**
 * Answers to reads, kept to ask GitHub only "has it changed?": a 304 does not count against the app's hourly limit, so
 * looking at every plan again and again costs nothing while nothing happens. Nothing is ever answered without asking.
 */
export class Remembered {
  readonly #kept = new Map<string, Kept>();
  #size = 0;

  /** Sends a read by way of what is kept under its address. */
  async ask(address: string, request: Request, send: (request: Request) => Promise<Answer>): Promise<Answer> {
    const known = this.#kept.get(address);
    const headers = known === undefined ? request.headers : { ...request.headers, 'if-none-match': known.etag };
    try {
      const answer = await send({ ...request, headers });
      this.#keep(address, answer);
      return answer;
    } catch (error) {
      if (known === undefined || failureOf(error)?.status !== 304) throw error;
      return known.answer;
    }
  }

  #keep(address: string, answer: Answer): void {
    this.#drop(address);
    const { etag } = answer.headers;
    if (etag === undefined || Number(answer.status) !== 200) return;
    const size = JSON.stringify(answer.data).length;
    this.#kept.set(address, { etag, answer, size });
    this.#size += size;
    for (const oldest of this.#kept.keys()) {
      if (this.#size <= MOST) return;
      this.#drop(oldest);
    }
  }

  #drop(address: string): void {
    this.#size -= this.#kept.get(address)?.size ?? 0;
    this.#kept.delete(address);
  }
}
