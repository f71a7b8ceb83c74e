/** What stands in a person's repository besides objects, to be compared with later. */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { OpenedRepository } from './local.ts';
import { inMirror } from './read.ts';

/** Branches, tags and other refs with what they point to; HEAD, configuration and hooks with a hash of their content. */
export type Standing = ReadonlyMap<string, string>;

export async function standing(person: OpenedRepository): Promise<Standing> {
  const { output } = await inMirror(person, ['for-each-ref', '--format=%(refname)%00%(objectname)']);
  const refs = output.toString().split('\n').filter(Boolean);
  const hooks = (await readdir(join(person.gitDir, 'hooks')).catch(() => [])).map((name) => join('hooks', name));
  const files = await Promise.all(
    ['HEAD', 'config', ...hooks].map(async (name) => {
      const content = await readFile(join(person.gitDir, name)).catch(() => '');
      return [name, createHash('sha256').update(content).digest('hex')] as const;
    }),
  );
  const pointing = refs.map((line) => line.split('\0')).map(([name = '', commit = '']) => [name, commit] as const);
  return new Map([...files, ...pointing]);
}

/** The names under which something else stands now. */
export function changed(before: Standing, now: Standing): readonly string[] {
  const names = new Set([...before.keys(), ...now.keys()]);
  return [...names].filter((name) => before.get(name) !== now.get(name)).sort();
}
