import { createHash } from 'node:crypto';
import type { EffectKind } from '#core/types.ts';

export const FACTS = 'facts';
export const AGENTS = 'agents';
/** Rounds: they may take as long as a verification does. */
export const INTEGRATIONS = 'integrations';
/** Work on git that is soon done, and that nobody should wait for a round to see. */
export const GIT = 'git';

/** Writes to GitHub for one installation. */
export const effectsOf = (installation: number): string => `effects-${installation}`;

/** The installation whose effects a queue holds; undefined for the other queues. */
export const installationOf = (queue: string): number | undefined => {
  const [, installation] = /^effects-(\d+)$/.exec(queue) ?? [];
  return installation === undefined ? undefined : Number(installation);
};

/** Which queue performs an effect: agents by slots, rounds and other work on git a few at a time, all writes to GitHub in a row. */
export const queueOf = (kind: EffectKind, installation: number): string => {
  switch (kind) {
    case 'attempt':
      return AGENTS;
    case 'integrate':
    case 'rebase':
      return INTEGRATIONS;
    case 'prepare':
    case 'init':
    case 'inspect-push':
    case 'forecast':
      return GIT;
    case 'report':
    case 'panel':
    case 'react':
    case 'answer':
    case 'label':
    case 'paint':
    case 'propose':
    case 'check-run':
    case 'propose-integration':
    case 'delete-branch':
    case 'say-landed':
    case 'conflict-note':
      return effectsOf(installation);
  }
};

/** A job's id from a name: letters, digits and `-` only, never a bare number (BullMQ keeps those), and different names stay different. */
export const jobId = (name: string): string => {
  if (/^[A-Za-z0-9-]{1,200}$/.test(name)) return `job-${name}`;
  const hash = createHash('sha256').update(name).digest('hex').slice(0, 32);
  return `hashed-${name.replace(/[^A-Za-z0-9]+/g, '-').slice(0, 100)}-${hash}`;
};
