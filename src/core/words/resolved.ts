import type { CommandResult } from '#core/types.ts';

/** At most so many names in one sentence. */
const MOST = 5;

const listed = (names: readonly string[]): string =>
  names.length <= MOST
    ? names.join(', ')
    : `${names.slice(0, MOST - 1).join(', ')} and ${names.length - MOST + 1} more`;

/** What was done to a manifest; `brought`: key paths that this member brought. */
export const mergedByKey = (brought: readonly string[]): string =>
  brought.length === 0 ? 'merged by key' : `merged by key: ${listed(brought)} of this member`;

export const IMPORTS_UNITED = 'the imports of both sides';
export const IMPORTS_FORMATTED = 'the imports of both sides, formatted as the repository says';
export const REQUIREMENTS_UNITED = 'the requirements of both sides, for go mod tidy';

/** What was done to a lock file. */
export const madeAgain = (command: string): string => `made again with ${command}`;

/** Why a manifest is left to a person. */
export const sameKeys = (path: string, clashes: readonly string[]): string =>
  `${path}: both sides changed ${listed(clashes)}, each in its own way.`;

/** Why a manifest cannot be merged by key. */
export const noManifest = (path: string, why: string): string => `${path} cannot be merged by key: ${why}.`;

/** Why a lock file could not be made again, and what to do by hand. `unreachable`: its tool could not ask the registry. */
export const notMadeAgain = (path: string, command: string, result: CommandResult, unreachable: boolean): string => {
  const folder = path.includes('/') ? ` in ${path.slice(0, path.lastIndexOf('/'))}` : '';
  return `${path} could not be made again: ${failure(command, result)}${unreachable ? NO_ANSWER : ''} By hand: merge the branch it is to go into, run "${command}"${folder}, commit ${path} and push.`;
};

const NO_ANSWER =
  ' The registry could not be reached, which is no fault of the member: try again when it answers; on a worker, the operator lists it under setup_egress.';

const failure = (command: string, result: CommandResult): string => {
  const tool = command.replace(/ .*/, '');
  if (result.status === 127) return `${tool} is not installed where commands run.`;
  if (result.ok) return `${tool} left no lock file that is whole.`;
  const ended = result.status === undefined ? (result.why ?? 'it was ended') : `it ended with status ${result.status}`;
  return `${ended} (${telling(result.tail)}).`;
};

/** What stands before each line of some tools. */
const PREFIX = /^(?:npm (?:error|ERR!)|➤)\s*/;
/** No reasons: advice, names of log files, and what only the authors of a tool can read. */
const ASIDE = [
  /^npm (?:warn|notice)/,
  /^(?:Fix the upstream|For a full report|A complete log|If you are behind)/,
  /^\/\S+\.(?:txt|log)$/,
  /^(?:(?:at|errno|syscall) |(?:code|errno|syscall|address|port|type|requiredBy): |\}$)/,
];
/** Characters of output in a sentence. */
const LONGEST = 320;

/** What a tool said, from the first line that speaks of an error on, in one line. */
const telling = (tail: string): string => {
  const lines = tail.split('\n').map((line) => line.trim());
  const said = lines
    .map((line) => ({ text: line.replace(PREFIX, ''), isError: /\b(?:error|ERR)/i.test(line) }))
    .filter(({ text }) => text !== '' && !ASIDE.some((pattern) => pattern.test(text)));
  const first = said.findIndex(({ isError }) => isError);
  const text = (first < 0 ? said.slice(-3) : said.slice(first)).map((line) => line.text).join(' · ');
  return text === '' ? 'it said nothing' : text.slice(0, LONGEST);
};
