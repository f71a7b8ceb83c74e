import { Command, InvalidArgumentError } from 'commander';
import type { ConflictsOptions } from './conflicts/run.ts';

/** `forkjoin conflicts`: which branches can be merged together? Exit 0 all pairs, 1 not all, 2 when a branch cannot be read. */
export const conflictsVerb = (): Command =>
  new Command('conflicts')
    .description('merge all pairs of branches, without a checkout, and tell which conflict')
    .argument('<branches...>', 'branches, tags or commits; a branch wins over a tag of its name')
    .option('--json', 'print one JSON document')
    .option('--repo <folder>', 'the repository (default: this folder)', once)
    .requiredOption('--base <ref>', 'what every branch is merged with first', once)
    .addHelpText(
      'after',
      '\nExit status: 0 every pair is clean, 1 some pair conflicts, 2 a branch could not be read (the others are answered all the same).\nNothing in the repository changes. With FORKJOIN_HOME set, answers are kept there for the next time.\n\nExample: forkjoin conflicts --base main parallel/12/13-avatar parallel/12/14-routes',
    )
    .action(async (branches: string[], options: ConflictsOptions) => {
      const { runConflicts } = await import('./conflicts/run.ts');
      await runConflicts(branches, options);
    });

const once = (value: string, previous: string | undefined): string => {
  if (previous !== undefined) throw new InvalidArgumentError('It was given twice.');
  return value;
};
