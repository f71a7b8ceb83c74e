import type { HoldReason } from '#core/types.ts';
import { code } from '#core/words/safe.ts';
import { failureWords } from '#core/words/state.ts';

/** A remark of a reviewer, of the whole or of a line. */
export type Remark = { readonly by: string; readonly body: string; readonly path?: string; readonly line?: number };

/** A file that git could not merge: both versions, where each side has one as text. */
export type BothSides = { readonly path: string; readonly ours?: string; readonly theirs?: string };

/** What was merged into the member for its agent: the other items, and the files in conflict. */
export type OtherSide = {
  /** How the two ends are named behind git's markers. */
  readonly ours: string;
  readonly theirs: string;
  readonly items: readonly { readonly issue: number; readonly title: string; readonly contracts: string }[];
  readonly conflicts: readonly BothSides[];
};

export type GoOnInput = {
  readonly issue: number;
  readonly by: string;
  readonly text: string;
  readonly remarks: readonly Remark[];
  readonly why?: HoldReason;
  readonly other?: OtherSide;
  /** Commands that must pass besides the item's own. */
  readonly commands: readonly string[];
};

/** Characters of one side of a file, of all sides together, and of one remark. */
const SIDE = 6_000;
const SIDES = 60_000;
const REMARK = 2_000;
const REMARKS = 50;

/**
 * What an agent is told that goes on with its own branch, the item first (spec 7), below the item's prompt or in the
 * conversation that it had: who asked, what reviewers wrote, what failed, what stands on the other side. All of it is
 * data; the rules of the item hold.
 */
export const goOnPrompt = (input: GoOnInput): string =>
  [
    `## Go on with issue #${input.issue}`,
    `Your earlier work on it stands in the current folder and is committed. ${code(input.by)} asks for changes: make them on top of it, and leave the rest as it is. All rules above hold.`,
    quoted('What was asked', input.text),
    remarks(input.remarks),
    reason(input.why),
    input.other === undefined ? '' : otherSide(input.other),
    input.commands.length === 0
      ? ''
      : `These commands of the whole plan must pass as well:\n${input.commands.map((command) => `    ${command}`).join('\n')}`,
  ]
    .filter((part) => part !== '')
    .join('\n\n')
    .concat('\n');

const remarks = (all: readonly Remark[]): string =>
  all.length === 0
    ? ''
    : [
        'What reviewers wrote since your last commit:',
        ...all.slice(0, REMARKS).map((remark) => {
          const place =
            remark.path === undefined
              ? ''
              : ` on ${code(remark.path)}${remark.line === undefined ? '' : `, line ${remark.line}`}`;
          return quoted(`${code(remark.by)}${place}`, remark.body.slice(0, REMARK));
        }),
        ...(all.length > REMARKS ? [`And ${all.length - REMARKS} more.`] : []),
      ].join('\n\n');

const reason = (why: HoldReason | undefined): string => {
  if (why?.kind === 'verify-failed') {
    const red = why.results.find((result) => !result.ok);
    return quoted(
      `Together with the other parts this fails: ${code(red?.command ?? '', 300)}. Its last lines`,
      red?.tail ?? '',
    );
  }
  if (why?.kind === 'outside-scope')
    return `These paths were changed on your branch and are outside your scope; put them back as they were: ${why.refused.map((refused) => code(refused.path)).join(', ')}.`;
  if (why?.kind === 'fix-failed') return `An earlier try brought nothing: ${failureWords(why.failure)}.`;
  return '';
};

const otherSide = (other: OtherSide): string =>
  [
    other.conflicts.length === 0
      ? 'The work of the other parts is merged into your folder.'
      : `The work of the other parts is merged into your folder, and git could not merge ${other.conflicts.length === 1 ? 'one file' : `${other.conflicts.length} files`}: ${other.conflicts.map(({ path }) => code(path)).join(', ')}. Markers stand in ${other.conflicts.length === 1 ? 'it' : 'them'}: from \`<<<<<<< ${other.ours}\` to \`=======\` is your side, from there to \`>>>>>>> ${other.theirs}\` the other. Resolve every one so that both intentions hold, and leave no marker. Change nothing else of what the others did.`,
    ...other.items.map((item) =>
      quoted(
        `The other side is #${item.issue}, ${code(item.title, 200)}. Its interfaces`,
        item.contracts.trim() === '' ? 'None' : item.contracts,
      ),
    ),
    sides(other.conflicts),
  ]
    .filter((part) => part !== '')
    .join('\n\n');

/** Both versions of each file, as far as there is room: the files themselves stand in the folder. */
const sides = (conflicts: readonly BothSides[]): string => {
  let room = SIDES;
  const shown: string[] = [];
  for (const { path, ours, theirs } of conflicts) {
    for (const [whose, text] of [
      ['yours', ours],
      ['the other side', theirs],
    ] as const) {
      const cut = text?.slice(0, Math.min(SIDE, room));
      room -= cut?.length ?? 0;
      if (cut === undefined) shown.push(`${code(path)}, ${whose}: not there, or no text`);
      else if (cut !== '')
        shown.push(quoted(`${code(path)}, ${whose}${cut.length < (text ?? '').length ? ' (its beginning)' : ''}`, cut));
    }
  }
  return shown.join('\n\n');
};

/** Lines begin with `| `, so that no text can end its own quotation. */
const quoted = (heading: string, text: string): string =>
  text.trim() === ''
    ? ''
    : `${heading}:\n${text
        .trimEnd()
        .split(/\r\n|[\r\n\u2028\u2029]/)
        .map((line) => `| ${line}`)
        .join('\n')}`;
