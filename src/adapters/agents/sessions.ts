import { chmod, lstat, mkdir, readdir, rename, rm, symlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { AgentTask, Conversation } from '#engine/ports.ts';
import type { Mount } from './mounts.ts';
import type { Workshop } from './workshop.ts';

/** Where a program keeps its conversations. */
export type SessionPlace = {
  /** Folder below its home. */
  readonly folder: string;
  /** Is this the file of a conversation? `name` is without its folders. */
  holds(name: string, session: string): boolean;
  /** Where the file of a conversation belongs for work in `worktree`, below the folder; `was` is where it stood. */
  belongs(was: string, worktree: string): string;
};

/** Claude Code keeps a file a conversation in a folder that is named after where it works. */
export const CLAUDE_SESSIONS: SessionPlace = {
  folder: '.claude/projects',
  holds: (name, session) => name === `${session}.jsonl`,
  belongs: (was, worktree) => join(worktree.replace(/[^a-zA-Z0-9]/g, '-'), basename(was)),
};

/** Codex keeps a file a conversation in folders by date. */
export const CODEX_SESSIONS: SessionPlace = {
  folder: '.codex/sessions',
  holds: (name, session) => name.startsWith('rollout-') && name.endsWith(`-${session}.jsonl`),
  belongs: (was) => was,
};

/** Names as the programs give them. Others could be read as an option, or lead elsewhere. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9-]{7,99}$/;

/** Largest conversation that is gone on with, in bytes; a larger one would not fit a model either. */
const LARGEST = 64 * 1024 ** 2;
/** How long a conversation that nobody goes on with is kept, milliseconds. */
const KEPT = 30 * 24 * 3_600_000;
/** How deep, and through how many entries, a conversation is looked for: an agent could write there what it likes. */
const DEEP = 4;
const ENTRIES = 10_000;

/**
 * Gives an agent a folder for its conversations that outlives the start: on this machine, for this item and this agent
 * only. Of what an earlier start left there one file is kept, that of the conversation to go on with; everything else
 * is thrown away unread, so that nothing planted there is ever obeyed (safety.md row 12). `found`: the conversation is
 * there.
 */
export async function openSessions(
  workshop: Workshop,
  task: AgentTask,
  places: readonly SessionPlace[],
  privateHome: string,
): Promise<{ readonly mounts: readonly Mount[]; readonly found: boolean }> {
  const all = await Promise.all(places.map((place) => openOne(workshop, task, place, privateHome)));
  return { mounts: all.flatMap(({ mounts }) => mounts), found: all.some(({ found }) => found) };
}

async function openOne(
  { home, sandbox }: Workshop,
  task: AgentTask,
  place: SessionPlace,
  privateHome: string,
): Promise<{ readonly mounts: readonly Mount[]; readonly found: boolean }> {
  const name = place.folder.replace(/\W+/g, '');
  const { plan, issue } = task.task;
  const folder = join(folderOf(home, { repository: task.repository.id, plan, item: issue }), task.agent, name);
  const before = `${folder}.before`;
  await throwAway(before);
  await mkdir(dirname(folder), { recursive: true });
  await rename(folder, before).catch(unlessMissing);
  await mkdir(folder);
  const session = task.resume?.session;
  const was =
    session === undefined || !NAME.test(session)
      ? undefined
      : await search(before, (file) => place.holds(file, session));
  if (was !== undefined) {
    const file = join(folder, place.belongs(was, task.worktree.path));
    await mkdir(dirname(file), { recursive: true });
    await rename(join(before, was), file);
  }
  await throwAway(before);

  const found = was !== undefined;
  if (sandbox.home !== undefined)
    return { mounts: [{ kind: 'write', path: join(sandbox.home, place.folder), from: folder }], found };
  const link = join(privateHome, place.folder);
  await mkdir(dirname(link), { recursive: true });
  await symlink(folder, link);
  return { mounts: [], found };
}

/** Items whose conversations are here. */
export async function keptConversations(home: string): Promise<readonly Conversation[]> {
  const found: Conversation[] = [];
  for (const repository of await readdir(rootOf(home)).catch(() => [])) {
    for (const item of await readdir(join(rootOf(home), repository)).catch(() => [])) {
      const [whole, plan, number] = /^(\d+)-(\d+)$/.exec(item) ?? [];
      if (whole !== undefined) found.push({ repository: Number(repository), plan: Number(plan), item: Number(number) });
    }
  }
  return found;
}

/** Removes the conversations of an item. */
export async function forgetConversation(home: string, conversation: Conversation): Promise<void> {
  await throwAway(folderOf(home, conversation));
}

/** Removes the conversations of items that no agent has worked on for a month. */
export async function sweepSessions(home: string): Promise<void> {
  for (const repository of await readdir(rootOf(home)).catch(() => [])) {
    for (const item of await readdir(join(rootOf(home), repository)).catch(() => [])) {
      const folder = join(rootOf(home), repository, item);
      const agents = await readdir(folder).catch(() => []);
      const used = await Promise.all(agents.map(async (agent) => (await lstat(join(folder, agent))).mtimeMs));
      if (Date.now() - Math.max(0, ...used) > KEPT) await throwAway(folder);
    }
  }
}

const rootOf = (home: string): string => join(home, 'sessions');

const folderOf = (home: string, { repository, plan, item }: Conversation): string =>
  join(rootOf(home), String(repository), `${plan}-${item}`);

/** A plain file of bearable size that nothing else links to, by its name; the path below the folder. */
async function search(folder: string, fits: (name: string) => boolean): Promise<string | undefined> {
  let left = ENTRIES;
  const look = async (below: string, depth: number): Promise<string | undefined> => {
    const entries = await readdir(join(folder, below), { withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      left -= 1;
      if (left < 0) return undefined;
      const path = join(below, entry.name);
      if (entry.isFile() && fits(entry.name)) {
        const { size, nlink } = await lstat(join(folder, path));
        if (size <= LARGEST && nlink === 1) return path;
      }
      const deeper = entry.isDirectory() && depth < DEEP ? await look(path, depth + 1) : undefined;
      if (deeper !== undefined) return deeper;
    }
    return undefined;
  };
  return await look('', 1);
}

/** An agent may leave folders that even their owner cannot empty. */
async function throwAway(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true }).catch(async () => {
    await unlock(folder);
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  });
}

async function unlock(folder: string): Promise<void> {
  await chmod(folder, 0o700);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) await unlock(join(folder, entry.name));
  }
}

function unlessMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
}
