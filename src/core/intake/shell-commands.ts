/** Lines that change the shell for those after them, or that only make sense together. */
const STATEFUL =
  /^(?:cd|export|source|set|unset|alias|trap|shopt|umask|pushd|popd|\.|if|for|while|until|case|select|function|\{|\(|[A-Za-z_]\w*=\S*$|[\w-]+\s*\(\))(?:\s|$|;)/;

/**
 * The commands of a fenced block, in order: one a line, continued lines joined, comments left out. A block whose lines
 * need one another (`cd`, variables, loops, here-documents, open quotes) is one command that stops at the first failure.
 * In a `console` block with prompts, only what follows `$ ` is typed; the rest is output.
 */
export const shellCommands = (content: readonly string[], language: string): readonly string[] => {
  const prompted = language === 'console' && content.some((line) => /^\s*\$\s/.test(line));
  const typed = prompted
    ? content.filter((line) => /^\s*[$>]\s/.test(line)).map((line) => line.replace(/^\s*[$>]\s/, ''))
    : content;
  const commands = joined(typed.filter((line) => line.trim() !== '' && !line.trimStart().startsWith('#')));
  const together = commands.some(
    (command) => STATEFUL.test(command) || command.includes('<<') || hasOpenQuote(command),
  );
  return together && commands.length > 1 ? [['set -e', ...typed].join('\n')] : commands;
};

const joined = (lines: readonly string[]): readonly string[] => {
  const commands: string[] = [];
  let open: string[] = [];
  for (const line of lines) {
    open.push(open.length === 0 ? line.trim() : line.trimEnd());
    if (/(?:\\|&&|\|\||\|)$/.test(line.trimEnd())) continue;
    commands.push(open.join('\n'));
    open = [];
  }
  return open.length === 0 ? commands : [...commands, open.join('\n')];
};

const hasOpenQuote = (command: string): boolean => {
  let open = '';
  for (let at = 0; at < command.length; at += 1) {
    const character = command[at] ?? '';
    if (character === '\\' && open !== "'") at += 1;
    else if (open !== '') open = character === open ? '' : open;
    else if (character === "'" || character === '"' || character === '`') open = character;
  }
  return open !== '';
};
