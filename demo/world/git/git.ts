import { spawn } from 'node:child_process';

/** What a git command left: exit status and its output. */
export type GitResult = { readonly status: number; readonly stdout: Buffer; readonly stderr: string };

// A world must not depend on the settings of the person who runs it.
const ENVIRONMENT = {
  PATH: process.env['PATH'] ?? '',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_TERMINAL_PROMPT: '0',
  GIT_AUTHOR_NAME: 'Octo Maintainer',
  GIT_AUTHOR_EMAIL: 'maintainer@example.com',
  GIT_COMMITTER_NAME: 'Octo Maintainer',
  GIT_COMMITTER_EMAIL: 'maintainer@example.com',
};

/** Runs git and answers with whatever it said; never throws for an exit status. */
export const runGit = (
  args: readonly string[],
  options: { readonly input?: string | Buffer; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<GitResult> =>
  new Promise((done, failed) => {
    const child = spawn('git', args, { env: { ...ENVIRONMENT, ...options.env }, stdio: ['pipe', 'pipe', 'pipe'] });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
    child.on('error', failed);
    child.on('close', (status) =>
      done({ status: status ?? -1, stdout: Buffer.concat(out), stderr: Buffer.concat(err).toString() }),
    );
    // A command that does not read its input closes the pipe first; that is no failure.
    child.stdin.on('error', () => undefined);
    child.stdin.end(options.input ?? '');
  });
