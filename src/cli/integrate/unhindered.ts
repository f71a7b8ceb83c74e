import { GitFailure } from '#adapters/git/git.ts';
import { NotAsked } from '#engine/integrate/verdicts.ts';
import type { Unaskable } from './options.ts';
import { plainLine } from './show.ts';

/** What git and the system say when they cannot go on, and what a person does about it. */
const ADVICE: readonly (readonly [RegExp, string])[] = [
  [/No space left|Disk quota|ENOSPC|EDQUOT/i, 'Make room on the disk.'],
  [/spawn git ENOENT/, 'Install git, or put it on the PATH.'],
  [
    /usage: git merge-tree|not a git command|unknown (?:option|switch)/,
    'This git is too old: install 2.38 or later (forkjoin doctor names the version to have).',
  ],
  [/unexpected line in .*packed-refs/, 'Take that line out of the file: it is none that git writes.'],
  [/bad .*config|config (?:file|value)/i, 'Mend the configuration of the repository (.git/config).'],
  [
    /Permission denied|insufficient permission|failed to write|unable to (?:create|write)|Read-only file system|EACCES|EPERM|EROFS/i,
    'Give yourself the right to write there, or work in a clone of your own.',
  ],
  [
    /not a git repository|not a tree object/,
    'The repository is damaged, perhaps by the verification: git fsck says how.',
  ],
  [
    /(?:cannot|unable to|could not) read|bad object|missing (?:blob|tree|commit)|not found|corrupt/i,
    'git fsck says what is missing or damaged; git fetch --refetch completes a partial clone.',
  ],
];

/** What keeps git or a verification from being asked at all becomes a sentence that says what to do; anything else is a fault of ours. */
export const unhindered = async <Result>(work: () => Promise<Result>): Promise<Result | Unaskable> => {
  try {
    return await work();
  } catch (error) {
    const known = error instanceof GitFailure || error instanceof NotAsked || isOfTheSystem(error);
    if (!known) throw error;
    if (process.env['LOG_LEVEL'] === 'debug') process.stderr.write(`${error.stack}\n`);
    const said = error instanceof GitFailure ? `${error.message}\n${error.errors}` : error.message;
    const advice = ADVICE.find(([pattern]) => pattern.test(said))?.[1];
    return { unaskable: advice === undefined ? error.message : `${error.message}. ${advice}` };
  }
};

/** Tells, as a verb of the command line does, why it could not be asked (spec 8: exit status 2). */
export const tellUnaskable = (verb: string, { unaskable: message }: Unaskable, isJson: boolean): void => {
  if (isJson) process.stdout.write(`${JSON.stringify({ ok: false, error: { message } })}\n`);
  process.stderr.write(plainLine(`forkjoin ${verb}: ${message}`));
  process.exitCode = 2;
};

const isOfTheSystem = (error: unknown): error is NodeJS.ErrnoException =>
  error instanceof Error && 'code' in error && 'syscall' in error;
