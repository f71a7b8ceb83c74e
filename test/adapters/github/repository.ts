import type { Repository } from '#core/types.ts';

/** The repository of these tests. */
export const REPOSITORY: Repository = { installation: 7, id: 99, owner: 'ada', name: 'engine' };
