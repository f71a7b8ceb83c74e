import { existsSync } from 'node:fs';
import { isBranch } from '#adapters/git/allowed.ts';
import type { Annex } from '#adapters/git/annex.ts';
import { checkedOutIn, type InUse, isOurs, landingBranch } from '#adapters/git/landing.ts';
import { asNamed, type OpenedRepository } from '#adapters/git/local.ts';
import { namedRef } from '#adapters/git/named-ref.ts';
import { unwritable } from '#adapters/git/writable.ts';
import type { Sha } from '#core/types.ts';
import type { Unaskable } from './options.ts';

/** What is wrong with the name of the branch, whatever stands in the repository. */
export const badName = (into: string, base: string, members: readonly string[]): string | undefined => {
  const name = JSON.stringify(into);
  if (!isBranch(into) || into.startsWith('-') || into === 'HEAD' || into.startsWith('refs/'))
    return `--into ${name} is no name for a branch: give one such as integration/12-profile.`;
  const plain = (given: string) => given.replace(/^(?:refs\/)?heads\//, '');
  if (plain(base) === into) return `--into ${name} is the base: name another branch, the base is never moved.`;
  if (members.some((member) => plain(member) === into))
    return `--into ${name} is a member: name another branch, members are never moved.`;
  return undefined;
};

/** The branch's head now (absent: it is new). `fixed`: why it may only stay there. */
export type Target = { readonly expected: Sha | undefined; readonly fixed?: string };

/** The branch as it stands, or why it must not be moved. */
export const target = async (
  person: OpenedRepository,
  annex: Annex,
  into: string,
  base: { readonly name: string; readonly commit: Sha },
): Promise<Target | Unaskable> => {
  const name = JSON.stringify(into);
  const wrong = await unwritable(person);
  if (wrong !== undefined) return { unaskable: `--into ${name} cannot be made: ${wrong}` };
  const { head, symbolic, inTheWay, upstream } = await landingBranch(person, into);
  const baseRef = await namedRef(asNamed(person), base.name);
  if (head !== undefined && (upstream.includes(base.name) || baseRef === `refs/heads/${into}`))
    return { unaskable: `--into ${name} is the base as it stands here: name another branch, the base is never moved.` };
  if (symbolic !== undefined)
    return { unaskable: `--into ${name} is another name for ${symbolic}: name a branch of its own.` };
  if (inTheWay !== undefined)
    return {
      unaskable: `--into ${name} cannot be made beside the branch ${JSON.stringify(inTheWay.slice('refs/heads/'.length))}, since git keeps one as a folder and the other as a file: name another, or rename that one.`,
    };
  const inUse = await checkedOutIn(person, into);
  if (inUse !== undefined) return { unaskable: `--into ${name} ${inUseWords(inUse)}, or name another.` };
  if (head !== undefined && !(await isOurs(annex, head, base.commit)))
    return {
      unaskable: `--into ${name} holds commits that this command did not make: rename or delete the branch, or name another.`,
    };
  // A base that is named by its hash may be this very branch.
  const fixed = `--into ${name} stands at the base itself, which is never moved: give --base by its name, or name another branch.`;
  return { expected: head, ...(baseRef === undefined && head === base.commit ? { fixed } : {}) };
};

const inUseWords = ({ folder, busy }: InUse): string => {
  if (busy) return `is being rebased or bisected (${folder}): finish that or give it up`;
  const mend = existsSync(folder)
    ? 'check out another branch there'
    : 'that folder is gone, git worktree prune forgets it';
  return `is checked out in ${folder}: ${mend}`;
};
