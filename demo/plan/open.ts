import type { Person } from '../world/people.ts';
import { readPlan, renumber } from './read.ts';

/** The demo's plan as it stands on GitHub: numbers of the plan issue and of its items. */
export type OpenPlan = { readonly plan: number; readonly items: readonly number[] };

/** Lets a person write the demo's issues and make the items sub-issues of the plan; nothing is labelled yet. */
export const openPlan = async (person: Person): Promise<OpenPlan> => {
  const issues = readPlan();
  const numbers = new Map<number, number>();
  for (const { number, title, body } of issues) numbers.set(number, (await person.createIssue({ title, body })).number);
  // In a repository with a history the issues have other numbers than in the files, which is known only now.
  for (const { number, body } of issues) {
    const real = numbers.get(number) ?? number;
    const text = renumber(body, numbers);
    if (text !== body) await person.edit(real, { body: text });
  }
  const [plan = 0, ...items] = issues.map(({ number }) => numbers.get(number) ?? number);
  for (const item of items) await person.addSubIssue(plan, item);
  return { plan, items };
};
