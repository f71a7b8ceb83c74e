import type { PlanId } from '#core/types.ts';

/** What a sum is about; `day` in UTC. */
export type Account = { readonly plan: PlanId; readonly item: number; readonly day: string };

/** Dollars that count for the same item, plan and day. */
export type Sums = { readonly item: number; readonly plan: number; readonly day: number };

/** Dollars that agents of this process use, as they use them: requests under way, and rows written since it started. */
export type Till = {
  /** Sets what a request under way has used so far. */
  set(request: string, account: Account, dollars: number): void;
  /** A request is over and its row is written. */
  record(request: string, account: Account, dollars: number): void;
  under(account: Account): Sums;
  recorded(account: Account): Sums;
};

/** Agents of one worker share budgets: what one of them streams at this moment is not free for the others. */
export const createTill = (): Till => {
  const requests = new Map<string, Account & { readonly dollars: number }>();
  const written = new Map<string, number>();
  const names = ({ plan, item, day }: Account) => ({ item: `${plan}/${item}`, plan, day });
  return {
    set: (request, account, dollars) => void requests.set(request, { ...account, dollars }),
    record: (request, account, dollars) => {
      requests.delete(request);
      for (const name of Object.values(names(account))) written.set(name, (written.get(name) ?? 0) + dollars);
    },
    under: ({ plan, item }) => {
      const all = [...requests.values()];
      const ofPlan = all.filter((row) => row.plan === plan);
      const sum = (rows: readonly { readonly dollars: number }[]): number =>
        rows.reduce((total, row) => total + row.dollars, 0);
      return { item: sum(ofPlan.filter((row) => row.item === item)), plan: sum(ofPlan), day: sum(all) };
    },
    recorded: (account) => {
      const { item, plan, day } = names(account);
      return { item: written.get(item) ?? 0, plan: written.get(plan) ?? 0, day: written.get(day) ?? 0 };
    },
  };
};
