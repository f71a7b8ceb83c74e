import type { Plan } from '#core/types.ts';
import type { Page } from '#core/words/page.ts';

/**
 * `line 3` as a link that scrolls to that line's text. GitHub has no anchors for lines of an issue; browsers find the
 * text itself (WICG scroll-to-text-fragment), and where one cannot, the link still leads to the issue.
 */
export const lineLink = (plan: Plan, page: Page, issue: number, line: number): string => {
  const quote = quotesOf(plan, issue)?.[line];
  return quote === undefined
    ? `line\u00a0${line}`
    : `[line\u00a0${line}](${issueUrl(plan, page, issue)}#:~:text=${fragment(quote)})`;
};

/** Address of an issue of the plan's repository. */
export const issueUrl = (plan: Plan, page: Page, issue: number): string =>
  `${page.serverUrl}/${plan.repository.owner}/${plan.repository.name}/issues/${issue}`;

const quotesOf = (plan: Plan, issue: number) =>
  issue === plan.issue && !plan.alone ? plan.quotes : plan.items.find((item) => item.issue === issue)?.quotes;

/** `-`, `,` and `&` mean something in a text directive; parentheses would end the link. */
const fragment = (text: string): string =>
  encodeURIComponent(text.toWellFormed()).replace(
    /[-!'()*~_.]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
