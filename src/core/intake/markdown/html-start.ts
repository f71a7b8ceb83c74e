const BLOCK_TAGS = new Set(
  (
    'address article aside base basefont blockquote body caption center col colgroup dd details dialog dir div dl dt ' +
    'fieldset figcaption figure footer form frame frameset h1 h2 h3 h4 h5 h6 head header hr html iframe legend li link ' +
    'main menu menuitem nav noframes ol optgroup option p param search section summary table tbody td tfoot th thead ' +
    'title tr track ul'
  ).split(' '),
);

const RAW_TAGS = new Set(['script', 'pre', 'style', 'textarea']);
const WHOLE_TAG =
  /^<(?:\/[a-z][a-z0-9-]*[ \t]*|[a-z][a-z0-9-]*(?:[ \t]+[a-z_:][\w.:-]*(?:[ \t]*=[ \t]*(?:[^\s"'=<>`]+|'[^']*'|"[^"]*"))?)*[ \t]*\/?)>[ \t]*$/i;

/** How an HTML block that begins with this text ends: at a line that contains one of the words, or at a blank line. */
export type HtmlEnd = readonly string[] | 'blank';

/**
 * The HTML block that a line begins, if it does (CommonMark 0.31, 4.6). A lone tag of unknown name does not
 * interrupt a paragraph.
 */
export const htmlStart = (text: string, inParagraph: boolean): HtmlEnd | undefined => {
  if (!text.startsWith('<')) return undefined;
  if (text.startsWith('<!--')) return ['-->'];
  if (text.startsWith('<?')) return ['?>'];
  if (text.startsWith('<![CDATA[')) return [']]>'];
  if (/^<![a-z]/i.test(text)) return ['>'];
  const tag = /^<(\/?)([a-z][a-z0-9]{0,15})(?=[\s>]|\/>|$)/i.exec(text.slice(0, 40));
  const name = tag?.[2]?.toLowerCase() ?? '';
  if (RAW_TAGS.has(name) && tag?.[1] === '' && !/^<[a-z]+\/>/i.test(text))
    return ['</script>', '</pre>', '</style>', '</textarea>'];
  if (BLOCK_TAGS.has(name)) return 'blank';
  return !inParagraph && text.length <= LONGEST_TAG && WHOLE_TAG.test(text) ? 'blank' : undefined;
};

/** Whether a line holds one of the words that end an HTML block, in any case. */
export const htmlEndsIn = (line: string, words: readonly string[]): boolean => {
  const lower = line.toLowerCase();
  return words.some((word) => lower.includes(word.toLowerCase()));
};

/** A tag longer than this is text: bounds what the expression above may cost. */
const LONGEST_TAG = 2000;
