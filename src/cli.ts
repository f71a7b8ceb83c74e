import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { checkVerb } from './cli/check.ts';
import { demoVerb } from './cli/demo.ts';
import { doctorVerb } from './cli/doctor.ts';
import { serveVerb, webVerb, workerVerb } from './cli/serve.ts';

const VERSION = String(JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).version);

/** Every verb of the command line (spec 8). Exit status: 0 good, 1 the answer is no, 2 it could not be asked. */
const program = (): Command => {
  const root = new Command('forkjoin')
    .description('Turns a set of issues into parallel work by coding agents, and their branches back into one.')
    .version(VERSION)
    .showHelpAfterError('(--help shows how)');
  for (const verb of [serveVerb(), webVerb(), workerVerb(), demoVerb(), doctorVerb(), checkVerb()]) root.addCommand(verb);
  for (const command of [root, ...root.commands]) command.exitOverride().configureOutput({ writeErr: (text) => process.stderr.write(text) });
  return root;
};

/** Under `--json` a mistake in the call is an answer too: one document on standard output. */
const fail = (message: string): void => {
  if (process.argv.includes('--json')) process.stdout.write(`${JSON.stringify({ ok: false, error: { message } })}\n`);
  process.exitCode = 2;
};

try {
  await program().parseAsync();
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
