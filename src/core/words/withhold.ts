/**
 * Takes out of a text what holds a secret of this installation, the last time before people see it: the line that it
 * stands on, else the whole text when it runs over several. `find` names the secret that a text holds.
 */
export const withhold =
  (find: (text: string) => string | undefined) =>
  (text: string): string => {
    if (find(text) === undefined) return text;
    const lines = text.split('\n').map((line) => {
      const secret = find(line);
      return secret === undefined ? line : `(a line is not shown: it held ${secret})`;
    });
    const rest = lines.join('\n');
    const secret = find(rest);
    return secret === undefined ? rest : `(this text is not shown: it held ${secret})`;
  };
