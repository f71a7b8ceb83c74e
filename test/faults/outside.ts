import { readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { expect } from 'vitest';
import type { World } from '../../demo/world/world.ts';
import { eventually, type Local, ourComments } from '../journeys/local.ts';

type Pull = { readonly number: number; readonly head: string; readonly base: string; readonly state: string };

/** All pull requests of the world, as a person sees them. */
export const pulls = async (world: World): Promise<readonly Pull[]> =>
  (await world.as('maintainer').pulls()).map((pull) => ({
    number: Number(pull['number']),
    head: (pull['head'] as { ref: string }).ref,
    base: (pull['base'] as { ref: string }).ref,
    state: String(pull['state']),
  }));

/** Waits until the comment on an issue says a text. */
export const says = (world: World, issue: number, text: string | RegExp, seconds = 90): Promise<string> =>
  eventually(
    async () => (await ourComments(world, issue)).find((comment) => new RegExp(text).test(comment)),
    `the comment on #${issue} to say ${String(text)}`,
    seconds,
  );

/** Waits until the integration pull request is open and the panel says so. */
export const proposed = async (world: World, plan: number, seconds = 120): Promise<void> => {
  await eventually(
    async () => ((await pulls(world)).some((pull) => pull.head.startsWith('integration/')) ? true : undefined),
    `the integration pull request of #${plan}`,
    seconds,
  );
  await says(world, plan, /\*\*proposed\*\*|`proposed`|proposed/, seconds);
};

/** Processes that work in a folder of the test or were told of it; the app itself is told only by its environment. */
export const processesOf = async (folder: string): Promise<readonly string[]> =>
  (await seen(folder)).map(({ pid, line, cwd }) => `${pid} ${line} in ${cwd}`);

type Seen = { readonly pid: number; readonly line: string; readonly cwd: string };

const seen = async (folder: string): Promise<readonly Seen[]> => {
  const found: Seen[] = [];
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)) {
    const line = (await readFile(join('/proc', pid, 'cmdline'), 'utf8').catch(() => '')).replaceAll('\0', ' ');
    const cwd = await readlink(join('/proc', pid, 'cwd')).catch(() => '');
    const inside = cwd.startsWith(`${folder}/`);
    if (line.includes(folder) || inside) found.push({ pid: Number(pid), line, cwd });
  }
  return found;
};

/** Kills those whose command line matches, until `most` are dead or none is left; with a `most`, waits a while for them to come. */
export const endProcesses = async (folder: string, line: RegExp, most = Number.POSITIVE_INFINITY): Promise<number> => {
  let dead = 0;
  const until = performance.now() + (most === Number.POSITIVE_INFINITY ? 0 : 2_000);
  for (;;) {
    const [one] = (await seen(folder)).filter((process) => line.test(process.line));
    if (dead >= most || (one === undefined && performance.now() >= until)) return dead;
    try {
      if (one !== undefined) process.kill(one.pid, 'SIGKILL');
      dead += one === undefined ? 0 : 1;
    } catch {
      // Gone by itself.
    }
    await after(5);
  }
};

/** Worktrees below the home folders of a test. */
export const worktreesOf = async (folder: string): Promise<readonly string[]> => {
  const found: string[] = [];
  for (const home of await readdir(folder).catch(() => [])) {
    const root = join(folder, home, 'worktrees');
    const beside = join(folder, home, 'home', 'worktrees');
    for (const worktrees of [root, beside])
      for (const repository of await readdir(worktrees).catch(() => []))
        found.push(...(await readdir(join(worktrees, repository)).catch(() => [])));
  }
  return found;
};

/**
 * What must stand at the end of a plan, whatever happened on the way: a pull request an item and one for all, one
 * comment an issue, one 👀 and one 👍 on the command, no worktree, no process.
 */
export const everythingOnce = async (
  local: Local,
  filed: { readonly plan: number; readonly items: readonly number[] },
  command: number,
): Promise<void> => {
  const { world, folder } = local;
  const opened = await pulls(world);
  expect(opened.map((pull) => pull.head.replace(/-[^/]*$/, '')).sort()).toEqual(
    [
      ...filed.items.map((item) => `parallel/${filed.plan}/${item}`),
      opened.find((pull) => pull.base === 'main')?.head.replace(/-[^/]*$/, '') ?? 'integration',
    ].sort(),
  );
  expect(opened.filter((pull) => pull.head.startsWith(`integration/${filed.plan}-`))).toHaveLength(1);
  for (const issue of [filed.plan, ...filed.items])
    expect(await ourComments(world, issue), `comments on #${issue}`).toHaveLength(1);
  const reactions = (await world.as('maintainer').reactions(command)).map((reaction) => reaction['content']);
  expect(reactions.sort()).toEqual(['+1', 'eyes']);
  expect(await worktreesOf(folder)).toEqual([]);
  // A push that lost its app to a kill ends when GitHub answers it.
  await expect.poll(() => processesOf(folder), { timeout: 15_000 }).toEqual([]);
};
