/** What is left of a line once the marks of its quotes and entries are taken off. */
export type Rest = { readonly text: string; readonly indent: number; readonly blank: boolean };

export const look = (text: string): Rest => {
  let indent = 0;
  while (text[indent] === ' ') indent += 1;
  return { text, indent, blank: indent === text.length };
};

/** The rest behind a quote's `>` and one space. */
export const behindQuoteMark = ({ text, indent }: Rest): Rest =>
  look(text.slice(text[indent + 1] === ' ' ? indent + 2 : indent + 1));

/** Tabs before the text of a line as spaces up to the next multiple of four; those within the text stay. */
export const expandTabs = (line: string): string => {
  if (!line.includes('\t')) return line;
  let out = '';
  for (let at = 0; at < line.length; at += 1) {
    const character = line[at] ?? '';
    if (character === '\t') out += ' '.repeat(4 - (out.length % 4));
    else if (' >-+*.)0123456789'.includes(character)) out += character;
    else return out + line.slice(at);
  }
  return out;
};
