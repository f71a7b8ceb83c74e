import type { Annex } from '#adapters/git/annex.ts';
import { incomplete } from '#adapters/git/incomplete.ts';
import { asNamed, leadsTo, type OpenedRepository } from '#adapters/git/local.ts';
import type { Sha } from '#core/types.ts';
import type { NamedMember } from './members.ts';

/** What the names stand for now. `unread`: names that stand for nothing that can be merged, with the reason. */
export type Resolved = {
  readonly base: Sha;
  readonly heads: readonly (NamedMember & { readonly commit: Sha })[];
  readonly unread: ReadonlyMap<string, string>;
};

export const MEND = 'git fsck says what is missing or damaged; git fetch --refetch completes a partial clone.';

/** Of unrelated histories: a clone that was cut off may lack the commit that its branches have in common. */
export const SHALLOW = ' in this shallow clone; git fetch --unshallow brings what is missing';

/** Why a name stands for no commit, and what to do. */
const unknown = async (person: OpenedRepository, name: string): Promise<string> => {
  const thing = name.includes('\0') ? undefined : await leadsTo(asNamed(person), name);
  if (thing === undefined) return 'names no commit here: git branch -a lists the names, git fetch brings new ones.';
  const { sha, kind } = thing;
  return kind === undefined
    ? `leads to ${sha.slice(0, 12)}, which cannot be read here. ${MEND}`
    : `names no commit here but a ${kind} (${sha.slice(0, 12)}): give a branch or a commit.`;
};

/** The same of a base. */
export const unknownBase = async (person: OpenedRepository, name: string): Promise<string> =>
  `The base ${JSON.stringify(name)} ${await unknown(person, name)}`;

/** The same of a branch, by name. */
export const unknownMembers = async (
  person: OpenedRepository,
  names: readonly string[],
): Promise<ReadonlyMap<string, string>> => {
  const words = new Map<string, string>();
  for (const name of names) words.set(name, `It ${await unknown(person, name)}`);
  return words;
};

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
