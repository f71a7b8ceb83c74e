/** Every pair of different members once, in the order given: the rows of the forecast's matrix. */
export const everyPair = <Member>(members: readonly Member[]): (readonly [Member, Member])[] =>
  members.flatMap((a, at) => members.slice(at + 1).map((b) => [a, b] as const));
