import { constants } from 'node:fs';
import { access, stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type Finding, failing, fine, sentenceOf, warning } from './finding.ts';

const GIGABYTE = 1024 ** 3;

/** Can the home folder be written, and is there room? A folder that is not there yet is judged by its nearest ancestor. */
export const checkHome = async (home: string): Promise<readonly Finding[]> => {
  try {
    const folder = await nearest(home);
    if (!(await stat(folder)).isDirectory()) {
      return [
        failing('home', `${folder} is no folder`, 'Name a folder in FORKJOIN_HOME, or under data in forkjoin.yml'),
      ];
    }
    await access(folder, constants.W_OK | constants.X_OK);
    const { bavail, bsize } = await statfs(folder);
    return [fine('home', `${home} can be written`), judgeSpace(bavail * bsize)];
  } catch (cause) {
    return [
      failing(
        'home',
        `${home} cannot be used: ${sentenceOf(cause)}`,
        'Let this account write there, or name another folder in FORKJOIN_HOME',
      ),
    ];
  }
};

/** Is there room for clones and worktrees? In bytes. */
export const judgeSpace = (free: number): Finding => {
  const room = `${(free / GIGABYTE).toFixed(1)} GB free`;
  const mend =
    'Make room, or name a folder on a larger disk in FORKJOIN_HOME; "forkjoin gc" removes what nothing needs';
  if (free < GIGABYTE) return failing('disk', `${room}: too little for a clone and worktrees`, mend);
  return free < 5 * GIGABYTE ? warning('disk', `${room}: little for several worktrees`, mend) : fine('disk', room);
};

const nearest = async (path: string): Promise<string> => {
  try {
    await stat(path);
    return path;
  } catch (cause) {
    const missing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
    if (!missing || dirname(path) === path) throw cause;
    return nearest(dirname(path));
  }
};
