import { setTimeout as wait } from 'node:timers/promises';
import type { Fault } from '../faults.ts';
import type { Answer } from './http.ts';

const secondary = (fault: Fault & { kind: 'secondary' }): Answer => ({
  status: fault.status ?? 403,
  body: {
    message: 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.',
    documentation_url: 'https://docs.github.com/rest/overview/rate-limits-for-the-rest-api#about-secondary-rate-limits',
  },
  headers: { 'retry-after': String(fault.retryAfter ?? 60) },
});

const broken = (fault: Fault & { kind: 'before' | 'after' }): Answer => ({
  status: fault.status ?? 500,
  body: { message: 'Server Error' },
});

/** Runs the work of a request under its fault; `cut` stands for an answer that never comes. */
export const under = async (fault: Fault | undefined, work: () => Promise<Answer>): Promise<Answer | 'cut'> => {
  switch (fault?.kind) {
    case undefined:
      return work();
    case 'before':
      return broken(fault);
    case 'secondary':
      return secondary(fault);
    case 'delay':
      await wait(fault.milliseconds);
      return work();
    case 'after':
      await work();
      return broken(fault);
    case 'hold': {
      if (fault.when === 'before') await fault.until;
      const answer = await work();
      await fault.until;
      return answer;
    }
    case 'lost':
      return 'cut';
    case 'cut':
      await work();
      return 'cut';
    default:
      return fault satisfies never;
  }
};
