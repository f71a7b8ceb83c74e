/** What an agent may inherit of the worker's environment: how to write text and times, nothing else. */
const INHERITED = ['LANG', 'LC_ALL', 'LC_CTYPE', 'TZ'] as const;

const SYSTEM_PATH = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];

export type Places = {
  /** A home folder that is empty and thrown away. */
  readonly home: string;
  /** Folders searched before the system's own. */
  readonly path: readonly string[];
};

/**
 * The whole environment of an agent or a command, built from nothing: credentials cannot leak by being forgotten in a
 * deny-list (safety.md rows 13 and 14).
 */
export function environmentOf(places: Places, worker: NodeJS.ProcessEnv = process.env): Record<string, string> {
  const environment: Record<string, string> = {
    HOME: places.home,
    PATH: [...new Set([...places.path, ...SYSTEM_PATH])].join(':'),
    TMPDIR: '/tmp',
    USER: 'agent',
    LOGNAME: 'agent',
    SHELL: '/bin/sh',
    TERM: 'dumb',
    CI: 'true',
    NO_COLOR: '1',
    GIT_TERMINAL_PROMPT: '0',
  };
  for (const name of INHERITED) {
    const value = worker[name];
    if (value !== undefined) environment[name] = value;
  }
  return environment;
}
