import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { access, readFile, realpath, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

const ASSIGNMENT = /^\s*(?:export\s+)?([A-Za-z_]\w*)\s*=/;

/** A value as every reader of such files takes it: on one line, in double quotes unless it is plain. */
function quoted(value: string): string {
  if (/^[\w./:@-]*$/.test(value)) return value;
  // Readers disagree about escapes, but for that of a line break.
  if (/["\\]/.test(value)) throw new Error('A value with a quotation mark or a backslash cannot be written');
  return `"${value.replaceAll(/\r?\n/g, '\\n')}"`;
}

async function readIfThere(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
    throw error;
  }
}

/** The lines of a file without the assignments of some keys, those over several lines within quotes included. */
function without(text: string, keys: ReadonlySet<string>): readonly string[] {
  const kept: string[] = [];
  let untilQuote: string | undefined;
  for (const line of text === '' ? [] : text.replace(/\n$/, '').split('\n')) {
    if (untilQuote !== undefined) {
      if (line.includes(untilQuote)) untilQuote = undefined;
      continue;
    }
    const key = ASSIGNMENT.exec(line)?.[1];
    if (key === undefined || !keys.has(key)) {
      kept.push(line);
      continue;
    }
    const quote = /=\s*(["'`])/.exec(line)?.[1];
    if (quote !== undefined && line.split(quote).length === 2) untilQuote = quote;
  }
  return kept;
}

/** Throws when the file, or the folder it would be made in, cannot be written: to be known before there are secrets to keep. */
export async function assertWritable(file: string): Promise<void> {
  await access(dirname(file), constants.W_OK);
  if ((await readIfThere(file)) !== '') await access(file, constants.W_OK);
}

/**
 * Sets keys in an environment file and leaves every other line as it is. The file appears at once and whole, readable
 * by its owner only.
 */
export async function setInEnvFile(file: string, values: Readonly<Record<string, string>>): Promise<void> {
  const target = await realpath(file).catch(() => file);
  const kept = without(await readIfThere(target), new Set(Object.keys(values)));
  const lines = [...kept, ...Object.entries(values).map(([key, value]) => `${key}=${quoted(value)}`)];
  const draft = `${target}.${randomUUID()}`;
  try {
    await writeFile(draft, `${lines.join('\n')}\n`, { mode: 0o600, flag: 'wx' });
    await rename(draft, target);
  } finally {
    await rm(draft, { force: true });
  }
}
