import type { Closed } from '#core/types.ts';
import { alert } from '#core/words/alert.ts';
import { code } from '#core/words/safe.ts';

/** Why no agent starts for now, and until when; empty when agents start. */
export const closedWords = (closed: Closed | undefined): string => {
  if (closed === undefined) return '';
  const until = `${closed.until.slice(0, 10)} ${closed.until.slice(11, 19)} UTC`;
  return closed.why === 'day'
    ? alert(
        'important',
        `The budget of $${closed.dollars.toFixed(2)} for the day is spent: no agent starts and no request to a model is sent until ${until}. The operator's \`limits.day_budget\` sets it.`,
      )
    : alert(
        'important',
        `The model provider (${closed.pause.provider}) asks for a pause (${closed.pause.status}): no agent starts and no request is sent until ${until}. Agents at work wait; nothing is lost.`,
      );
};

/** Models that are used without a price: what they cost is in no sum. */
export const unpricedWords = (models: readonly string[]): string =>
  models.length === 0
    ? ''
    : alert(
        'note',
        `No price is known for ${models
          .slice(0, 5)
          .map((model) => code(model))
          .join(
            ', ',
          )}: what it costs is in no sum here, and its tokens are capped instead. The operator's \`prices\` gives it one.`,
      );
