/** GitHub's own boxes: `note` for what is good to know, `warning` for a refusal, `caution` for what stops everything. */
type Kind = 'note' | 'important' | 'warning' | 'caution';

/** A text in a coloured box; empty for an empty text. */
export const alert = (kind: Kind, text: string): string =>
  text.trim() === ''
    ? ''
    : [
        `> [!${kind.toUpperCase()}]`,
        ...text
          .trim()
          .split('\n')
          .map((line) => `> ${line}`.trimEnd()),
      ].join('\n');
