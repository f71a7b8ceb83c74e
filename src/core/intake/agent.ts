import { type AgentWishes, WORK_KINDS } from '#core/types.ts';
import { amount } from './amount.ts';
import { keyedLines } from './keyed-lines.ts';
import { named } from './named.ts';
import type { Section } from './sections.ts';

/** What an Agent section asks for; values that mean nothing are left out. */
export const readAgent = (section: Section): AgentWishes => {
  const said = keyedLines(section.blocks);
  const kind = WORK_KINDS.find((known) => known === said.get('kind')?.toLowerCase());
  return {
    ...named('agent', said.get('agent')),
    ...named('model', said.get('model')),
    ...named('role', said.get('role')),
    ...(kind === undefined ? {} : { kind }),
    ...named('budget', amount(said.get('budget'))),
    ...named('timeout', amount(said.get('timeout'))),
  };
};
