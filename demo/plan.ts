import { readdir, readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import type { World } from './world/world.ts';

const FOLDER = new URL('plan/', import.meta.url);

/** An issue of the demo's plan as it stands in its file. */
type Filed = { readonly issue: number; readonly title: string; readonly body: string };

/** Files the plan issue and its items as the maintainer does, labels them, and gives the number of the plan. */
export const filePlan = async (world: World): Promise<number> => {
  const maintainer = world.as('maintainer');
  const issues = await readIssues();
  for (const { issue, title, body } of issues) {
    const made = await maintainer.createIssue({ title, body });
    if (made.number !== issue)
      throw new Error(`The demo's issues refer to each other by number; #${issue} became #${made.number}.`);
  }
  const [plan, ...items] = issues;
  if (plan === undefined) throw new Error('The demo has no plan.');
  for (const item of items) await maintainer.addSubIssue(plan.issue, item.issue);
  for (const { issue } of [...items, plan]) await maintainer.label(issue, 'parallel');
  return plan.issue;
};

const readIssues = async (): Promise<readonly Filed[]> => {
  const names = (await readdir(FOLDER)).filter((name) => name.endsWith('.md')).sort();
  return Promise.all(
    names.map(async (name) => {
      const [, front = '', body = ''] =
        /^---\n([\s\S]*?)\n---\n([\s\S]*)$/.exec(await readFile(new URL(name, FOLDER), 'utf8')) ?? [];
      const { issue, title } = parse(front) as { issue: number; title: string };
      return { issue, title, body };
    }),
  );
};
