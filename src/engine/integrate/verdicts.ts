import { patience } from '#core/integrate/patience.ts';
import type { CommandResult, Sha } from '#core/types.ts';
import type { Member } from '#engine/integrate/member.ts';
import type { Site, Verifier } from '#engine/integrate/site.ts';

/**
 * What is verified: a commit with its tree, and the last member in it (absent: the base alone). `beside`: the only other
 * members in it, where it is no part of the chain.
 */
export type Candidate = {
  readonly commit: Sha;
  readonly tree: Sha;
  readonly member?: Member;
  readonly beside?: readonly string[];
};

/** `confirmed`: a second run said the same, or it was known so from an earlier time. */
export type Verdict = { readonly ok: boolean; readonly confirmed: boolean; readonly results: readonly CommandResult[] };

export type Verdicts = {
  /** What is known already; nothing runs. */
  readonly known: (candidate: Candidate) => Promise<Verdict | undefined>;
  /** One run, unless the tree was judged before. */
  readonly once: (candidate: Candidate, signal?: AbortSignal) => Promise<Verdict>;
  /** A red runs once more before anyone is blamed, with nothing else beside it; two reds are the answer. */
  readonly twice: (candidate: Candidate) => Promise<Verdict>;
  /** Like `twice`, but what was ended (for its time, its output) is not tried again: for the search of who else is guilty. */
  readonly soon: (candidate: Candidate) => Promise<Verdict>;
};

/** The fault is this machine's and nobody's work is to blame: the round is done again later. */
export class NotAsked extends Error {
  override readonly name = 'NotAsked';
}

/** How often something that could not be asked is asked, before the round is given up for now. */
const TRIES = 2;

/** Judges trees: each at most once as long as the ledger remembers, whatever commit it stands on. */
export const judge = (site: Site, verifier: Verifier): Verdicts => {
  const name = (tree: Sha): string => `verified-${tree}-${site.hash(verifier.key).slice(0, 16)}`;
  const limit = (tree: Sha): string => `ended-${tree}-${site.hash(verifier.key).slice(0, 16)}`;
  const pace = `slowest-${site.repository.id}-${site.hash(verifier.key).slice(0, 16)}`;
  const known = new Map<Sha, Verdict>();
  let slowest: number | undefined;

  const recalled = async (candidate: Candidate): Promise<Verdict | undefined> => {
    const { tree } = candidate;
    const session = known.get(tree);
    if (session !== undefined) return session;
    slowest ??= asNumber(await site.recall(pace));
    const kept = asResults(await site.recall(name(tree)));
    if (kept === undefined) return undefined;
    const ok = isGreen(kept);
    if (!ok && (verifier.again || (wasEnded(kept) && (await hasMoreTime(tree))))) return undefined;
    const verdict = { ok, confirmed: true, results: kept };
    known.set(tree, verdict);
    site.tell({ kind: 'verified', ...of(candidate), results: kept, known: true });
    return verdict;
  };

  /** What was ended for its time is worth another run once it may take longer. */
  const hasMoreTime = async (tree: Sha): Promise<boolean> => {
    const minutes = asNumber(await site.recall(limit(tree)));
    return minutes !== undefined && patience(slowest, verifier.minutes, 'second') > minutes;
  };

  const run = async (candidate: Candidate, second: boolean, signal: AbortSignal): Promise<Verdict> => {
    const { commit, tree } = candidate;
    site.tell({ kind: 'verifying', ...of(candidate), run: second ? 'second' : 'first' });
    const minutes = patience(slowest, verifier.minutes, second ? 'second' : 'first');
    const results = await asked(verifier, commit, minutes, signal);
    const ok = isGreen(results);
    const verdict = { ok, confirmed: ok || second, results };
    known.set(tree, verdict);
    site.tell({ kind: 'verified', ...of(candidate), results, known: false });
    if (ok) await learn(Math.max(...results.map((result) => result.seconds)));
    if (verdict.confirmed && wasEnded(results)) await site.record(limit(tree), minutes);
    if (verdict.confirmed) await site.record(name(tree), results);
    return verdict;
  };

  const learn = async (seconds: number): Promise<void> => {
    if (slowest !== undefined && seconds <= slowest) return;
    slowest = seconds;
    await site.record(pace, seconds);
  };

  const once: Verdicts['once'] = async (candidate, signal) =>
    (await recalled(candidate)) ??
    run(candidate, false, signal === undefined ? site.signal : AbortSignal.any([signal, site.signal]));
  const again = async (candidate: Candidate, first: Verdict): Promise<Verdict> =>
    first.confirmed ? first : run(candidate, true, site.signal);
  return {
    known: recalled,
    once,
    twice: async (candidate) => again(candidate, await once(candidate)),
    soon: async (candidate) => {
      const first = await once(candidate);
      return wasEnded(first.results) ? first : again(candidate, first);
    },
  };
};

/** Runs a verification; one that could not be asked is asked once more, and then is nobody's failure. */
const asked = async (
  verifier: Verifier,
  commit: Sha,
  minutes: number,
  signal: AbortSignal,
): Promise<readonly CommandResult[]> => {
  let cause: unknown;
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    try {
      const results = await verifier.run(commit, minutes, signal);
      const unasked = results.find((result) => result.unasked === true);
      if (unasked === undefined) return results;
      cause = new Error(unasked.why ?? 'no word');
    } catch (error) {
      signal.throwIfAborted();
      cause = error;
    }
  }
  const why = cause instanceof Error ? cause.message : String(cause);
  throw new NotAsked(`the verification cannot be run: ${why}`, { cause });
};

const of = ({ member, beside }: Candidate): { readonly of?: Member; readonly beside?: readonly string[] } => ({
  ...(member === undefined ? {} : { of: member }),
  ...(beside === undefined ? {} : { beside }),
});

const isGreen = (results: readonly CommandResult[]): boolean => results.every((result) => result.ok);

const wasEnded = (results: readonly CommandResult[]): boolean =>
  results.some((result) => !result.ok && result.status === undefined);

const asNumber = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);

/** Ledgers hold what was put there; one that a person edited is not believed. */
const asResults = (value: unknown): readonly CommandResult[] | undefined =>
  Array.isArray(value) && value.every(isResult) ? value : undefined;

const isResult = (value: unknown): value is CommandResult =>
  typeof value === 'object' &&
  value !== null &&
  'ok' in value &&
  typeof value.ok === 'boolean' &&
  'command' in value &&
  typeof value.command === 'string' &&
  'tail' in value &&
  typeof value.tail === 'string' &&
  'seconds' in value &&
  typeof value.seconds === 'number';
