const WELL_FORMED = /^[^{}]*(?:\{[^{},]+(?:,[^{},]+)+\}[^{}]*)*$/u;

/** The texts that the braces of a pattern stand for; undefined when a brace is malformed or they are more than `most`. */
export const writtenOut = (text: string, most: number): readonly string[] | undefined => {
  if (!WELL_FORMED.test(text)) return undefined;
  let texts = [''];
  for (const part of text.split(/(\{[^{}]*\})/u)) {
    const choices = part.startsWith('{') ? part.slice(1, -1).split(',') : [part];
    if (texts.length * choices.length > most) return undefined;
    texts = texts.flatMap((begun) => choices.map((choice) => begun + choice));
  }
  return texts;
};
