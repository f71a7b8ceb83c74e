import { type By, costs } from '#core/spend/costs.ts';
import { loadConfiguration } from '../../config.ts';
import { csv } from './csv.ts';
import { readLedger } from './read.ts';
import { table } from './table.ts';

export type CostsOptions = {
  readonly json?: boolean;
  readonly csv?: boolean;
  readonly by: readonly By[];
  readonly since?: string;
};

/** Reads the ledger, sums it and prints it. */
export const runCosts = async (options: CostsOptions): Promise<void> => {
  const loaded = loadConfiguration(process.env, process.cwd());
  if (!loaded.ok) throw new Error(loaded.problems.join(' '));
  const { by, since } = options;
  const found = costs(await readLedger(loaded.value, since), by);
  const text =
    options.json === true
      ? `${JSON.stringify({ ...(since === undefined ? {} : { since }), by, ...found })}\n`
      : options.csv === true
        ? csv(found.groups, by)
        : table(found, by);
  process.stdout.write(text);
};
