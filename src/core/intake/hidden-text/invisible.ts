/** Anything that may be invisible; nearly all text has none of it. */
export const SUSPECT =
  /[\p{Cf}\p{Default_Ignorable_Code_Point}\p{Variation_Selector}\u{0}-\u{8}\u{b}\u{c}\u{e}-\u{1f}\u{7f}-\u{9f}]/u;

/** Counted by `hidden-text` of spec 3; whatever else is invisible goes without a word. */
export const COUNTED = /[\p{Cf}\p{Variation_Selector}\u{115f}\u{1160}\u{3164}]/u;

/** Scripts in which a joiner changes what a reader sees: those whose letters join, and those with conjuncts. */
const NEEDS_JOINERS = new RegExp(
  `[${'Arab Syrc Mong Nkoo Mand Adlm Rohg Deva Beng Guru Gujr Orya Taml Telu Knda Mlym Sinh Khmr Mymr Bali Java Sund Cakm'
    .split(' ')
    .map((script) => `\\p{scx=${script}}`)
    .join('')}]`,
  'u',
);
const MONGOLIAN = /\p{sc=Mong}/u;
const PICTOGRAPH = /\p{Extended_Pictographic}/u;
const MODIFIER = /\p{Emoji_Modifier}/u;
const IDEOGRAPH = /\p{Ideographic}/u;
const KEYCAP_BASE = /[0-9#*]/u;
const EMOJI_STYLE = /[\u{fe0e}\u{fe0f}]/u;
const MONGOLIAN_FORM = /[\u{180b}-\u{180f}]/u;
const JOINER = /[\u{200c}\u{200d}]/u;

/** The flags that are written in tag characters (Unicode's recommended three): any other sequence could spell a message. */
const TAG_FLAGS = ['gbeng', 'gbsct', 'gbwls'].map((code) => {
  const tags = Array.from(code, (letter) => String.fromCodePoint(0xe0000 + (letter.codePointAt(0) ?? 0)));
  return `\u{1f3f4}${tags.join('')}\u{e007f}`;
});

/** How many of the characters from `at` on are the tags of such a flag; `at` is just behind the black flag. */
export const flagTags = (characters: readonly string[], at: number): number => {
  const flag = TAG_FLAGS.find((one) => characters.slice(at - 1, at + 6).join('') === one);
  return flag === undefined ? 0 : 6;
};

/** Whether a suspect character changes how its neighbours look, and so is seen. `before` is what is kept before it. */
export const isSeen = (character: string, before: readonly string[], after: string | undefined): boolean => {
  const previous = before.at(-1) ?? '';
  const next = after ?? '';
  if (JOINER.test(character)) {
    const styled = EMOJI_STYLE.test(previous) ? (before.at(-2) ?? '') : previous;
    const joins = character === '\u{200d}' && PICTOGRAPH.test(next);
    if (joins && (PICTOGRAPH.test(styled) || MODIFIER.test(styled) || styled === '\u{e007f}')) return true;
    return NEEDS_JOINERS.test(previous) && !SUSPECT.test(previous);
  }
  if (EMOJI_STYLE.test(character)) {
    return PICTOGRAPH.test(previous) || MODIFIER.test(previous) || (KEYCAP_BASE.test(previous) && next === '\u{20e3}');
  }
  if (MONGOLIAN_FORM.test(character)) return MONGOLIAN.test(previous) && !SUSPECT.test(previous);
  return /\p{Variation_Selector}/u.test(character) && IDEOGRAPH.test(previous);
};
