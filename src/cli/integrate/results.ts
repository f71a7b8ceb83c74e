import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What was computed once: a file for each, or only for the time of this run when there is no folder. */
export type Results = {
  readonly recall: (name: string) => Promise<unknown>;
  readonly record: (name: string, value: unknown) => Promise<void>;
};

/**
 * Opens the results of a folder; one that is unreadable is one that is not there. `scratch` is on the same disk, and goes
 * away with what a killed run did not finish.
 */
export const openResults = (folder: string | undefined, scratch: string): Results => {
  const session = new Map<string, unknown>();
  const keep = async (home: string, path: string, text: string): Promise<void> => {
    await mkdir(home, { recursive: true });
    const draft = join(scratch, `result-${randomUUID()}`);
    await writeFile(draft, text);
    await rename(draft, path);
  };
  const file = (name: string): string =>
    join(folder ?? '', `${createHash('sha256').update(name).digest('hex').slice(0, 40)}.json`);
  return {
    recall: async (name) => {
      if (folder === undefined || session.has(name)) return session.get(name);
      try {
        const kept: unknown = JSON.parse(await readFile(file(name), 'utf8'));
        return isEntry(kept) && kept.name === name ? kept.value : undefined;
      } catch {
        return undefined;
      }
    },
    record: async (name, value) => {
      session.set(name, value);
      if (folder === undefined) return;
      // What cannot be kept is known to this run all the same.
      await keep(folder, file(name), JSON.stringify({ name, value })).catch(() => {});
    },
  };
};

const isEntry = (value: unknown): value is { readonly name: string; readonly value: unknown } =>
  typeof value === 'object' && value !== null && 'name' in value && 'value' in value;
