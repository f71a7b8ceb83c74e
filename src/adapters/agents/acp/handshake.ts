import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Job } from '../contained.ts';
import { makeRunFolder } from '../run-folder.ts';
import { plainText } from '../tail.ts';
import { unreadable } from '../unreadable.ts';
import type { Workshop } from '../workshop.ts';
import { greet, IS_IT_ONE } from './conversation.ts';
import { overProtocol } from './over-protocol.ts';

/** What is started to be greeted. */
export type Greeted = Pick<Job, 'argv' | 'environment' | 'path' | 'mounts'>;

/** How long an agent may take to answer, milliseconds; and how long a bad answer is believed. */
const ANSWER = 15_000;
const BELIEVED = 60_000;

/** Answers by what was started: looks at plans ask often, and starting a program only to ask is worth it once. */
const known = new Map<string, { readonly at: number; readonly found: Promise<string | undefined> }>();

/**
 * What keeps an agent from being spoken with, found out by greeting it in an empty folder inside the sandbox: it does not
 * answer, speaks another version, or wants a login. Undefined when nothing does. `key` tells one program from another.
 */
export async function handshakeProblem(
  workshop: Workshop,
  agent: string,
  key: string,
  start: Greeted,
): Promise<string | undefined> {
  const before = known.get(key);
  const bad = before === undefined || (await before.found) !== undefined;
  const asked =
    before !== undefined && (!bad || performance.now() - before.at < BELIEVED)
      ? before
      : { at: performance.now(), found: shakeHands(workshop, start) };
  known.set(key, asked);
  const why = await asked.found;
  return why === undefined ? undefined : `agent "${agent}" cannot be used: ${why}`;
}

async function shakeHands(workshop: Workshop, start: Greeted): Promise<string | undefined> {
  const folder = await makeRunFolder();
  try {
    const worktree = join(folder.path, 'empty');
    await mkdir(worktree);
    const strange = unreadable('a message of the Agent Client Protocol');
    const { ended, said } = await overProtocol(
      workshop,
      { ...start, routes: [], egress: [], readOnly: [], worktree, folder: folder.path },
      { wall: ANSWER, silence: ANSWER, output: 5_000_000 },
      { signal: new AbortController().signal },
      strange,
      (wire) => greet(wire, worktree),
    );
    if (ended.ending.kind === 'unstarted') return `it could not be started: ${ended.ending.why}`;
    if (said?.kind === 'wrong') return plainText(said.why);
    // A program that greets and only then fails is told by its first attempt: here it has no model.
    if (said?.kind !== 'failed') return undefined;
    const silent = ended.ending.kind === 'stalled' || ended.ending.kind === 'timeout';
    const last = ended.errors.split('\n').at(-1) ?? '';
    const why = silent ? `It did not answer within ${ANSWER / 1_000} seconds. ${IS_IT_ONE}` : plainText(said.why);
    return [why, strange.words(), last].filter((part) => part !== '').join(' · ');
  } finally {
    await folder.remove();
  }
}
