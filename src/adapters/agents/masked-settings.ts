import { lstat, readlink, realpath, writeFile } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative } from 'node:path';
import { isInside, type Mount } from './mounts.ts';

/**
 * Settings of a repository that make programs of agents start other programs (tool servers, hooks, helpers, notifiers),
 * with what is shown in their place. Programs that take a flag against them are given it; some obey them whatever they
 * are told.
 */
const SETTINGS: Readonly<Record<string, string>> = {
  '.claude/settings.json': '{}\n',
  '.claude/settings.local.json': '{}\n',
  '.codex/config.toml': '',
  '.codex/hooks.json': '{}\n',
  '.cursor/hooks.json': '{"version":1}\n',
  '.cursor/mcp.json': '{}\n',
  '.gemini/settings.json': '{}\n',
  '.qwen/settings.json': '{}\n',
};

/** What shows settings empty inside the sandbox; `outside`: links by which a program would find some that cannot be hidden. */
export type Masked = { readonly mounts: readonly Mount[]; readonly outside: readonly string[] };

/** Shows settings empty inside the sandbox. The files themselves stay as they are. `folder` is private to the start. */
export async function maskedSettings(worktree: string, folder: string): Promise<Masked> {
  const root = await realpath(worktree);
  const outside: string[] = [];
  const mounts = Object.entries(SETTINGS).map(async ([name, content]): Promise<Mount[]> => {
    const link = await linkOut(root, name);
    if (link !== undefined) {
      outside.push(link);
      return [];
    }
    // Where a link leads inside the worktree: nothing is mounted over a link.
    const real = await realpath(join(root, name)).catch(() => undefined);
    if (real === undefined || !isInside(real, root) || !(await lstat(real)).isFile()) return [];
    const from = join(folder, `empty-${name.replace(/\W/g, '-')}`);
    await writeFile(from, content);
    return [{ kind: 'read', path: join(worktree, relative(root, real)), from }];
  });
  return { mounts: (await Promise.all(mounts)).flat(), outside: [...new Set(outside)].toSorted() };
}

/** A sentence for a start that cannot be kept from obeying them. */
export const leadsOut = (agent: string, outside: readonly string[]): string =>
  `agent "${agent}" cannot be kept from obeying settings of this repository: ${outside.join(', ')} leads out of it; make it a plain file or folder, or remove it`;

/** Links that a path may go through; the kernel follows forty. */
const HOPS = 40;

/**
 * The first link on a way that leaves the folder, or says where it leads in full: inside the sandbox such a way may end
 * elsewhere than here (`/proc/self/cwd` is the worktree there). Undefined when the way stays, or ends before.
 */
async function linkOut(root: string, name: string): Promise<string | undefined> {
  const way = name.split('/');
  let here = root;
  let last = name;
  for (let hops = 0; hops < HOPS; ) {
    const segment = way.shift();
    if (segment === undefined) return undefined;
    if (segment === '' || segment === '.') continue;
    if (segment === '..') {
      here = dirname(here);
      if (!isInside(here, root)) return last;
      continue;
    }
    const next = join(here, segment);
    const target = await readlink(next).catch(() => undefined);
    if (target === undefined) {
      here = next;
      continue;
    }
    last = relative(root, next);
    if (isAbsolute(target)) return last;
    way.unshift(...target.split('/'));
    hops += 1;
  }
  return last;
}
