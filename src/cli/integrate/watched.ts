import type { OpenedRepository } from '#adapters/git/local.ts';
import { changed, standing } from '#adapters/git/standing.ts';
import type { Remark } from './answer.ts';
import type { IntegrateOptions } from './options.ts';

/**
 * Watches over the person's repository while a command runs that may write wherever its caller may. The answer says what
 * is different afterwards: nobody can keep the caller's own command from it, but nobody need find out by chance.
 */
export const watched = async (
  person: OpenedRepository,
  { verify, sandbox = false, repo = 'this repository' }: IntegrateOptions,
): Promise<() => Promise<readonly Remark[]>> => {
  if (verify === undefined || sandbox) return async () => [];
  const before = await standing(person);
  return async () => {
    const names = changed(before, await standing(person));
    if (names.length === 0) return [];
    const why = `changed while the verification ran: ${names.join(', ')}. If nobody else did that, the command did; with --sandbox it cannot.`;
    return [{ member: repo, why, results: [] }];
  };
};
