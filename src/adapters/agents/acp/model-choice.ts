import { z } from 'zod';

const Value = z.object({ value: z.string() });
const Option = z.object({
  id: z.string(),
  category: z.string().nullish(),
  currentValue: z.unknown(),
  options: z.array(z.union([Value, z.object({ options: z.array(Value) })])),
});
const Answer = z.object({ configOptions: z.array(z.unknown()).nullish() });

/** The option of a session by which `model` can be chosen; undefined when there is none, or it is chosen already. */
export function chosenModel(answer: unknown, model: string | undefined): string | undefined {
  const options = (Answer.safeParse(answer).data?.configOptions ?? []).flatMap(
    (one) => Option.safeParse(one).data ?? [],
  );
  return options.find(
    (option) =>
      option.category === 'model' &&
      option.currentValue !== model &&
      option.options.flatMap((one) => ('value' in one ? [one] : one.options)).some(({ value }) => value === model),
  )?.id;
}
