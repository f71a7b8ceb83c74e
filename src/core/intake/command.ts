import type { CommandReading } from '#core/types.ts';
import { isOneEditAway } from './edit-distance.ts';

/** Where a command may stand: any issue, a plan issue, an item, a pull request of the app. */
export type CommandPlace = 'any' | 'any issue' | 'plan' | 'item' | 'pull request';

/** `write`: admin, maintain or write. `triage`: triage as well, or whoever wrote the issue. */
export type CommandRight = 'write' | 'triage';

/** One verb of spec section 4. `arguments` as the help shows them. */
export type CommandEntry = {
  readonly verb: string;
  readonly where: readonly CommandPlace[];
  readonly who: CommandRight;
  readonly arguments: string;
  readonly does: string;
};

/** The whole table: what is understood, who may say it where, and what `/parallel help` shows. */
export const COMMANDS: readonly CommandEntry[] = [
  { verb: 'check', where: ['any'], who: 'triage', arguments: '', does: 'check again now' },
  {
    verb: 'init',
    where: ['any'],
    who: 'write',
    arguments: '',
    does: 'open a pull request that adds the issue forms and a commented `.github/parallel.yml`',
  },
  {
    verb: 'decompose',
    where: ['any issue'],
    who: 'write',
    arguments: '',
    does: 'have an agent propose items with scopes and contracts; `approve` creates the issues',
  },
  {
    verb: 'plan',
    where: ['plan', 'item'],
    who: 'write',
    arguments: '[#n …]',
    does: 'have planning agents write an implementation plan for each item; nothing starts until `approve`',
  },
  {
    verb: 'approve',
    where: ['plan', 'item'],
    who: 'write',
    arguments: '',
    does: 'approve what stands there now: bodies and plans are pinned by hash',
  },
  {
    verb: 'start',
    where: ['plan', 'item'],
    who: 'write',
    arguments: '',
    does: 'approve if need be, then run; refused while there are errors',
  },
  {
    verb: 'pause',
    where: ['plan', 'item'],
    who: 'write',
    arguments: '',
    does: 'start nothing new; running agents finish',
  },
  { verb: 'resume', where: ['plan', 'item'], who: 'write', arguments: '', does: 'go on after `pause`' },
  {
    verb: 'cancel',
    where: ['plan', 'item'],
    who: 'write',
    arguments: '[#n …]',
    does: 'end running agents within 10 seconds and push nothing more; branches stay',
  },
  {
    verb: 'retry',
    where: ['plan', 'item'],
    who: 'write',
    arguments: '[#n …]',
    does: 'run failed or cancelled items again, from a fresh worktree, or on top of what was pushed',
  },
  {
    verb: 'fix',
    where: ['pull request', 'item'],
    who: 'write',
    arguments: '[text]',
    does: 'let the agent go on, with the review comments since its last commit and the text',
  },
  {
    verb: 'review',
    where: ['pull request', 'plan'],
    who: 'write',
    arguments: '',
    does: 'have a reviewing agent answer with BLOCKING, WARNING and NOTE',
  },
  {
    verb: 'hold',
    where: ['pull request', 'item'],
    who: 'write',
    arguments: '',
    does: 'keep a member out of the integration',
  },
  {
    verb: 'unhold',
    where: ['pull request', 'item'],
    who: 'write',
    arguments: '',
    does: 'let a held member back into the integration',
  },
  { verb: 'integrate', where: ['plan'], who: 'write', arguments: '', does: 'merge what can be merged now' },
  { verb: 'status', where: ['any'], who: 'triage', arguments: '', does: 'show the panel, fresh' },
  { verb: 'help', where: ['any'], who: 'triage', arguments: '', does: 'show this table' },
];

/** More than this in one line is no command. */
const LONGEST_LINE = 2_000;
const MOST_ISSUES = 200;

/**
 * Reads a comment (spec 4): `/parallel <verb> [#n …] [text]` from the very first character of the first line. Anything
 * else, and every other line, is text. The verb may be written in any case.
 */
export const readCommand = (body: string): CommandReading => {
  const end = body.search(/[\r\n]/);
  const line = end < 0 ? body : body.slice(0, end);
  if (line.length > LONGEST_LINE || !/^\/parallel(?:[ \t]|$)/.test(line)) return { kind: 'none' };
  const [verb = '', ...rest] = line
    .slice('/parallel'.length)
    .trim()
    .split(/[ \t]+/);
  const known = COMMANDS.find((entry) => entry.verb === verb.toLowerCase());
  if (known === undefined) return unknown(verb);
  const { issues, text } = leadingIssues(rest);
  return { kind: 'command', command: { verb: known.verb, issues, text } };
};

const unknown = (verb: string): CommandReading => {
  const near = COMMANDS.find((entry) => isOneEditAway(verb.toLowerCase(), entry.verb));
  return { kind: 'unknown', verb, ...(near === undefined ? {} : { didYouMean: near.verb }) };
};

const leadingIssues = (words: readonly string[]): { readonly issues: readonly number[]; readonly text: string } => {
  const issues = new Set<number>();
  let at = 0;
  for (; at < words.length && issues.size < MOST_ISSUES; at += 1) {
    const list = /^#[1-9]\d{0,8}(?:,#[1-9]\d{0,8})*,?$/.exec(words[at] ?? '')?.[0];
    if (list === undefined) break;
    for (const number of list.split(',')) if (number !== '') issues.add(Number(number.slice(1)));
  }
  return { issues: [...issues], text: words.slice(at).join(' ') };
};
