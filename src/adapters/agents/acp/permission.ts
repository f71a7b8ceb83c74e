import { z } from 'zod';

const Asked = z.object({ options: z.array(z.object({ optionId: z.string(), kind: z.string() })) });

/** The answer to a request for permission. */
export type Permission = {
  readonly outcome: { readonly outcome: 'selected'; readonly optionId: string } | { readonly outcome: 'cancelled' };
};

/**
 * The sandbox is what holds an agent, so everything inside is allowed; once rather than for good, because some agents
 * write down what is allowed for good, in a file of the repository.
 */
export function permit(params: unknown): Permission {
  const options = Asked.safeParse(params).data?.options ?? [];
  const allowed = ['allow_once', 'allow_always'].flatMap((kind) => options.filter((option) => option.kind === kind));
  const [first] = allowed;
  return {
    outcome: first === undefined ? { outcome: 'cancelled' } : { outcome: 'selected', optionId: first.optionId },
  };
}
