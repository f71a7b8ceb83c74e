import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { promisify } from 'node:util';

/** The first version of a program that knows all that is asked of it, and how it is brought up to date. */
export type Needed = { readonly program: string; readonly least: string; readonly install: string };

/** Answers by file and time of change: starting a program only to ask is not worth doing for every look at a plan. */
const known = new Map<string, Promise<string | undefined>>();

/** What is wrong with the version of a program, a sentence that says what to do; undefined when nothing is. */
export async function versionProblem(agent: string, file: string, needed: Needed): Promise<string | undefined> {
  const changed = (await stat(file).catch(() => undefined))?.mtimeMs;
  const key = `${file} ${changed}`;
  const found = known.get(key) ?? ask(file);
  known.set(key, found);
  const said = await found;
  // A machine that was too busy to answer is asked again.
  if (said === undefined) known.delete(key);
  const version = /\d+\.\d+\.\d+/.exec(said ?? '')?.[0];
  if (version === undefined)
    return `agent "${agent}": ${file} does not tell the version of ${needed.program} (it said: ${JSON.stringify((said ?? 'nothing').slice(0, 100))}); correct \`command\` in forkjoin.yml, or install it anew (\`${needed.install}\`)`;
  return isAtLeast(version, needed.least)
    ? undefined
    : `agent "${agent}" needs ${needed.program} ${needed.least} or later, and ${file} is ${version}: update it (\`${needed.install}\`)`;
}

/** The operator's own program, asked outside the sandbox and without anything of the worker's environment but its path. */
async function ask(file: string): Promise<string | undefined> {
  try {
    const env = { PATH: process.env['PATH'] ?? '', HOME: '/nonexistent', NO_COLOR: '1' };
    const { stdout } = await promisify(execFile)(file, ['--version'], { timeout: 20_000, maxBuffer: 1_000_000, env });
    return stdout.split('\n', 1)[0]?.trim();
  } catch {
    return undefined;
  }
}

function isAtLeast(version: string, least: string): boolean {
  const [have, need] = [version, least].map((text) => text.split('.').map(Number));
  for (const [part, number] of (need ?? []).entries()) {
    const difference = (have?.[part] ?? 0) - number;
    if (difference !== 0) return difference > 0;
  }
  return true;
}
