import { setTimeout as after } from 'node:timers/promises';
import { type Job, runContained } from '../contained.ts';
import type { Bounds, Ended, Watch } from '../process.ts';
import type { Unreadable } from '../unreadable.ts';
import type { Workshop } from '../workshop.ts';
import { openWire, type Wire } from './wire.ts';

/** How long an agent may take to leave when all is said and its input is closed, milliseconds. */
const LEAVE = 1_000;

/** Starts a program and speaks with it; when all is said it is asked to leave, then made to. `said` is absent when it never started. */
export async function overProtocol<Said>(
  workshop: Workshop,
  job: Omit<Job, 'input'>,
  bounds: Bounds,
  watch: Pick<Watch, 'signal' | 'alive'>,
  strange: Unreadable,
  speak: (wire: Wire) => Promise<Said>,
): Promise<{ readonly ended: Ended; readonly said: Said | undefined }> {
  const heard: { wire?: Wire; speaking?: Promise<void>; said?: Said } = {};
  const over = new AbortController();
  const ended = await runContained(workshop, { ...job, input: '' }, bounds, {
    ...watch,
    signal: AbortSignal.any([watch.signal, over.signal]),
    onLine: (line) => heard.wire?.line(line),
    talk: (input) => {
      heard.wire = openWire(input, strange);
      heard.speaking = speak(heard.wire).then(async (said) => {
        heard.said = said;
        input.end();
        await after(LEAVE, undefined, { signal: over.signal, ref: false }).catch(() => {});
        over.abort();
      });
    },
  });
  heard.wire?.close();
  over.abort();
  await heard.speaking;
  return { ended, said: heard.said };
}
