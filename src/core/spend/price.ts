import type { Price, Rates, Tokens } from '#core/types.ts';

/** Prices by the name of a model, without a date or version word. */
export type Prices = Readonly<Record<string, Price>>;

/** What providers and programs put around the name of a model: `anthropic/…`, `…[1m]`, a date of release, `-latest`. */
const AROUND = [/^(?:anthropic|openai)\//, /\[[^\]]*\]$/, /[-@](?:\d{8}|\d{4}-\d{2}-\d{2}|latest)$/];

/** The price of a model: of the name as it is, else of the name without its date; undefined when nobody has given one. */
export const priceOf = (prices: Prices, model: string): Price | undefined => {
  const names = AROUND.reduce<readonly string[]>(
    (known, around) => [...known, (known.at(-1) ?? '').replace(around, '')],
    [model],
  );
  const name = names.find((each) => Object.hasOwn(prices, each));
  return name === undefined ? undefined : prices[name];
};

/** US dollars for the tokens of one request. */
export const dollarsOf = (price: Price, tokens: Tokens): number => {
  const rates = ratesFor(price, tokens.input + tokens.cacheRead + tokens.cacheWrite);
  return (
    (tokens.input * rates.input +
      tokens.output * rates.output +
      tokens.cacheRead * (rates.cache_read ?? rates.input) +
      tokens.cacheWrite * (rates.cache_write ?? rates.input)) /
    1_000_000
  );
};

/** US dollars that one token costs at most in a request of so many tokens, whatever sort it is of. */
export const dearest = (price: Price, prompt: number): { readonly input: number; readonly output: number } => {
  const rates = ratesFor(price, prompt);
  return {
    input: Math.max(rates.input, rates.cache_read ?? 0, rates.cache_write ?? 0) / 1_000_000,
    output: rates.output / 1_000_000,
  };
};

const ratesFor = (price: Price, prompt: number): Rates =>
  price.long !== undefined && prompt > price.long.above ? price.long : price;
