import type { CommandResult, Resolved, Sha } from '#core/types.ts';
import type { Chain } from '#engine/integrate/chain.ts';
import { isMerged } from '#engine/integrate/member.ts';

/**
 * The JSON of `forkjoin integrate` (spec 8). `sha` is null when there is no branch. `errors`, when there are any: members
 * that could not be read.
 */
export type Answer = {
  readonly into: string;
  readonly sha: Sha | null;
  readonly base: { readonly sha: Sha; readonly verify?: 'passed' | 'failed' };
  readonly merged: readonly {
    readonly member: string;
    readonly sha: Sha;
    readonly verify: 'passed' | 'skipped';
    readonly resolved: readonly Resolved[];
  }[];
  readonly held: readonly {
    readonly member: string;
    readonly reason: 'conflict' | 'verify-failed' | 'dependency-held';
    readonly with: readonly string[];
    readonly files: readonly string[];
  }[];
  readonly errors?: readonly { readonly member: string; readonly message: string }[];
};

/** What is told besides the document: why members are held, in git's and the verification's own words. */
export type Remark = { readonly member: string; readonly why?: string; readonly results: readonly CommandResult[] };

export type Asked = { readonly into: string; readonly base: { readonly name: string; readonly sha: Sha } };

/** The chain as it is told. `unread`: members that could not be read, with the reason. */
export const answerOf = (
  { into, base }: Asked,
  chain: Chain,
  sha: Sha | undefined,
  unread: ReadonlyMap<string, string>,
): { readonly answer: Answer; readonly remarks: readonly Remark[] } => {
  const { verified } = chain;
  const red = verified?.some((result) => !result.ok) === true;
  const out = chain.outcomes.flatMap((one) => (isMerged(one) || unread.has(one.member.name) ? [] : [one]));
  const merged = chain.outcomes.filter(isMerged).map(({ member, commit, resolved, verification }) => ({
    member: member.name,
    sha: commit,
    verify: verification === undefined ? ('skipped' as const) : ('passed' as const),
    resolved,
  }));
  const answer: Answer = {
    into,
    sha: sha ?? null,
    base: { sha: base.sha, ...(verified === undefined ? {} : { verify: red ? 'failed' : 'passed' }) },
    merged,
    held: out.map(({ member, held }) => ({
      member: member.name,
      reason: held.reason,
      with: held.reason === 'conflict' && held.base ? [base.name, ...held.with] : held.with,
      files: held.reason === 'conflict' ? held.files : [],
    })),
    ...(unread.size === 0 ? {} : { errors: [...unread].map(([member, message]) => ({ member, message })) }),
  };
  const remarks = out.map(({ member, held }): Remark => {
    const why = held.reason === 'conflict' && held.why !== undefined ? { why: held.why } : {};
    return { member: member.name, ...why, results: held.reason === 'verify-failed' ? held.results : [] };
  });
  return { answer, remarks: red ? [{ member: base.name, results: verified ?? [] }, ...remarks] : remarks };
};
