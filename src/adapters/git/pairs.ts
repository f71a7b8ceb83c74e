/** The forecast: which heads can be merged together, without a checkout and without a trace. */
import type { Sha } from '#core/types.ts';
import { allowedSha } from './allowed.ts';
import { withAttributes } from './attributes.ts';
import { ForecastMemory, type KnownHead } from './forecast-memory.ts';
import { type Merged, mergeMeeting } from './forecast-merges.ts';
import { GitFailure } from './git.ts';
import type { ToMerge } from './merge-batch.ts';
import { COLLISION } from './merge-trees.ts';
import type { GitFolder } from './mirror.ts';
import { closeQuarantine, openQuarantine } from './quarantine.ts';

/** What became of a pair. `broken`: git cannot read what it needs to merge the two. */
export type PairOutcome =
  | { readonly clean: true }
  | {
      readonly clean: false;
      readonly files: readonly string[];
      readonly reason?: string;
      readonly blame?: Blame;
      readonly broken?: true;
    };

/** The head that does not go with the base itself; `broken`: git cannot read it. */
export type Blame = { readonly head: Sha; readonly broken: boolean };

/** Objects that are written once: compressing them would be half of the work, linking them a good part of the rest. */
const THROWN_AWAY = ['core.looseCompression=0', 'core.createObject=rename'].flatMap((one) => ['-c', one]);

/**
 * Merges pairs of heads that are commits of the repository; answers in order. With a memory of an earlier forecast only
 * what is new is looked at. The chain decides, this forecasts.
 */
export async function mergePairs(
  folder: GitFolder,
  base: Sha,
  pairs: readonly ToMerge[],
  memory = new ForecastMemory(),
): Promise<PairOutcome[]> {
  for (const sha of [base, ...pairs.flat()]) allowedSha(sha);
  const known = await memory.base(folder, base);
  const question = { base, known, pairs };
  const inQuarantine = async (where: 'memory' | 'disk'): Promise<Merged> => {
    const quarantine = await openQuarantine(folder, pairs.length, where);
    // What git needs besides lies there too: a folder in memory is made and gone in no time.
    const inside = { ...folder, ground: { ...folder.ground, home: quarantine.objects } };
    try {
      return await withAttributes(inside, known.attributes, ({ settings, call }) => {
        const env = quarantine.environment;
        return mergeMeeting(inside, { settings: [...settings, ...THROWN_AWAY], call: { ...call, env } }, question);
      });
    } finally {
      await closeQuarantine(quarantine);
    }
  };
  const merged = await inQuarantine('memory').catch((failure: unknown) => {
    if (!(failure instanceof GitFailure) || !/No space left|Disk quota/i.test(failure.errors)) throw failure;
    return inQuarantine('disk');
  });
  return pairs.map((pair, at) => judged(merged.heads.get(pair[0]), merged.heads.get(pair[1]), merged.outcomes[at]));
}

type Outcome = Merged['outcomes'][number];

function judged(a: KnownHead | undefined, b: KnownHead | undefined, outcome: Outcome): PairOutcome {
  if (a === undefined || b === undefined) throw new Error('a head was not merged with the base');
  const files = outcome === undefined || outcome.clean ? [] : outcome.files;
  // A head that does not go with the base goes with nobody.
  const blamed = apart(a) ?? apart(b) ?? colliding(a, files) ?? colliding(b, files);
  if (blamed !== undefined) return blamed;
  if (outcome?.clean === false) {
    const { why, broken } = outcome;
    return { clean: false, files, ...(why === undefined ? {} : { reason: why }), ...(broken ? { broken } : {}) };
  }
  const clash = a.names.folded.meetings(b.names.added, []);
  return clash.length > 0 ? { clean: false, files: clash, reason: COLLISION } : { clean: true };
}

/** A head that does not go with the base. */
function apart({ head, onBase: one, names }: KnownHead): PairOutcome | undefined {
  if (!one.clean) return { clean: false, files: one.files, reason: one.why, blame: { head, broken: one.broken } };
  if (names.broken !== undefined)
    return { clean: false, files: [], reason: names.broken, blame: { head, broken: true } };
  return undefined;
}

/** A head whose names collide with the base's; `files`: in which it conflicts with the other head besides. */
function colliding({ head, clash }: KnownHead, files: readonly string[]): PairOutcome | undefined {
  if (clash.length === 0) return undefined;
  const all = [...new Set([...clash, ...files])].sort();
  return { clean: false, files: all, reason: COLLISION, blame: { head, broken: false } };
}
