import type { CommandResult } from '#core/types.ts';
import type { Happening } from '#engine/integrate/site.ts';

/** A line for the person who waits; nothing for what the table at the end says. */
export const progress = (happening: Happening, base: string): string | undefined => {
  switch (happening.kind) {
    case 'merged':
    case 'held':
      return undefined;
    case 'resolving':
      return `running ${plainly(happening.command)} …`;
    case 'verifying':
      return `${subject(happening, base)}: verifying${happening.run === 'second' ? ' once more' : ''} …`;
    case 'verified':
      return `${subject(happening, base)}: ${outcome(happening.results)}${happening.known ? ', known from an earlier time' : ''}`;
  }
};

/** A member on top of all before it, unless it is said with whom. */
const subject = ({ of, beside }: Extract<Happening, { kind: 'verifying' | 'verified' }>, base: string): string => {
  if (of === undefined) return base;
  if (beside === undefined) return of.name;
  return beside.length === 0 ? `${of.name} alone` : `${of.name} with only ${beside.join(', ')}`;
};

const outcome = (results: readonly CommandResult[]): string => {
  const red = results.find((result) => !result.ok);
  const seconds = results.reduce((sum, result) => sum + result.seconds, 0).toFixed(1);
  return red === undefined ? `passed (${seconds} s)` : `failed (${seconds} s)`;
};

/** A resolver's command without the settings before it and the checks behind it. */
const plainly = (command: string): string => command.replace(/^(?:\w+='[^']*' )+/, '').replace(/ && [^]*$/, '');
