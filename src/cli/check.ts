import { enableCompileCache } from 'node:module';
import { setFlagsFromString } from 'node:v8';
import { Command, InvalidArgumentError } from 'commander';
import type { CheckOptions } from './check/options.ts';

/** `forkjoin check`: are these issue bodies, taken as one plan, ready to start? Exit 0, 1 when there is an error, 2 when something cannot be read. */
export const checkVerb = (): Command =>
  new Command('check')
    .description('check issue bodies as one plan, before anything is filed or started')
    .argument(
      '<files...>',
      'Markdown files, one an item; the number is in their front matter ("issue: 12") or begins their name',
    )
    .option('--json', 'print one JSON document')
    .option('--plan <file>', 'the plan issue that the items belong to', once)
    .option('--repo <folder>', 'a repository to check scopes against, too', once)
    .option('--base <ref>', 'the branch, tag or commit of it to look at (default: HEAD)', once)
    .addHelpText(
      'after',
      '\nExit status: 0 no error, 1 at least one error, 2 something could not be read.\n\nExample: forkjoin check --repo . --plan plan/10-profile.md plan/1?-*.md',
    )
    .action(async (files: string[], options: CheckOptions) => {
      // A plan of thousands of items is short-lived rubbish: without this V8 lets its nursery grow by 100 MB for it.
      setFlagsFromString('--semi-space-growth-factor=1');
      // Loaded only now, because every other verb has no use for the readers; a second run in CI or by hand compiles nothing.
      enableCompileCache();
      const { runCheck } = await import('./check/run.ts');
      await runCheck(files, options);
    });

const once = (value: string, previous: string | undefined): string => {
  if (previous !== undefined) throw new InvalidArgumentError('It was given twice.');
  return value;
};
