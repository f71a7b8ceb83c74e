import { firstFailing } from '#core/integrate/bisect.ts';

/**
 * The candidates with which something fails that passes without any of them and fails with all: mostly one, more when
 * only several together make it fail. Each is found by halving; the answer is in the order of the candidates.
 */
export const accomplices = async <Candidate>(
  candidates: readonly Candidate[],
  fails: (some: readonly Candidate[]) => Promise<boolean>,
): Promise<readonly Candidate[]> => {
  let found: readonly Candidate[] = [];
  let rest = candidates;
  while (rest.length > 0) {
    const sure = found;
    const among = rest;
    if (sure.length > 0 && (await fails(sure))) return sure;
    const count = await firstFailing(0, among.length, (first) => fails([...among.slice(0, first), ...sure]));
    found = [...among.slice(count - 1, count), ...sure];
    rest = among.slice(0, count - 1);
  }
  return found;
};
