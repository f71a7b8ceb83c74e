/** A row of the command table, as help shows it. */
export type CommandRow = { readonly name: string; readonly where: string; readonly help: string };

/** The answer to `/parallel help`: the command table of spec 4. */
export const help = (commands: readonly CommandRow[]): string =>
  [
    'First line of a new comment, on its own: `/parallel <verb> [#n …] [text]`.',
    '',
    '| command | where | does |',
    '| --- | --- | --- |',
    ...commands.map((command) => `| \`/parallel ${command.name}\` | ${command.where} | ${command.help} |`),
  ].join('\n');
