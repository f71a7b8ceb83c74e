import { type Level, pino } from 'pino';
import type { Log } from '#engine/ports.ts';

/** A log of JSON lines on standard error: standard output belongs to answers. Errors are told with their causes. */
export const createLog = (level: Level | 'silent', destination: string | 2 = 2): Log =>
  pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      serializers: { error: pino.stdSerializers.errWithCause },
    },
    pino.destination({ dest: destination, sync: true }),
  );
