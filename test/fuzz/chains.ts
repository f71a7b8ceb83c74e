/** Chains over made-up histories: a chain that git made lost nothing, and one that a file was taken from is found out. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { withAttributes } from '#adapters/git/attributes.ts';
import { chainRecord } from '#adapters/git/chain-record.ts';
import { mergeTrees } from '#adapters/git/merge-trees.ts';
import { chainFaults } from '#core/integrate/lost.ts';
import type { Chance } from './chance.ts';
import { ENVIRONMENT } from './oracle.ts';

export type ChainTally = {
  links: number;
  /** Files dropped from the result of a merge, and files written over. */
  dropped: number;
  overwritten: number;
  /** Not seen: files that both sides changed, where only their content could tell, or whose merge bases differ. */
  unseen: number;
  disagreements: string[];
};

const ask = (root: string, args: readonly string[], input?: string, env: Record<string, string> = {}): string => {
  const done = spawnSync('git', args, {
    cwd: root,
    env: { ...ENVIRONMENT, ...env },
    maxBuffer: 100_000_000,
    ...(input === undefined ? {} : { input }),
  });
  if (done.status !== 0) throw new Error(`git ${args.join(' ')}: ${done.stderr.toString()}`);
  return done.stdout.toString().trimEnd();
};

/** One chain over the heads in a random order; `named` tells it in a disagreement. */
export const chainsIn = async (
  root: string,
  base: string,
  heads: readonly string[],
  chance: Chance,
  named: string,
  tally: ChainTally,
): Promise<void> => {
  const folder = { gitDir: join(root, '.git'), ground: { home: root } };
  let tip = base;
  const merged: string[] = [];
  const say = (what: string): void => void tally.disagreements.push(`${named}, chain of ${merged.join(' ')}: ${what}`);
  for (const head of [...heads].sort(() => chance.below(3) - 1)) {
    const before = tip;
    const outcome = await withAttributes(folder, {}, (place) => mergeTrees(folder, place, before, head));
    if (!outcome.clean || spawnSync('git', ['merge-base', '--is-ancestor', head, tip], { cwd: root }).status === 0)
      continue;
    const commit = (tree: string): string => ask(root, ['commit-tree', '-p', before, '-p', head, '-m', 'x', tree]);
    merged.push(head);
    tally.links += 1;
    tip = commit(outcome.tree);
    if (!chance.once(4)) continue;
    const planted = plantedTree(root, outcome.tree, chance);
    if (planted === undefined) continue;
    const record = await chainRecord(folder, base, commit(planted.tree), merged);
    const faults = chainFaults(record);
    const seen = faults.some((fault) => fault.kind === 'path' && fault.path === planted.path);
    tally[planted.how] += 1;
    if (seen) continue;
    // Where the merge bases differ nobody can say whether the file was to go.
    const certain = record.links.at(-1)?.unsettled.includes(planted.path) === false;
    if (planted.how === 'dropped' && certain) say(`${planted.path} was dropped unseen`);
    else tally.unseen += 1;
  }
  const faults = chainFaults(await chainRecord(folder, base, tip, merged), {
    tested: ask(root, ['rev-parse', `${tip}^{tree}`]),
  });
  if (faults.length > 0) say(JSON.stringify(faults));
};

type Planted = { readonly tree: string; readonly path: string; readonly how: 'dropped' | 'overwritten' };

/** The tree without one of its files, or with other content in it. */
const plantedTree = (root: string, tree: string, chance: Chance): Planted | undefined => {
  const paths = ask(root, ['ls-tree', '-r', '-z', '--name-only', tree]).split('\0').filter(Boolean);
  if (paths.length === 0) return undefined;
  const path = chance.one(paths);
  const env = { GIT_INDEX_FILE: join(root, '.git', 'planted') };
  const how = chance.once(2) ? 'dropped' : 'overwritten';
  const entry = `100644 ${ask(root, ['hash-object', '-w', '--stdin'], 'planted\n')}\t${path}\0`;
  ask(root, ['read-tree', tree], undefined, env);
  ask(root, ['update-index', '-z', '--index-info'], how === 'dropped' ? `0 ${'0'.repeat(40)}\t${path}\0` : entry, env);
  return { tree: ask(root, ['write-tree'], undefined, env), path, how };
};
