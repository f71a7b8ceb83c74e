/**
 * The one door to git: nothing else starts it. Local plumbing is spawned (`run.ts`, here or by `runner.ts` beside us) (bytes out, bounded, no wait after silent
 * commands); what talks to a remote goes through simple-git with exactly the opt-ins that the recipe needs.
 */
import { randomUUID } from 'node:crypto';
import { endMarked } from './end-marked.ts';
import { keepSimpleGitQuiet } from './quiet.ts';
import { argv, environment, type GitCall } from './recipe.ts';
import { run } from './run.ts';
import { remoteApart, runApart } from './runner.ts';

keepSimpleGitQuiet();

export type GitAnswer = { readonly status: number; readonly output: Buffer; readonly errors: string };

/** What git said when it failed. `status` is absent when it was ended by a signal (named in `killed`). */
export class GitFailure extends Error {
  override readonly name = 'GitFailure';
  readonly status: number | undefined;
  readonly killed: string | undefined;
  readonly errors: string;
  constructor(
    verb: string,
    why: string,
    end: { status?: number | undefined; killed?: string | undefined; errors?: string },
  ) {
    super(`git ${verb}: ${why}`);
    this.status = end.status;
    this.killed = end.killed;
    this.errors = end.errors ?? '';
  }
}

/** The line that says why: progress and a server's chatter stand among the rest. */
function theReason(errors: string): string {
  const lines = errors.split(/[\r\n]/).filter((line) => line.trim() !== '');
  const said = (start: string) => lines.find((line) => line.startsWith(start));
  return (said('fatal: ') ?? said('error: ') ?? lines.at(-1) ?? 'no word').slice(0, 500);
}

/** Runs local git; its whole process group ends with it, on time-out, too much output and abort. No protocol is allowed. */
export async function git(args: readonly string[], call: GitCall): Promise<GitAnswer> {
  call.signal?.throwIfAborted();
  const verb = args.find((argument, at) => !argument.startsWith('-') && args[at - 1] !== '-c') ?? '';
  const start = call.apart === true ? runApart : run;
  const { status, killed, cause, output, errors } = await start(
    {
      args: argv(args, call),
      cwd: call.cwd,
      env: environment(call, ''),
      input: call.input ?? '',
      seconds: call.seconds ?? 120,
      megabytes: call.megabytes ?? 256,
    },
    call.signal,
  );
  if (cause !== undefined) throw new GitFailure(verb, cause, { errors, killed: killed ?? undefined });
  if (status === null || !(call.answers ?? [0]).includes(status)) {
    const end = { status: status ?? undefined, killed: killed ?? undefined, errors };
    throw new GitFailure(verb, killed ?? theReason(errors), end);
  }
  return { status, output: Buffer.from(output.buffer, output.byteOffset, output.byteLength), errors };
}

/** A remote as the app may reach it. The token is never part of an argument or a URL. */
export type Remote = { readonly url: string; readonly token?: string | undefined; readonly protocols: string };

const GUARDED = /^GIT_/;

/** Runs git against a remote, through simple-git: ends when nothing was heard for two minutes, on time-out and abort. */
export async function gitRemote(args: readonly string[], remote: Remote, call: GitCall): Promise<GitAnswer> {
  if (call.apart === true) return remotely(args, remote, call);
  // Loaded when a remote is talked to: what only reads a repository need not wait for it.
  const { GitPluginError, simpleGit } = await import('simple-git');
  const mark = randomUUID();
  const env = { ...environment(call, remote.protocols), ...credential(remote), FORKJOIN_RUN: mark };
  const limit = AbortSignal.timeout((call.seconds ?? 900) * 1000);
  const abort = call.signal === undefined ? limit : AbortSignal.any([call.signal, limit]);
  const endHelpers = () => void endMarked(`FORKJOIN_RUN=${mark}`);
  abort.addEventListener('abort', endHelpers, { once: true });
  let answer: GitAnswer | undefined;
  const runner = simpleGit({
    baseDir: call.cwd,
    abort,
    timeout: { block: 120_000 },
    // A helper that outlives git holds its output open: two seconds are enough to hear the rest.
    completion: { onClose: true, onExit: 2_000 },
    allowEnvironment: Object.keys(env).filter((key) => GUARDED.test(key)),
    // The recipe's own flags, and nothing more; upload-pack and other commands as arguments stay refused.
    unsafe: {
      allowUnsafeConfigEnvCount: true,
      allowUnsafeConfigPaths: true,
      allowUnsafeFsMonitor: true,
      allowUnsafeHooksPath: true,
    },
    errors: (error, result) => {
      // A status is an answer, judged below; only an end from outside is a failure of the run itself.
      const errors = Buffer.concat(result.stdErr).toString().slice(0, 100_000);
      answer = { status: result.exitCode, output: Buffer.concat(result.stdOut), errors };
      return error instanceof GitPluginError ? error : undefined;
    },
  });
  const verb = args[0] ?? '';
  try {
    await runner.env(env).raw(argv(args, call));
  } catch (cause) {
    const why = limit.aborted
      ? `not done after ${call.seconds ?? 900} s`
      : cause instanceof Error
        ? cause.message
        : String(cause);
    endHelpers();
    throw Object.assign(new GitFailure(verb, theReason(why), { errors: answer?.errors ?? '' }), { cause });
  } finally {
    abort.removeEventListener('abort', endHelpers);
  }
  if (answer === undefined) throw new GitFailure(verb, 'ended without a status', {});
  if (!(call.answers ?? [0]).includes(answer.status)) {
    throw new GitFailure(verb, theReason(answer.errors), { status: answer.status, errors: answer.errors });
  }
  return answer;
}

/** The same in the small process beside the app, whose failures are made ours again. */
async function remotely(args: readonly string[], remote: Remote, call: GitCall): Promise<GitAnswer> {
  const { signal, apart: _asked, ...rest } = call;
  signal?.throwIfAborted();
  const answered = await remoteApart({ args, remote, call: rest }, signal);
  if (answered === undefined) return gitRemote(args, remote, { ...rest, signal });
  if ('answer' in answered) {
    const { output } = answered.answer;
    return { ...answered.answer, output: Buffer.from(output.buffer, output.byteOffset, output.byteLength) };
  }
  if ('failure' in answered) {
    const { message, ...end } = answered.failure;
    throw new GitFailure(args[0] ?? '', message.replace(/^git \S+: /, ''), end);
  }
  throw new Error('failed' in answered ? answered.failed : 'the process that starts git gave another answer');
}

/** The token as a header for this one host, by environment: neither `ps` nor a redirect to another host shows it. */
function credential(remote: Remote): Record<string, string> {
  if (remote.token === undefined || !/^https?:/.test(remote.url)) return {};
  const basic = Buffer.from(`x-access-token:${remote.token}`).toString('base64');
  return {
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: `http.${new URL(remote.url).origin}/.extraHeader`,
    GIT_CONFIG_VALUE_0: `Authorization: Basic ${basic}`,
  };
}
