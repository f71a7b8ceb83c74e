import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';

/** One issue of the demo's plan. `number` is what the other issues call it in their bodies. */
export type PlannedIssue = { readonly number: number; readonly title: string; readonly body: string };

const FrontMatter = z.object({ issue: z.number().int(), title: z.string() });

/** The demo's plan: the plan issue first, then its items; bodies name each other by the numbers of the files. */
export const readPlan = (folder: string = import.meta.dirname): readonly PlannedIssue[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.md'))
    .sort()
    .map((name) => {
      const [, front = '', body = ''] =
        /^---\n([\s\S]*?)\n---\n([\s\S]*)$/.exec(readFileSync(join(folder, name), 'utf8')) ?? [];
      const { issue, title } = FrontMatter.parse(parse(front));
      return { number: issue, title, body };
    });

/** A body in which every `#n` of the plan is the number that the issue really got. */
export const renumber = (body: string, numbers: ReadonlyMap<number, number>): string =>
  body.replace(/#(\d+)\b/g, (_, number: string) => `#${numbers.get(Number(number)) ?? number}`);
