import { type Finding, failing, fine, warning } from './finding.ts';
import { atLeast, versionLine } from './version.ts';

// 2.38 brought merge-tree --write-tree; 2.51.1 ended aborts and lost files in merges of renamed folders.
const GIT_LEAST = '2.38.0';
const GIT_GOOD = '2.51.1';
const NODE_LEAST = '24.0.0';

/** Is git there, and new enough to merge without a checkout? `line` is what `git --version` prints. */
export const judgeGit = (line: string | undefined): Finding => {
  if (line === undefined)
    return failing('git', 'git is not on the PATH', 'Install git, on Debian: apt-get install git');
  const version = /(\d+\.\d+(?:\.\d+)?)/.exec(line)?.[1];
  if (version === undefined)
    return failing('git', `git says ${JSON.stringify(line)}`, `Install git ${GIT_GOOD} or later`);
  if (!atLeast(version, GIT_LEAST)) {
    return failing(
      'git',
      `git ${version} cannot merge without a checkout`,
      `Install git ${GIT_GOOD} or later; ${GIT_LEAST} is the least`,
    );
  }
  if (!atLeast(version, GIT_GOOD)) {
    return warning(
      'git',
      `git ${version} works, with precautions against its faults in merges of renamed folders`,
      `Install git ${GIT_GOOD} or later, on Debian from backports`,
    );
  }
  return fine('git', `git ${version}`);
};

/** Is git there and new enough? */
export const checkGit = async (): Promise<Finding> => judgeGit(await versionLine('git'));

/** Does this Node run TypeScript as it is? `version` without the leading `v`. */
export const judgeNode = (version: string): Finding =>
  atLeast(version, NODE_LEAST)
    ? fine('node', `Node ${version}`)
    : failing(
        'node',
        `Node ${version} cannot run this`,
        'Install Node 24 or later, or run "npm ci" in the checkout: it brings one',
      );
