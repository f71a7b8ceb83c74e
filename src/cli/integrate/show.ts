import type { CommandResult } from '#core/types.ts';
import type { Answer, Remark } from './answer.ts';

/** As many last lines of output are shown of a verification that failed. */
const LINES = 15;
/** Characters of a command that are shown. */
const COMMAND = 100;

/** The answer for a terminal: a row for each member, then the branch. */
export const show = ({ into, sha, base, merged, held, errors = [] }: Answer, seconds: number): string => {
  const rows = [
    ...merged.map(({ member, sha: commit, verify, resolved }) => [
      '✓',
      member,
      `merged ${commit.slice(0, 10)}`,
      verify === 'passed' ? 'verified' : '',
      resolved.map(({ path, words }) => `${path} ${words}`).join('; '),
    ]),
    ...held.map((one) => ['✗', one.member, 'held', reason(one), one.files.join(', ')]),
    ...errors.map(({ member, message }) => ['!', member, 'not read', message, '']),
  ];
  const widths = [0, 1, 2].map((column) => Math.max(0, ...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  const out = held.length + errors.length;
  const total =
    base.verify === 'failed'
      ? `The base ${base.sha.slice(0, 10)} itself fails: nobody is blamed, and no branch was made.`
      : `${into} is ${sha?.slice(0, 10)}: ${merged.length} merged, ${out} not (${seconds.toFixed(1)} s)`;
  return [...lines, total].map(plainLine).join('');
};

const reason = ({ reason: kind, with: others }: Answer['held'][number]): string => {
  const names = others.join(', ');
  switch (kind) {
    case 'conflict':
      return `conflicts with ${names}`;
    case 'verify-failed':
      return others.length === 0 ? 'fails alone' : `fails together with ${names}`;
    case 'dependency-held':
      return `comes after ${names}`;
  }
};

/** Why members are held, with the last lines of output. */
export const showRemarks = (remarks: readonly Remark[]): string =>
  remarks
    .flatMap(({ member, why, results }) => [
      ...(why === undefined ? [] : [`${member}: ${why}`]),
      ...results.filter((result) => !result.ok).flatMap((result) => redLines(member, result)),
    ])
    .map(plainLine)
    .join('');

const redLines = (name: string, { command, status, why, tail }: CommandResult): readonly string[] => [
  `${name}: ${short(command)} ${why ?? `ended with status ${status}`}`,
  ...(tail.trim() === '' ? [] : tail.trimEnd().split('\n').slice(-LINES)).map((line) => `  ${line}`),
];

/** A command on one line, its beginning when it is long. */
const short = (command: string): string => {
  const line = command.trim().replaceAll(/\s+/g, ' ');
  return line.length > COMMAND ? `${line.slice(0, COMMAND - 1)}…` : line;
};

/** One line of ours; control characters of names and output are not passed on. */
export const plainLine = (line: string): string => `${line.replaceAll(/[\p{Cc}\u2028\u2029]/gu, '�')}\n`;
