import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** The first line that `<program> --version` prints; undefined when there is no such program or it fails. */
export const versionLine = async (program: string): Promise<string | undefined> => {
  try {
    const { stdout } = await promisify(execFile)(program, ['--version'], { timeout: 20_000, maxBuffer: 1024 * 1024 });
    return stdout.split('\n', 1)[0]?.trim() || undefined;
  } catch {
    return undefined;
  }
};

/** Is a version such as `2.39.5` at least another? Parts that are missing count as 0. */
export const atLeast = (version: string, least: string): boolean => {
  const [have, need] = [version, least].map((text) => text.split('.').map(Number));
  for (let part = 0; part < 3; part += 1) {
    const difference = (have?.[part] ?? 0) - (need?.[part] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return true;
};
