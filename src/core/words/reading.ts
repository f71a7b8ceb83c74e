import type { Item, Plan } from '#core/types.ts';
import type { Page } from '#core/words/page.ts';
import { block } from '#core/words/safe.ts';

/**
 * What the agent will read, to the letter, so that whoever approves sees it as it is: hidden text is gone from it, and
 * what was folded is unfolded. At most `most` characters of it; nothing when that is 0.
 */
export const reading = (plan: Plan, item: Item, page: Page, most: number): string => {
  const text = page.prompt(plan, item).trimEnd();
  if (most === 0) return '';
  const shown = text.length > most ? text.slice(0, most).replace(/[\ud800-\udbff]$/, '') : text;
  const rest =
    text.length > most ? `\n\n_The first ${most} of ${text.length} characters; the rest stands in the issues._` : '';
  return `<details><summary>What the agent will read, word for word</summary>\n\n${block(shown, 'text', Number.POSITIVE_INFINITY)}${rest}\n\n</details>`;
};
