/** Breaks a line between words so that it fits `width` columns; what follows keeps the indentation. A longer word stays whole. */
export const wrap = (line: string, width: number): string => {
  const indent = /^ */.exec(line)?.[0] ?? '';
  if (columns(line) <= width) return line;
  const rows: string[] = [];
  let row = '';
  for (const word of line.slice(indent.length).split(' ')) {
    if (row !== '' && columns(`${indent}${row} ${word}`) > width) {
      rows.push(`${indent}${row}`);
      row = word;
    } else row = row === '' ? word : `${row} ${word}`;
  }
  return [...rows, `${indent}${row}`].join('\n');
};

/** How many columns a text takes, colours aside; wide characters are rare enough here to count as one. */
const columns = (text: string): number => {
  let count = 0;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape of our own colours
  for (const _ of text.replaceAll(/\u001b\[\d+m/g, '')) count += 1;
  return count;
};
