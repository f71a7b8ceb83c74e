import { readdirSync, readlinkSync } from 'node:fs';

/** Processes of this machine that work in a folder: what is left of a program, whatever it did to hide. */
export function processesIn(folder: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        return readlinkSync(`/proc/${pid}/cwd`) === folder;
      } catch {
        return false;
      }
    });
}
