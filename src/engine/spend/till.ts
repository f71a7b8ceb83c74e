import type { PlanId, Spending } from '#core/types.ts';

/** Dollars of requests that are under way in this process, by what they count for. */
export type Till = {
  /** Sets what a request under way has used so far; `undefined` takes it out. */
  set(request: string, row: Under | undefined): void;
  /** Sum of what is under way and counts for the same attempt, item, plan and day. */
  sums(of: Of): { readonly item: number; readonly plan: number; readonly day: number };
};

type Of = Pick<Spending, 'plan' | 'item'>;
type Under = { readonly plan: PlanId; readonly item: number; readonly dollars: number };

/** Agents of one worker share budgets: what one of them streams at this moment is not free for the others. */
export const createTill = (): Till => {
  const under = new Map<string, Under>();
  return {
    set: (request, row) => {
      if (row === undefined) under.delete(request);
      else under.set(request, row);
    },
    sums: ({ plan, item }) => {
      const all = [...under.values()];
      const ofPlan = all.filter((row) => row.plan === plan);
      const sum = (rows: readonly Under[]): number => rows.reduce((total, row) => total + row.dollars, 0);
      return { item: sum(ofPlan.filter((row) => row.item === item)), plan: sum(ofPlan), day: sum(all) };
    },
  };
};
