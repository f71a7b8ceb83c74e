import type { Annex } from '#adapters/git/annex.ts';
import { incomplete } from '#adapters/git/incomplete.ts';
import type { Sha } from '#core/types.ts';
import type { NamedMember } from './members.ts';

/** What the names stand for now. `unread`: names that stand for nothing that can be merged, with the reason. */
export type Resolved = {
  readonly base: Sha;
  readonly heads: readonly (NamedMember & { readonly commit: Sha })[];
  readonly unread: ReadonlyMap<string, string>;
};

export const UNKNOWN = 'It names no commit here: git branch -a lists the names, git fetch brings new ones.';
export const MEND = 'git fsck says what is missing or damaged; git fetch --refetch completes a partial clone.';

/** Of unrelated histories: a clone that was cut off may lack the commit that its branches have in common. */
export const SHALLOW = ' in this shallow clone; git fetch --unshallow brings what is missing';

/** Of a base that is none. */
export const unknownBase = (name: string): string =>
  `The base ${JSON.stringify(name)} names no commit here: git branch -a lists the names, git fetch brings new ones.`;

/** The same without members that nobody could check out, because objects of theirs are not here: one is no reason to give up the others. */
export const readable = async ({ mirror }: Annex, asked: Resolved): Promise<Resolved> => {
  const { base, heads } = asked;
  const lacking = await incomplete(
    mirror,
    base,
    heads.map(({ commit }) => commit),
  );
  const out = heads.flatMap(({ name, commit }) => {
    const object = lacking.get(commit);
    return object === undefined ? [] : [[name, `The object ${object} is not here. ${MEND}`] as const];
  });
  return {
    ...asked,
    heads: heads.filter(({ commit }) => !lacking.has(commit)),
    unread: new Map([...asked.unread, ...out]),
  };
};
