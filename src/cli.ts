import './cli/answer-signals.ts';
import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';

/** Every verb of the command line (spec 8), loaded when it is asked for: `check` should not wait for what serves. */
const VERBS: Readonly<Record<string, () => Promise<Command>>> = {
  serve: async () => (await import('./cli/serve.ts')).serveVerb(),
  web: async () => (await import('./cli/serve.ts')).webVerb(),
  worker: async () => (await import('./cli/serve.ts')).workerVerb(),
  demo: async () => (await import('./cli/demo.ts')).demoVerb(),
  doctor: async () => (await import('./cli/doctor.ts')).doctorVerb(),
  costs: async () => (await import('./cli/costs.ts')).costsVerb(),
  check: async () => (await import('./cli/check.ts')).checkVerb(),
  conflicts: async () => (await import('./cli/conflicts.ts')).conflictsVerb(),
  integrate: async () => (await import('./cli/integrate.ts')).integrateVerb(),
};

const version = (): string =>
  String(JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).version);

/** The command line with the verb that was asked for; with all of them for help and for mistakes. */
const program = async (asked: string | undefined): Promise<Command> => {
  const root = new Command('forkjoin')
    .description('Turns a set of issues into parallel work by coding agents, and their branches back into one.')
    .version(version())
    .showHelpAfterError('(--help shows how)');
  const one = asked === undefined ? undefined : VERBS[asked];
  const verbs = one === undefined ? Object.values(VERBS) : [one];
  for (const verb of verbs) root.addCommand(await verb());
  for (const command of [root, ...root.commands])
    command.exitOverride().configureOutput({ writeErr: (text) => process.stderr.write(text) });
  return root;
};

/** Exit status: 0 good, 1 the answer is no, 2 it could not be asked. Under `--json` that is told in one document too. */
const fail = (message: string): void => {
  if (process.argv.includes('--json')) process.stdout.write(`${JSON.stringify({ ok: false, error: { message } })}\n`);
  process.exitCode = 2;
};

// Whoever reads may have read enough: `forkjoin check … | head -1` is nobody's fault.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

try {
  await (await program(process.argv.find((word) => Object.hasOwn(VERBS, word)))).parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    if (error.exitCode !== 0) fail(error.message.replace(/^error: /, ''));
  } else {
    const message = error instanceof Error ? error.message : String(error);
    process.stderr.write(`forkjoin: ${message}\n`);
    if (process.env['LOG_LEVEL'] === 'debug' && error instanceof Error) process.stderr.write(`${error.stack}\n`);
    fail(message);
  }
}
