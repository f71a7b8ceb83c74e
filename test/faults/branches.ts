import type { World } from '../../demo/world/world.ts';

/** Branches of the repository as a person sees them, by name. */
export type Branches = Readonly<Record<string, string>>;

export const branchesOf = async (world: World): Promise<Branches> => {
  const { body } = await world.as('maintainer').request('GET', '/git/matching-refs/heads/');
  const found = body as { ref: string; object: { sha: string } }[];
  return Object.fromEntries(found.map(({ ref, object }) => [ref.replace('refs/heads/', ''), object.sha]));
};

/** Those that are people's. */
export const ofPeople = (all: Branches): Branches =>
  Object.fromEntries(Object.entries(all).filter(([name]) => !/^(?:parallel|integration|forkjoin)\//.test(name)));

/** Head of the integration branch; empty while there is none. */
export const integrationHead = async (world: World): Promise<string> =>
  Object.entries(await branchesOf(world)).find(([name]) => name.startsWith('integration/'))?.[1] ?? '';

/** What an integration consists of: its commits, newest first, each with its parents. */
export const chainOf = async (world: World, head: string, links: number): Promise<readonly string[]> => {
  const chain: string[] = [];
  for (let at = head; chain.length < links; ) {
    const { body } = await world.as('maintainer').request('GET', `/commits/${at}`);
    const parents = (body as { parents: { sha: string }[] }).parents.map((parent) => parent.sha);
    chain.push(`${at} of ${parents.join(' ')}`);
    at = parents[0] ?? '';
  }
  return chain;
};
