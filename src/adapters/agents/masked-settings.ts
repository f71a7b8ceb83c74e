import { lstat, realpath, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { isInside, type Mount } from './mounts.ts';

/**
 * Settings of a repository that make programs of agents start other programs (tool servers, hooks, notifiers), with what
 * is shown in their place. Programs that take a flag against them are given it; some obey them whatever they are told.
 */
const SETTINGS: Readonly<Record<string, string>> = {
  '.codex/config.toml': '',
  '.codex/hooks.json': '{}\n',
  '.cursor/mcp.json': '{}\n',
  '.gemini/settings.json': '{}\n',
};

/** Shows them empty inside the sandbox. The files themselves stay as they are. `folder` is private to the start. */
export async function maskedSettings(worktree: string, folder: string): Promise<Mount[]> {
  const root = await realpath(worktree);
  const mounts = Object.entries(SETTINGS).map(async ([name, content]): Promise<Mount[]> => {
    // Where a link leads inside the worktree; it could lead the mount out of it.
    const real = await realpath(join(root, name)).catch(() => undefined);
    if (real === undefined || !isInside(real, root) || !(await lstat(real)).isFile()) return [];
    const from = join(folder, `empty-${name.replace(/\W/g, '-')}`);
    await writeFile(from, content);
    return [{ kind: 'read', path: join(worktree, relative(root, real)), from }];
  });
  return (await Promise.all(mounts)).flat();
}
