import type { Attribute, Tag } from './tag.ts';

/** Folded away until somebody clicks: their content is shown as plain text, so only the tags go. */
const FOLDS = new Set(['details', 'summary']);

/** Elements whose content a reader of the page does not see. */
const UNSEEN = new Set(
  'script style template noscript iframe object head title datalist canvas audio video'.split(' '),
);

/** Elements without content. */
const VOID = new Set('area base br col embed hr img input link meta source track wbr'.split(' '));

/** Attributes that change what is seen; every other one could carry words that nobody sees. */
const SEEN_ATTRIBUTES = new Set(
  'href src width height align valign type checked disabled open start reversed colspan rowspan lang dir'.split(' '),
);

const HIDING_STYLE = /display:none|visibility:hidden|opacity:0(?![.\d])|font-size:0(?![.\d])/u;

const hides = ({ name, value }: Attribute): boolean =>
  name === 'hidden' ||
  (name === 'aria-hidden' && value?.toLowerCase() === 'true') ||
  (name === 'style' && HIDING_STYLE.test((value ?? '').toLowerCase().replace(/\s/gu, '')));

/** What becomes of a tag: gone, gone with all up to its end, or kept with the attributes that are seen. */
export const fate = (tag: Tag): 'gone' | 'with content' | 'kept' => {
  if (FOLDS.has(tag.name)) return 'gone';
  if (tag.closes) return UNSEEN.has(tag.name) ? 'gone' : 'kept';
  if (!UNSEEN.has(tag.name) && !tag.attributes.some(hides)) return 'kept';
  return VOID.has(tag.name) ? 'gone' : 'with content';
};

/** The tag as it was written, or without the attributes that are not seen. */
export const seenTag = (tag: Tag, raw: string): string => {
  const seen = tag.attributes.filter(({ name }) => SEEN_ATTRIBUTES.has(name));
  if (seen.length === tag.attributes.length) return raw;
  return `<${[tag.name, ...seen.map((attribute) => attribute.raw)].join(' ')}${raw.endsWith('/>') ? ' />' : '>'}`;
};
