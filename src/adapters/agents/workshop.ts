import { mkdir, realpath } from 'node:fs/promises';
import type { Log } from '#engine/ports.ts';
import { type Ceilings, ceilingsOf } from './ceilings.ts';
import { type ContainerChoice, openContainer } from './container.ts';
import { hiddenMounts } from './hidden.ts';
import type { Mount } from './mounts.ts';
import { type NodeInstallation, nodeInstallation } from './node-installation.ts';
import { proveContainment } from './proof.ts';
import { bubblewrap, openAir, refusing, type Sandbox } from './sandbox.ts';

export type WorkshopOptions = {
  /** FORKJOIN_HOME: hidden from agents, apart from their worktree. */
  readonly home: string;
  readonly sandbox: 'bubblewrap' | 'container' | 'none';
  /** `host:port`s that agents, and set-up commands, may reach from inside a sandbox; none when absent. */
  readonly egress?: readonly string[] | undefined;
  readonly setupEgress?: readonly string[] | undefined;
  /** What one attempt may take of the machine; the defaults when absent. */
  readonly ceilings?: Ceilings | undefined;
  /** For `sandbox: container`. */
  readonly container?: ContainerChoice | undefined;
  readonly log: Log;
};

/** What all starts on this machine share. */
export type Workshop = {
  readonly sandbox: Sandbox;
  /** The app's own data, real path. */
  readonly home: string;
  /** Places of the app that a shown folder could contain, masked. */
  readonly hidden: readonly Mount[];
  readonly node: NodeInstallation;
  /** The `host:port`s that the operator lists: for agents, and for set-up commands. */
  readonly ceilings: Ceilings;
  readonly egress: { readonly agents: readonly string[]; readonly setup: readonly string[] };
  readonly log: Log;
};

/** The place where everything runs, proven to hold; or one that starts nothing, and why. */
export async function openWorkshop(
  options: WorkshopOptions,
): Promise<{ readonly workshop: Workshop; readonly refused?: string }> {
  const kind = options.sandbox;
  await mkdir(options.home, { recursive: true });
  const home = await realpath(options.home);
  const common = {
    home,
    hidden: hiddenMounts(home),
    node: nodeInstallation(),
    egress: { agents: options.egress ?? [], setup: options.setupEgress ?? [] },
    ceilings: options.ceilings ?? ceilingsOf(),
    log: options.log,
  };
  const sandbox = await openSandbox(options, home, common.ceilings);
  const workshop = { ...common, sandbox: 'refused' in sandbox ? refusing(kind, sandbox.refused) : sandbox };
  if ('refused' in sandbox) return { workshop, refused: sandbox.refused };
  const refused = kind === 'none' ? undefined : await proveContainment(workshop);
  return refused === undefined ? { workshop } : { workshop: { ...common, sandbox: refusing(kind, refused) }, refused };
}

async function openSandbox(
  { sandbox, container }: WorkshopOptions,
  home: string,
  ceilings: Ceilings,
): Promise<Sandbox | { readonly refused: string }> {
  switch (sandbox) {
    case 'none':
      return openAir(ceilings);
    case 'bubblewrap':
      return await bubblewrap(home, ceilings);
    case 'container':
      return await openContainer(container ?? {}, home, ceilings);
  }
}
