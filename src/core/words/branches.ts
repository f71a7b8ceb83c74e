/** Why there is no base to check against: nothing was ever pushed. Said on the issue. */
export const emptyRepository = (branch: string): string =>
  `The repository is empty: push a first commit to \`${branch}\`, then say \`/parallel check\`.`;

/** Why there is no base to check against: other branches exist, the default one does not. */
export const noDefaultBranch = (branch: string): string =>
  `The default branch \`${branch}\` does not exist: push it or choose another default branch in the repository's settings, then say \`/parallel check\`.`;

/** The default branch went away between the check and the start. */
export const nothingToStartFrom = (branch: string): string => `There is no branch \`${branch}\` to start from.`;

/** The plan's integration branch has a name that somebody else's work stands under. */
export const branchTaken = (branch: string): string =>
  `The branch \`${branch}\` exists already and holds commits that the app did not make. Rename or delete it, then say \`/parallel start\` again.`;

/** A person took away what an agent was to go on with; part of a sentence that says why the attempt failed. */
export const itemBranchGone = (branch: string): string => `the branch ${branch} is gone: /parallel retry begins anew`;

/** The same of an item's branch; part of a sentence that says why the attempt failed. */
export const itemBranchTaken = (branch: string): string =>
  `the branch ${branch} holds commits that the app did not make: rename or delete it, then say /parallel retry`;
