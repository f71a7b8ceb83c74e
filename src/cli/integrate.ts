import { Command, InvalidArgumentError, Option } from 'commander';
import type { IntegrateOptions } from './integrate/options.ts';

const HELP = `
Members are merged in the order given, those that others come after first. One that conflicts, or with which the
verification fails, is held and named with its opponents; so are those that come after it, and the rest goes on.

Package manifests, imports and lock files that both sides changed are settled by rule where that can be done. Lock files
are made again by their tools (npm, pnpm, yarn, cargo, go, poetry, uv), run as you, or contained with --sandbox.

A verification runs as you in a clean worktree with a repository of its own, and may do there what it likes. What it
started ends with it; one that hides on purpose, or writes elsewhere by a full path, only --sandbox stops.

Nothing is checked out, and nothing but the branch --into changes; it must be new, or hold only what this command made.
The same input gives the same commits. Nothing is pushed. A member whose commits are contained already is told with the
commit that the chain had when its turn came. With FORKJOIN_HOME set, results of verifications are kept there by tree
and not computed again (--again runs once more what failed).

Exit status: 0 every member is merged, 1 some are held or the base itself fails, 2 it could not be asked, or a member
could not be read (the others are merged all the same).

Example: forkjoin integrate --base main --into integration/12-profile --verify 'npm ci && npm test' \\
           --after parallel/12/14-routes:parallel/12/13-avatar parallel/12/13-avatar parallel/12/14-routes`;

/** `forkjoin integrate`: builds the integration branch in a local repository, and never pushes. */
export const integrateVerb = (): Command =>
  new Command('integrate')
    .description('merge branches one after another into an integration branch of a local repository, verified')
    .argument('<members...>', 'branches, tags or commits; a branch wins over a tag of its name')
    .option('--json', 'print one JSON document')
    .option('--repo <folder>', 'the repository (default: this folder)', once)
    .requiredOption('--base <ref>', 'what the members are merged onto', once)
    .requiredOption('--into <branch>', 'the branch that is made, or moved', once)
    .option('--verify <command>', 'shell command that must pass after every merge, in a clean worktree', command)
    .option('--sandbox', 'run the verification contained and without a network, as on a worker')
    .addOption(
      new Option('--policy <policy>', 'verify after each merge, or the tip first and halves when it fails')
        .choices(['each', 'tip'])
        .default('each'),
    )
    .option('--after <A:B>', 'merge A after B; may be given several times', several, [])
    .option('--timeout <minutes>', 'minutes for one verification (default: 30, or limits.timeout)', minutes)
    .option('--again', 'verify again what is known to have failed')
    .addHelpText('after', HELP)
    .action(async (members: string[], options: IntegrateOptions) => {
      const { runIntegrate } = await import('./integrate/run.ts');
      await runIntegrate(members, options);
    });

const once = (value: string, previous: string | undefined): string => {
  if (previous !== undefined) throw new InvalidArgumentError('It was given twice.');
  return value;
};

const command = (value: string, previous: string | undefined): string => {
  if (value.trim() === '') throw new InvalidArgumentError('It is empty: leave --verify out to verify nothing.');
  return once(value, previous);
};

const several = (value: string, previous: readonly string[]): readonly string[] => [...previous, value];

const minutes = (value: string): number => {
  const number = Number(value);
  if (!(number > 0 && number <= 1_440)) throw new InvalidArgumentError('It is a number of minutes, at most 1440.');
  return number;
};
