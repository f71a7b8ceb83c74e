/** What a request asks for: tokens of its prompt, and the longest answer that it names; undefined when it names none. */
export type Wish = { readonly input: number; readonly output: number | undefined };

/** What a token costs at most, in any one unit. */
export type Rate = { readonly input: number; readonly output: number };

/** What is set aside for a request, and the longest answer that it may ask for; undefined: what it asks for itself. */
export type Grant = { readonly amount: number; readonly output: number | undefined };

/** No model writes more in one answer. */
export const LONGEST_ANSWER = 128_000;

/** Every model can write that much: more is not named to one that was asked for no length. */
const MODEST_ANSWER = 16_384;

/** Shorter answers are no answers, and some providers refuse to be asked for them. */
const LEAST_ANSWER = 256;

/** With an answer of this length an agent gets on: for a longer one it waits for nobody. */
const USEFUL_ANSWER = 8_192;

/** All that a request can cost. */
export const wholeGrant = (rate: Rate, { input, output }: Wish): Grant => ({
  amount: input * rate.input + Math.min(output ?? LONGEST_ANSWER, LONGEST_ANSWER) * rate.output,
  output: undefined,
});

/**
 * As much of it as there is room for. `left` would be there if nobody else asked, `free` is not set aside for others.
 * Undefined: what others have now is worth waiting for. What the prompt alone costs stops no request while anything is
 * left: an estimate is no reason to end an attempt.
 */
export const partGrant = (
  rate: Rate,
  { input, output }: Wish,
  { left, free }: { readonly left: number; readonly free: number },
): Grant | undefined => {
  const most = Math.min(output ?? MODEST_ANSWER, LONGEST_ANSWER);
  const prompt = input * rate.input;
  const isAlone = free >= left;
  if (!isAlone && free < prompt + Math.min(most, USEFUL_ANSWER) * rate.output) return undefined;
  const paid = rate.output === 0 ? most : Math.floor((free - prompt) / rate.output);
  const length = Math.max(Math.min(most, paid), LEAST_ANSWER);
  return { amount: Math.min(Math.max(free, 0), prompt + length * rate.output), output: length };
};
