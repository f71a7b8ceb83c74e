import { readJson } from './json/read.ts';
import { posix } from './path.ts';

/**
 * Can its tool read the lock file? npm and pnpm take a broken one for none and choose every version anew, without a word;
 * the other tools refuse by themselves.
 */
export const isReadableLock = (path: string, text: string): boolean => {
  const name = posix.name(path);
  if (name.endsWith('.json')) return !('unreadable' in readJson(text));
  return name === 'pnpm-lock.yaml' || name === 'yarn.lock' ? !hasKeyTwice(text) : true;
};

const KEY = /^( *)('[^']*'|"[^"]*"|[^\s'"#-][^:\n]*):(?:\s|$)/;

/** Does some block of a file laid out by indentation say a key twice? */
const hasKeyTwice = (text: string): boolean => {
  const blocks: { readonly indent: number; readonly keys: Set<string> }[] = [];
  for (const line of text.split('\n')) {
    const [, space, key] = KEY.exec(line) ?? [];
    if (space === undefined || key === undefined) continue;
    const indent = space.length;
    while ((blocks.at(-1)?.indent ?? -1) > indent) blocks.pop();
    if ((blocks.at(-1)?.indent ?? -1) < indent) blocks.push({ indent, keys: new Set() });
    const keys = blocks.at(-1)?.keys;
    if (keys?.has(key) === true) return true;
    keys?.add(key);
  }
  return false;
};
