/** A chain of merges read back from the repository: what is pushed is judged by what stands there, not by what was said. */
import type { ChainRecord, Difference, Link, Sha } from '#core/types.ts';
import { allowedSha } from './allowed.ts';
import { differences, manyDifferences } from './differences.ts';
import type { GitFolder } from './mirror.ts';
import { commitOf, inMirror, isAncestor } from './read.ts';

/** The merges from `base` (not included) to `tip`, first to last, and which of `heads` are no part of it. */
export async function chainRecord(folder: GitFolder, base: Sha, tip: Sha, heads: readonly Sha[]): Promise<ChainRecord> {
  for (const sha of [base, tip, ...heads]) allowedSha(sha);
  const [{ tree }, graph] = await Promise.all([commitOf(folder, tip), graphOf(folder, base, tip)]);
  const absent = await absentFrom(folder, graph, base, heads);
  const { steps, onBase } = stepsOf(graph, base, tip);
  const plain = steps.filter(({ plain }) => plain);
  const asked = plain.flatMap(({ into, head, commit }) => [
    { from: into, to: commit },
    ...(head === commit ? [] : [{ from: base, to: head }]),
  ]);
  const known = await manyDifferences(folder, asked);
  const links: Link[] = [];
  for (const step of steps) {
    const { head, commit } = step;
    const changed = head === commit ? [] : (known.get(head) ?? []);
    if (step.plain) links.push({ head, commit, changed, brought: known.get(commit) ?? [], unsettled: [] });
    else links.push(await elsewhere(folder, step));
  }
  return { tree, onBase, links, absent };
}

/** One commit of the chain; `plain`: its two sides parted at the base. A commit that merges nothing has itself as its head. */
type Step = { readonly commit: Sha; readonly into: Sha; readonly head: Sha; readonly plain: boolean };

/** Parents of all that came since the base. */
type Graph = ReadonlyMap<Sha, readonly Sha[]>;

async function graphOf(folder: GitFolder, base: Sha, tip: Sha): Promise<Graph> {
  const args = ['rev-list', '--parents', tip, `^${base}`];
  const lines = (await inMirror(folder, args, { megabytes: 1_000 })).output.toString('latin1').split('\n');
  return new Map(
    lines
      .filter((line) => line !== '')
      .map((line) => line.split(' '))
      .map(([commit = '', ...parents]) => [commit, parents]),
  );
}

/**
 * Heads that are neither among what came since the base nor part of it. `rev-list ^tip head…` is no answer: dates that are
 * not in order (merges carry the plan's date) make it list what the tip contains.
 */
async function absentFrom(folder: GitFolder, graph: Graph, base: Sha, heads: readonly Sha[]): Promise<Sha[]> {
  const others = heads.filter((head) => !graph.has(head));
  const part = await Promise.all(others.map((head) => isAncestor(folder, head, base)));
  return others.filter((_, at) => part[at] !== true);
}

function stepsOf(graph: Graph, base: Sha, tip: Sha): { steps: Step[]; onBase: boolean } {
  const line: { commit: Sha; into: Sha; head: Sha }[] = [];
  let at = tip;
  for (let parents = graph.get(at); parents !== undefined; parents = graph.get(at)) {
    const [into, head = at] = parents;
    if (into === undefined) break;
    line.unshift({ commit: at, into, head });
    at = into;
  }
  const reached = new Set<Sha>();
  const steps = line.map((step) => {
    const own = step.head === step.commit ? { commits: [], onBase: true } : history(graph, base, step.head);
    const plain = own.onBase && own.commits.every((commit) => !reached.has(commit));
    for (const commit of [...own.commits, step.commit]) reached.add(commit);
    return { ...step, plain };
  });
  return { steps, onBase: at === base };
}

/** The commits of a head since the base, and whether it stands on the base. */
function history(graph: Graph, base: Sha, head: Sha): { commits: readonly Sha[]; onBase: boolean } {
  const commits = new Set<Sha>();
  const open = [head];
  let onBase = false;
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (next === base) onBase = true;
    const parents = graph.get(next);
    if (parents === undefined || commits.has(next)) continue;
    commits.add(next);
    open.push(...parents);
  }
  return { commits: [...commits], onBase };
}

/** A merge whose sides parted elsewhere: before the base moved, or in another member. */
async function elsewhere(folder: GitFolder, { commit, into, head }: Step): Promise<Link> {
  const { output } = await inMirror(folder, ['merge-base', '--all', into, head], { answers: [0, 1] });
  const [fork, ...others] = output.toString('latin1').trim().split('\n');
  const brought = await differences(folder, into, commit);
  // Without a common ancestor git merges nothing by itself: nobody can say what was whose.
  if (fork === undefined || fork === '')
    return { head, commit, into: [], changed: [], brought: [], unsettled: brought.map(({ path }) => path) };
  const [before, changed, ...apart] = await Promise.all([
    differences(folder, fork, into),
    differences(folder, fork, head),
    ...others.map((other) => differences(folder, fork, other)),
  ]);
  return { head, commit, into: before, changed, brought, unsettled: pathsOf(apart) };
}

function pathsOf(all: readonly (readonly Difference[])[]): readonly string[] {
  return [...new Set(all.flat().map(({ path }) => path))];
}
