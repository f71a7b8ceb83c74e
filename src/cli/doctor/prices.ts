import { priceOf } from '#core/spend/price.ts';
import { PRICES_AS_OF } from '../../config/prices.ts';
import type { Configuration } from '../../config.ts';
import { type Finding, fine, warning } from './finding.ts';

/** Has every model that agents are configured with a price? Without one, budgets in dollars do not see what it uses. */
export const checkPrices = ({ operator }: Configuration): Finding => {
  const named = Object.values(operator.agents).flatMap(({ model }) => model ?? []);
  const unpriced = [...new Set(named)].filter((model) => priceOf(operator.prices, model) === undefined);
  if (unpriced.length === 0)
    return fine(
      'prices',
      `for ${Object.keys(operator.prices).length} models; those that are shipped are of ${PRICES_AS_OF}`,
    );
  const models = unpriced.map((model) => `"${model}"`).join(', ');
  return warning(
    'prices',
    `none for ${models}: what it costs is not told, and an attempt may use ${operator.limits.tokens} tokens of it`,
    'Give it one under `prices` in forkjoin.yml; `limits.tokens` sets how many tokens',
  );
};
