import { randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** A folder of our own below a home, for the time of one operation. */
export async function withScratch<Result>(home: string, use: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = join(home, 'scratch', randomUUID());
  await mkdir(folder, { recursive: true });
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
