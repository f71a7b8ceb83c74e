import { canonical } from '#core/pattern/canonical.ts';
import type { PlanProblem } from '#core/types.ts';
import { namesOf } from './names.ts';
import { planProblem } from './problem.ts';
import type { OwnedScope } from './scopes.ts';

const FOLDERS = new Set(['migrations', 'migration', 'migrate', 'versions']);

/** Cheap, and no for nearly every pattern. */
const MENTIONS_FOLDER = /migrat|versions/i;

type Migration = {
  readonly issue: number;
  readonly line: number;
  readonly path: string;
  readonly number: string;
  readonly folder: string;
};

/** Two items that create migrations of one number in one folder; one problem for each further item. Numbers compare as numbers. */
export const migrationProblems = (scopes: readonly OwnedScope[]): readonly PlanProblem[] => {
  const first = new Map<string, Migration[]>();
  const found: PlanProblem[] = [];
  for (const migration of scopes.flatMap(migrations)) {
    const key = `${migration.folder} ${migration.number}`;
    const known = first.get(key) ?? [];
    const clash = known.find(
      (other) => other.issue !== migration.issue && canonical(other.path) !== canonical(migration.path),
    );
    if (clash !== undefined && !known.some((other) => other.issue === migration.issue))
      found.push(problem(clash, migration));
    first.set(key, [...known, migration]);
  }
  return found;
};

const migrations = ({ item, owned }: OwnedScope): readonly Migration[] =>
  owned.flatMap(({ entry, pattern }) => {
    if (entry.verb !== 'create' || !MENTIONS_FOLDER.test(pattern.text)) return [];
    const names = namesOf(pattern);
    return (names.length > 0 ? names : [pattern.text]).flatMap((path) => {
      const segments = path.split('/');
      const [folder, name] = [segments.at(-2) ?? '', segments.at(-1) ?? ''];
      const parent = segments.slice(0, -1).join('/');
      const digits = /^(\d+)(?![\d*?{])/.exec(name)?.[1];
      if (digits === undefined || !FOLDERS.has(folder.toLowerCase()) || /[*?{}]/.test(parent)) return [];
      return [
        {
          issue: item.issue,
          line: entry.line,
          path,
          number: digits.replace(/^0+(?=\d)/, ''),
          folder: canonical(parent),
        },
      ];
    });
  });

const problem = (a: Migration, b: Migration): PlanProblem =>
  planProblem(
    'migration-clash',
    [
      { issue: a.issue, line: a.line },
      { issue: b.issue, line: b.line },
    ],
    `#${a.issue} creates "${a.path}" and #${b.issue} creates "${b.path}": two migrations of number ${a.number} in one folder.`,
    `Give the migration of #${b.issue} a number of its own.`,
  );
