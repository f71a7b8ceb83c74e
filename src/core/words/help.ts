/** A row of the command table (spec 4), as help shows it. */
export type CommandRow = {
  readonly verb: string;
  readonly where: readonly string[];
  readonly who: 'write' | 'triage';
  readonly arguments: string;
  readonly does: string;
};

const WHO: Readonly<Record<CommandRow['who'], string>> = {
  write: 'write permission',
  triage: 'triage permission, or the author',
};

/** The answer to `/parallel help`: the command table, without what this version does not carry out. */
export const help = (commands: readonly CommandRow[], carriedOut: ReadonlySet<string>): string =>
  [
    'First line of a new comment, on its own: `/parallel <verb> [#n …] [text]`.',
    '',
    '| command | where | who | does |',
    '| --- | --- | --- | --- |',
    ...commands
      .filter((command) => carriedOut.has(command.verb))
      .map(
        (command) =>
          `| \`/parallel ${[command.verb, command.arguments].filter(Boolean).join(' ')}\` | ${command.where.join(', ')} | ${WHO[command.who]} | ${command.does} |`,
      ),
  ].join('\n');
