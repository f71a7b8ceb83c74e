/**
 * How git is called, always: nothing that a file of the machine, of a repository or of an agent says is obeyed. Each
 * setting and variable keeps out something that was seen to run a command or to lead elsewhere.
 */

/** One run of git. Every path is absolute; nothing is discovered from the folder it runs in. */
export type GitCall = {
  /** The folder to run in: never a worktree. */
  readonly cwd: string;
  readonly gitDir?: string;
  readonly workTree?: string;
  readonly index?: string;
  readonly input?: string | Uint8Array;
  readonly env?: Readonly<Record<string, string>>;
  /** Exit statuses that are answers; any other throws. */
  readonly answers?: readonly number[];
  /** Time allowed, seconds. */
  readonly seconds?: number;
  /** Output allowed, megabytes. */
  readonly megabytes?: number;
  readonly signal?: AbortSignal | undefined;
  /** Started by the small process beside the app instead of by the app itself. */
  readonly apart?: boolean;
};

/** Settings that win over every file: no hook, no monitor, no submodule, no house-keeping, nobody's ignore or attributes. */
const SETTINGS = [
  'core.hooksPath=/dev/null',
  'core.fsmonitor=false',
  'core.excludesFile=/dev/null',
  'core.attributesFile=/dev/null',
  'core.quotePath=false',
  'submodule.recurse=false',
  'fetch.recurseSubmodules=false',
  'gc.auto=0',
  'maintenance.auto=false',
  'merge.directoryRenames=conflict',
  'merge.renames=true',
  'http.lowSpeedLimit=1000',
  'http.lowSpeedTime=60',
].flatMap((setting) => ['-c', setting]);

/** What a company's network needs and nothing else of ours: git's helpers never see a token or a key. */
const PASSED = /^(?:PATH|TMPDIR|https?_proxy|all_proxy|no_proxy|SSL_CERT_FILE|SSL_CERT_DIR|GIT_SSL_CAINFO)$/i;

/** What of our own environment git, and the process that starts it, are given. */
export const passedOn = (): Record<string, string> =>
  Object.fromEntries(
    Object.entries(process.env).flatMap(([key, value]) =>
      PASSED.test(key) && value !== undefined ? [[key, value]] : [],
    ),
  );

/** The whole environment of a run: nothing else of ours reaches git. */
export function environment(call: GitCall, protocols: string): Record<string, string> {
  return {
    ...passedOn(),
    HOME: '/nonexistent',
    LC_ALL: 'C',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_ATTR_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_ALLOW_PROTOCOL: protocols,
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_LFS_SKIP_SMUDGE: '1',
    ...(call.index === undefined ? {} : { GIT_INDEX_FILE: call.index }),
    ...call.env,
  };
}

/** The arguments of a run, the settings first. */
export function argv(args: readonly string[], call: GitCall): string[] {
  const where = [
    ...(call.gitDir === undefined ? [] : [`--git-dir=${call.gitDir}`]),
    ...(call.workTree === undefined ? [] : [`--work-tree=${call.workTree}`]),
  ];
  return [...where, ...SETTINGS, ...args];
}
