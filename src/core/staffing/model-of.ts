import type { AgentWishes, Role, Settings, WorkKind } from '#core/types.ts';

/** The model for an item: its own wish, else the role's, else by kind of work; undefined leaves it to the operator. */
export const modelOf = (
  wishes: AgentWishes,
  settings: Pick<Settings, 'modelByKind'>,
  role: Role | undefined,
): string | undefined => wishes.model ?? role?.model ?? settings.modelByKind[wishes.kind ?? 'implement'];

/** How much judgement a piece of work asks for; agents that know families of models take the one that fits. */
export type Tier = 'deep' | 'usual' | 'mechanical';

/**
 * The tier by kind of work: architecture needs judgement, formatting, linting and type annotations none; all else is
 * usual. After the model selection rules of the field guide that this product follows.
 */
const TIERS: Readonly<Record<WorkKind, Tier>> = {
  implement: 'usual',
  tests: 'usual',
  docs: 'usual',
  lint: 'mechanical',
  types: 'mechanical',
  refactor: 'usual',
  review: 'usual',
  spike: 'deep',
};

/** The tier of an item's work, for agents that nobody gave a model. */
export const tierOf = ({ kind = 'implement' }: AgentWishes): Tier => TIERS[kind];
