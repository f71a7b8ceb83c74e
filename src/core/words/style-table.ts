import { type Compared, type StyleRow, styleRows } from '#core/style/compare.ts';
import { LONG } from '#core/style/profile.ts';
import type { Plan } from '#core/types.ts';
import { count } from '#core/words/problems.ts';
import { codeCell } from '#core/words/safe.ts';

/** What stands before everything that differs from what most members do. */
const MARK = '⚠️';
const REFUSED = '❌';

/** Members side by side: names, errors, tests, packages, long files; folded, with what differs marked. Empty for fewer than two. */
export const styleSection = (plan: Plan, most: number): string => {
  const rows = styleRows(plan);
  if (rows.length === 0) return '';
  const languages = new Set(
    rows.flatMap((row) => Object.values(row.traits).flat()).map(({ language }) => language.split(' ')[0]),
  );
  const several = languages.size > 1;
  const shown = rows.length <= most ? rows : [...rows].sort((a, b) => differences(b) - differences(a)).slice(0, most);
  const marked = rows.reduce((sum, row) => sum + differences(row), 0);
  const refused = rows.reduce((sum, row) => sum + row.packages.filter((one) => one.refused).length, 0);
  const verdict = [
    ...(marked === 0 ? ['no difference'] : [`${MARK} ${count(marked, 'difference')}`]),
    ...(refused === 0 ? [] : [`${REFUSED} ${count(refused, 'package')} not allowed`]),
  ].join(', ');
  const table = [
    `| member | names | new files | errors | tests | packages | over ${LONG} lines |`,
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...shown.map((row) => line(row, several)),
    ...(shown.length < rows.length ? [`| … ${rows.length - shown.length} more | | | | | | |`] : []),
  ].join('\n');
  const legend = `${MARK} differs from what most members do${refused === 0 ? '' : ` · ${REFUSED} is not in \`allowed_packages\``}. Read from the diffs; whether it matters is for a person to say.`;
  return `<details><summary>Style of ${count(rows.length, 'member')}: ${verdict}</summary>\n\n${table}\n\n${legend}\n\n</details>`;
};

const differences = ({ traits, packages }: StyleRow): number =>
  [...Object.values(traits).flat(), ...packages].filter(({ differs }) => differs).length;

const line = ({ item, traits, packages, long }: StyleRow, several: boolean): string => {
  const cells = [
    habits(traits.identifiers, several),
    habits(traits.files, several),
    habits(traits.errors, several),
    habits(traits.tests, several),
    packages
      .slice(0, 6)
      .map(
        ({ name, version, refused, differs }) =>
          `${refused ? `${REFUSED} ` : ''}${differs ? `${MARK} ` : ''}${codeCell(`${name}${differs ? ` ${version}` : ''}`, 60)}`,
      )
      .join(', ') + (packages.length > 6 ? `, ${packages.length - 6} more` : ''),
    long
      .slice(0, 3)
      .map(({ path, lines }) => `${codeCell(path, 60)} ${lines}`)
      .join(', ') + (long.length > 3 ? `, ${long.length - 3} more` : ''),
  ];
  return `| #${item} | ${cells.map((cell) => (cell === '' ? '–' : cell)).join(' | ')} |`;
};

const habits = (all: readonly Compared[], several: boolean): string =>
  all
    .map(({ language, value, differs }) => {
      const where = several || language.includes(' ') ? ` (${several ? language : language.split(' ')[1]})` : '';
      return `${differs ? `${MARK} ` : ''}${value}${where}`;
    })
    .join(', ');
