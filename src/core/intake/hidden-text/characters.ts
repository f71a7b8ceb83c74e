import type { Findings } from './findings.ts';
import { COUNTED, flagTags, isSeen, SUSPECT } from './invisible.ts';

/** Removes the characters that a person does not see. A byte order mark that leads is removed without being counted. */
export const stripCharacters = (text: string, findings: Findings): string => {
  if (!SUSPECT.test(text)) return text;
  const characters = Array.from(text);
  const kept: string[] = [];
  let line = 1;
  for (let at = 0; at < characters.length; at++) {
    const character = characters[at] ?? '';
    if (character === '\n') line++;
    if (!SUSPECT.test(character) || isSeen(character, kept, characters[at + 1])) {
      kept.push(character);
      const tags = character === '\u{1f3f4}' ? flagTags(characters, at + 1) : 0;
      kept.push(...characters.slice(at + 1, at + 1 + tags));
      at += tags;
    } else if (COUNTED.test(character) && !(at === 0 && character === '\u{feff}')) findings.add(line);
  }
  return kept.join('');
};
