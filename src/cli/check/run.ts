import { type CheckInput, check } from '#core/check/check.ts';
import { readItem } from '#core/intake/item.ts';
import { readPlan } from '#core/intake/plan.ts';
import type { BaseTree, Report } from '#core/types.ts';
import type { CheckOptions } from './options.ts';
import { type IssueFile, readIssueFiles } from './read-files.ts';
import { show } from './show.ts';
import { readTree } from './tree.ts';
import { Unreadable } from './unreadable.ts';

/** Reads, checks, prints, and sets the exit status. */
export const runCheck = async (files: readonly string[], options: CheckOptions): Promise<void> => {
  try {
    const { report, issues } = await examine(files, options);
    process.stdout.write(options.json === true ? `${JSON.stringify(report)}\n` : show(report, issues, terminal()));
    process.exitCode = report.ok ? 0 : 1;
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    if (options.json === true)
      process.stdout.write(`${JSON.stringify({ ok: false, error: { message: error.message } })}\n`);
    else process.stderr.write(`forkjoin check: ${error.message}\n`);
    process.exitCode = 2;
  }
};

/** Colours and broken lines are for a terminal only; NO_COLOR is https://no-color.org. */
const terminal = (): { readonly colour: boolean; readonly width?: number } => {
  const { isTTY, columns } = process.stdout;
  if (isTTY !== true) return { colour: false };
  const colour = !process.env['NO_COLOR'] && process.env['TERM'] !== 'dumb';
  return columns >= 40 ? { colour, width: columns } : { colour };
};

const examine = async (
  files: readonly string[],
  { plan, repo, base }: CheckOptions,
): Promise<{ readonly report: Report; readonly issues: readonly IssueFile[] }> => {
  if (base !== undefined && repo === undefined)
    throw new Unreadable('--base needs --repo: it names a branch, tag or commit of that repository.');
  const issues = await readIssueFiles(plan === undefined ? files : [plan, ...files]);
  const [planIssue, items] = plan === undefined ? [undefined, issues] : [issues[0], issues.slice(1)];
  const tree = repo === undefined ? undefined : await readTree(repo, base ?? 'HEAD');
  const report = check({
    items: items.map(readItem),
    ...(planIssue === undefined ? {} : { plan: readPlan(planIssue) }),
    ...(tree === undefined ? {} : { tree, ...(await protection(tree)) }),
  });
  return { report, issues };
};

/** What the repository's configuration protects and allows; a broken one is said beside the answer, as for the server it allows nothing. */
const protection = async ({ read }: BaseTree): Promise<Pick<CheckInput, 'protectedAllow' | 'protectedAdd'>> => {
  const text = read['.github/parallel.yml'];
  if (text === undefined) return {};
  const { readRepository } = await import('#config/repository.ts');
  const { settings, problems } = readRepository(text);
  for (const problem of problems) process.stderr.write(`forkjoin check: ${problem}\n`);
  return { protectedAllow: settings.protected.allow, protectedAdd: settings.protected.add };
};
