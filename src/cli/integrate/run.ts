import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { type Annex, openAnnex } from '#adapters/git/annex.ts';
import { commitFacts } from '#adapters/git/commit-facts.ts';
import { BASE_TRAILER, land } from '#adapters/git/landing.ts';
import { asNamed, isShallow, type OpenedRepository, openRepository, resolveNames } from '#adapters/git/local.ts';
import { UNRELATED } from '#adapters/git/merge-trees.ts';
import type { Sha } from '#core/types.ts';
import { buildChain, type ChainRequest } from '#engine/integrate/chain.ts';
import { unsound } from '#engine/integrate/sound.ts';
import { interruptible } from '../interruptible.ts';
import { type Answer, answerOf, type Remark } from './answer.ts';
import { inPlaces, type Places } from './home.ts';
import { type NamedMember, namedMembers } from './members.ts';
import type { IntegrateOptions, Unaskable } from './options.ts';
import { progress } from './progress.ts';
import { MEND, type Resolved, readable, SHALLOW, unknownBase, unknownMembers } from './readable.ts';
import { openResults } from './results.ts';
import { openRunner } from './runner.ts';
import { plainLine, show, showRemarks } from './show.ts';
import { localSite } from './site.ts';
import { badName, target } from './target.ts';
import { tellUnaskable, unhindered } from './unhindered.ts';
import { watched } from './watched.ts';

type Told = { readonly answer: Answer; readonly remarks: readonly Remark[] };

/** Builds, prints, and sets the exit status. */
export const runIntegrate = async (names: readonly string[], options: IntegrateOptions): Promise<void> => {
  const start = performance.now();
  const told = await unhindered(() =>
    interruptible((signal) => inPlaces((places) => integrate(names, options, places, signal))),
  );
  if ('unaskable' in told) {
    tellUnaskable('integrate', told, options.json === true);
    return;
  }
  const { answer, remarks } = told;
  process.stderr.write(showRemarks(remarks));
  const seconds = (performance.now() - start) / 1000;
  process.stdout.write(options.json === true ? `${JSON.stringify(answer)}\n` : show(answer, seconds));
  process.exitCode = statusOf(answer);
};

const statusOf = ({ base, held, errors = [] }: Answer): number => {
  if (errors.length > 0) return 2;
  return held.length > 0 || base.verify === 'failed' ? 1 : 0;
};

const integrate = async (
  names: readonly string[],
  options: IntegrateOptions,
  { scratch, results }: Places,
  signal: AbortSignal,
): Promise<Told | Unaskable> => {
  const wrong = badName(options.into, options.base, names);
  if (wrong !== undefined) return { unaskable: wrong };
  const members = namedMembers(names, options.after);
  if ('unaskable' in members) return members;
  const person = await openRepository(resolve(options.repo ?? '.'), scratch);
  if ('unreadable' in person) return { unaskable: person.unreadable };
  const named = await resolved(person, options, members);
  if ('unaskable' in named) return named;
  const annex = await openAnnex(person, scratch, signal);
  const runner = await openRunner(options, scratch, annex, availableParallelism());
  if ('unaskable' in runner) return runner;
  const before = await target(person, annex, options.into, { name: options.base, commit: named.base });
  if ('unaskable' in before) return before;

  const asked = options.verify === undefined ? named : await readable(annex, named);
  const unread = new Map(asked.unread);
  const site = await localSite(
    { annex, runner, results: openResults(results, scratch), signal, tell: tellerOf(options) },
    options,
    (head, why) => {
      for (const { name, commit } of asked.heads) if (commit === head) unread.set(name, `${why}. ${MEND}`);
    },
  );
  const request = await chainRequest(annex, options, asked);
  const meddling = await watched(person, options);
  const chain = await buildChain(site, request);
  const remarks = await meddling();
  const base = { name: options.base, sha: asked.base };
  const telling = (sha: Sha | undefined): Told => {
    const told = answerOf({ into: options.into, base }, chain, sha, unread);
    return { ...told, remarks: [...told.remarks.map((one) => cutOff(person, one)), ...remarks] };
  };
  if (chain.verified?.some((result) => !result.ok) === true) return telling(before.expected);
  const fault = await unsound(site, request, chain);
  if (fault !== undefined) return { unaskable: fault };
  signal.throwIfAborted();
  const { commit } = chain.tip;
  if (before.fixed !== undefined && commit !== before.expected) return { unaskable: before.fixed };
  const known = [asked.base, ...asked.heads.map((one) => one.commit)];
  const landed = await land(person, annex, { branch: options.into, commit, expected: before.expected, known });
  if (landed === 'moved-by-others')
    return {
      unaskable: `${JSON.stringify(options.into)} was moved by somebody else meanwhile: nothing was done. Run it again.`,
    };
  if (typeof landed === 'object')
    return { unaskable: `${JSON.stringify(options.into)} cannot be made: ${landed.taken}` };
  return telling(commit);
};

/** What a clone that was cut off cannot know. */
const cutOff = (person: OpenedRepository, remark: Remark): Remark =>
  remark.why === UNRELATED && isShallow(person) ? { ...remark, why: `${UNRELATED}${SHALLOW}` } : remark;

/** What the names stand for. */
const resolved = async (
  person: OpenedRepository,
  { base: baseName }: IntegrateOptions,
  members: readonly NamedMember[],
): Promise<Resolved | Unaskable> => {
  const names = [baseName, ...members.map(({ name }) => name)];
  const [base, ...commits] = await resolveNames(asNamed(person), names);
  if (base === undefined) return { unaskable: await unknownBase(person, baseName) };
  return {
    base,
    heads: members.flatMap((member, at) => {
      const commit = commits[at];
      return commit === undefined ? [] : [{ ...member, commit }];
    }),
    unread: await unknownMembers(
      person,
      members.flatMap(({ name }, at) => (commits[at] === undefined ? [name] : [])),
    ),
  };
};

/** The chain that is asked for. A merge commit depends on its two sides alone, so that the same input gives the same hash. */
const chainRequest = async (annex: Annex, { policy }: IntegrateOptions, asked: Resolved): Promise<ChainRequest> => {
  const { base, heads, unread } = asked;
  const facts = await commitFacts(annex.mirror, [base, ...heads.map(({ commit }) => commit)]);
  const seconds = (commit: Sha): number => facts.get(commit)?.seconds ?? 0;
  const tree = facts.get(base)?.tree;
  if (tree === undefined) throw new Error(`The base ${base} cannot be read.`);
  return {
    base: { commit: base, tree },
    members: heads.map(({ name, after, commit }) => ({
      name,
      after,
      head: commit,
      at: new Date(Math.max(seconds(base), seconds(commit)) * 1000).toISOString(),
      message: `Merge ${name.replaceAll(/\p{Cc}/gu, ' ')}\n\n${BASE_TRAILER}: ${base}`,
    })),
    out: [...unread.keys()],
    policy,
  };
};

/** Progress for a person; a program that reads JSON is not told. */
const tellerOf =
  ({ json, base }: IntegrateOptions) =>
  (happening: Parameters<typeof progress>[0]): void => {
    if (json === true && process.stderr.isTTY !== true) return;
    const line = progress(happening, base);
    if (line !== undefined) process.stderr.write(plainLine(line));
  };
