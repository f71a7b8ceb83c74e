import type { SpentBudget } from '#core/types.ts';
import type { AgentOutcome } from '#engine/ports.ts';

/** Why the gateway ends an attempt. `refused`: the provider does not take the key. `put-off`: it asks for a longer pause than there is time. */
export type Verdict =
  | { readonly kind: 'budget'; readonly spent: SpentBudget }
  | { readonly kind: 'refused' | 'put-off'; readonly what: string };

/** What became of an attempt: the gateway's word goes before the agent's, since the agent was ended by it. */
export function verdictOutcome(
  outcome: AgentOutcome,
  verdict: Verdict | undefined,
  paid: { readonly cost?: number },
): AgentOutcome {
  switch (verdict?.kind) {
    case 'budget':
      return { kind: 'budget', spent: verdict.spent, ...paid };
    case 'refused':
      return { kind: 'unavailable', what: verdict.what, ...paid };
    case 'put-off':
      return { kind: 'put-off', what: verdict.what, ...paid };
    case undefined:
      return { ...outcome, ...paid };
  }
}
