import { Command, InvalidArgumentError, Option } from 'commander';
import { BY, type By } from '#core/spend/costs.ts';
import type { CostsOptions } from './costs/run.ts';
import { sinceOf } from './costs/since.ts';

/** `forkjoin costs`: what agents spent, from the ledger in the configured database. Exit 0; 2 when it cannot be read. */
export const costsVerb = (): Command =>
  new Command('costs')
    .description('what agents spent, from the ledger: requests, tokens and US dollars')
    .option('--json', 'print one JSON document')
    .option('--csv', 'print comma-separated values, with a line of names')
    .addOption(
      new Option('--by <columns>', `columns to sum by, of ${BY.join(', ')}`)
        .argParser(columns)
        .default(DEFAULT, DEFAULT.join(',')),
    )
    .option('--since <time>', 'from a day (2025-11-30), an instant, or so long ago (12h, 7d, 4w)', since)
    .addHelpText('after', '\nDays are those of UTC. Example: forkjoin costs --by model,kind --since 7d')
    .action(async (options: CostsOptions) => {
      if (options.json === true && options.csv === true) throw new Error('Of --json and --csv one is possible.');
      const { runCosts } = await import('./costs/run.ts');
      await runCosts(options);
    });

const DEFAULT: readonly By[] = ['day', 'plan', 'item', 'model', 'kind'];

const columns = (value: string): readonly By[] => {
  const names = [...new Set(value.split(',').map((name) => name.trim()))];
  const wrong = names.find((name) => !BY.some((known) => known === name));
  if (wrong !== undefined) throw new InvalidArgumentError(`"${wrong}" is none of ${BY.join(', ')}.`);
  return BY.filter((known) => names.includes(known)).sort((a, b) => names.indexOf(a) - names.indexOf(b));
};

const since = (value: string): string => {
  const found = sinceOf(value, Date.now());
  if (found === undefined)
    throw new InvalidArgumentError(
      'Give a day (2025-11-30), an instant (2025-11-30T12:00:00Z), or so long ago (12h, 7d).',
    );
  return found;
};
