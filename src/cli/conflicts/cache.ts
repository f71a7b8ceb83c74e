import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { PairOutcome } from '#adapters/git/pairs.ts';
import type { Sha } from '#core/types.ts';

/** Answers to one base stand in one file; commits never change, so an answer never grows old. */
const FILES = 50;
const FORMAT = 1;

const outcomeSchema = z.union([
  z.object({ clean: z.literal(true) }),
  z.object({
    clean: z.literal(false),
    files: z.array(z.string()),
    reason: z.string().exactOptional(),
    blame: z.object({ head: z.string(), broken: z.boolean() }).exactOptional(),
  }),
]);
const fileSchema = z.object({ format: z.literal(FORMAT), outcomes: z.array(z.tuple([z.string(), outcomeSchema])) });

/** What is kept for a base, by pair of hashes; nothing when there is no file, or one that cannot be understood. */
export const keptOutcomes = async (folder: string, base: Sha): Promise<Map<string, PairOutcome>> => {
  try {
    const text = await readFile(join(folder, `${base}.json`), 'utf8');
    return new Map(fileSchema.parse(JSON.parse(text)).outcomes);
  } catch {
    return new Map();
  }
};

/** Keeps the answers for a base, but those about what could not be read; the oldest bases are forgotten. */
export const keepOutcomes = async (folder: string, base: Sha, all: ReadonlyMap<string, PairOutcome>): Promise<void> => {
  const outcomes = [...all].filter(
    ([, outcome]) => outcome.clean || (outcome.blame?.broken !== true && outcome.broken !== true),
  );
  await mkdir(folder, { recursive: true });
  const draft = join(folder, `${base}.draft-${randomUUID()}`);
  await writeFile(draft, JSON.stringify({ format: FORMAT, outcomes }));
  await rename(draft, join(folder, `${base}.json`));
  const files = await Promise.all(
    (await readdir(folder)).map(async (name) => ({ name, at: (await stat(join(folder, name))).mtimeMs })),
  );
  for (const { name } of files.sort((a, b) => b.at - a.at).slice(FILES)) await rm(join(folder, name), { force: true });
};
