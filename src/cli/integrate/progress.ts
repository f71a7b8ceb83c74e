import type { CommandResult } from '#core/types.ts';
import type { Happening } from '#engine/integrate/site.ts';

/** A line for the person who waits; nothing for what the table at the end says. */
export const progress = (happening: Happening, base: string): string | undefined => {
  switch (happening.kind) {
    case 'merged':
    case 'held':
      return undefined;
    case 'verifying':
      return `${happening.of?.name ?? base}: verifying${happening.run === 'second' ? ' once more' : ''} …`;
    case 'verified':
      return `${happening.of?.name ?? base}: ${outcome(happening.results)}${happening.known ? ', known from an earlier time' : ''}`;
  }
};

const outcome = (results: readonly CommandResult[]): string => {
  const red = results.find((result) => !result.ok);
  const seconds = results.reduce((sum, result) => sum + result.seconds, 0).toFixed(1);
  return red === undefined ? `passed (${seconds} s)` : `failed (${seconds} s)`;
};
