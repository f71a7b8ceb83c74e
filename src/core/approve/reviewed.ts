import type { Instant, Sha } from '#core/types.ts';

/** A review as far as it decides anything. `state` as GitHub says it (`APPROVED`, `CHANGES_REQUESTED`, `DISMISSED`, `COMMENTED`, …). */
export type Reviewed = {
  readonly by: string;
  readonly commit: Sha;
  readonly state: string;
  readonly submittedAt: Instant;
};

/** Reviews that say yes or no: a remark takes nothing back. */
export const decisive = <One extends Reviewed>(reviews: readonly One[]): readonly One[] =>
  reviews.filter((review) => review.state !== 'COMMENTED' && review.state !== 'PENDING');

/** Is the latest review of somebody who may write an approval of the current head (spec 5)? A later "changes requested" voids it. */
export const isApproved = (reviews: readonly Reviewed[], writers: ReadonlySet<string>, head: Sha): boolean => {
  const latest = decisive(reviews)
    .filter((review) => writers.has(review.by))
    .reduce<Reviewed | undefined>(
      (last, review) => (last === undefined || review.submittedAt >= last.submittedAt ? review : last),
      undefined,
    );
  return latest?.state === 'APPROVED' && latest.commit === head;
};
