import { ceilingsOf } from '#adapters/agents/ceilings.ts';
import type { Annex } from '#adapters/git/annex.ts';
import { standAlone } from '#adapters/git/stand-alone.ts';
import type { CommandResult } from '#core/types.ts';
import type { Log, Worktree } from '#engine/ports.ts';
import type { Operator } from '../../config/operator.ts';
import { runAsCaller } from './as-caller.ts';
import type { IntegrateOptions, Unaskable } from './options.ts';

/** Runs commands in worktrees. `kind` is part of the name under which results are kept. */
export type Runner = {
  readonly kind: string;
  readonly minutes: number;
  readonly slots: number;
  readonly run: (
    worktree: Worktree,
    command: string,
    options: { readonly minutes: number; readonly network: boolean },
    signal: AbortSignal,
  ) => Promise<CommandResult>;
};

/** Minutes for a command that nobody gave a limit. */
const MINUTES = 30;
const QUIET: Log = { info() {}, warn() {}, error() {} };

/** How commands are run here: as the caller, or contained as the operator's file says. `home` is where worktrees stand. */
export const openRunner = async (
  { sandbox = false, timeout }: IntegrateOptions,
  home: string,
  annex: Annex,
  cores: number,
): Promise<Runner | Unaskable> => {
  const named = process.env['FORKJOIN_CONFIG'] ?? '';
  const loaded = sandbox || named !== '' ? await configuration() : undefined;
  if (loaded !== undefined && !loaded.ok) return { unaskable: loaded.problems.join(' ') };
  const operator = loaded?.value.operator;
  const common = {
    minutes: timeout ?? operator?.limits.timeout ?? MINUTES,
    slots: Math.min(Math.max(2, cores), operator?.slots ?? 4),
  };
  if (!sandbox || operator === undefined)
    return {
      ...common,
      kind: 'caller',
      run: async (worktree, command, options, signal) => {
        await standAlone(annex, worktree);
        return runAsCaller(worktree.path, command, options.minutes, signal);
      },
    };
  // Loaded only when it is asked for: most runs need no sandbox.
  const [{ openWorkshop }, { runCommand }] = await Promise.all([
    import('#adapters/agents/workshop.ts'),
    import('#adapters/agents/shell.ts'),
  ]);
  const { workshop, refused } = await openWorkshop(workshopOf(operator, home));
  if (refused !== undefined) return { unaskable: `--sandbox cannot be had: ${refused}` };
  return {
    ...common,
    kind: 'sandbox',
    run: (worktree, command, options, signal) => runCommand(workshop, worktree, command, options, signal),
  };
};

const configuration = async () => {
  const { loadConfiguration } = await import('../../config.ts');
  return loadConfiguration(process.env, process.cwd());
};

/** A worker's sandbox; asked for by name it contains, also where the operator contains nothing. */
const workshopOf = ({ sandbox, container, egress, setup_egress, limits }: Operator, home: string) => ({
  home,
  sandbox: sandbox === 'none' ? ('bubblewrap' as const) : sandbox,
  egress,
  setupEgress: setup_egress,
  ceilings: ceilingsOf(limits),
  container,
  log: QUIET,
});
