import type { CommandResult } from '#core/types.ts';
import { block, code } from '#core/words/safe.ts';
import { duration } from '#core/words/time.ts';

/** How it was verified: command, result, last lines of output (spec 6), open where it failed. `of` stands before each. */
export const verificationDetails = (results: readonly CommandResult[], of = ''): string =>
  results
    .map((result) => {
      const outcome = result.ok
        ? 'passed'
        : (result.why ?? (result.status === undefined ? 'failed' : `ended with status ${result.status}`));
      const took = result.seconds > 0 ? `, ${duration(result.seconds)}` : '';
      const summary = `${of}${result.ok ? '✅' : '❌'} ${code(result.command, 120)} · ${outcome}${took}`;
      return result.tail.trim() === ''
        ? summary
        : `<details${result.ok ? '' : ' open'}><summary>${html(summary)}</summary>\n\n${block(result.tail, 'text')}\n\n</details>`;
    })
    .join('\n\n');

/** Inside `<summary>` GitHub reads HTML, not Markdown: the code span becomes an element. */
const html = (summary: string): string =>
  summary.replace(
    /(`+) ?(.*?) ?\1/,
    (_all, _ticks, text: string) =>
      `<code>${text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')}</code>`,
  );

/** Results with at most so many last characters of output each: what is shortened first when a text is too long. */
export const withTails = (results: readonly CommandResult[], most: number): readonly CommandResult[] =>
  results.map((result) => ({ ...result, tail: most === 0 ? '' : result.tail.slice(-most) }));

/** Lengths of output to try, from the fullest wording to the shortest. */
export const TAILS = [4_000, 800, 0] as const;
