import type { ChangedFile } from './diff.ts';
import { dominant } from './dominant.ts';

const FOLDER = /(?:^|\/)(__tests__|tests?|specs?)\//i;
/** How names of tests tell that they are tests. */
const NAMES: readonly (readonly [form: string, name: RegExp])[] = [
  ['*.test', /\.test\.[^./]+$/i],
  ['*.spec', /\.spec\.[^./]+$/i],
  ['test_*', /(?:^|\/)test_[^/]+$/i],
  ['*_test', /_test\.[^./]+$/i],
  ['*_spec', /_spec\.[^./]+$/i],
  ['*Test', /Tests?\.[^./]+$/],
];

/** Where tests stand and how they are called; `none` for code without any. */
export const testHabit = (files: readonly ChangedFile[]): string | undefined => {
  const there = files.filter(({ kind }) => kind !== 'deleted');
  const ways = there.flatMap(({ path }) => {
    const form = NAMES.find(([, name]) => name.test(path))?.[0];
    const folder = FOLDER.exec(path)?.[1];
    if (form === undefined && folder === undefined) return [];
    return [`${folder === undefined ? 'beside the code' : `in ${folder}/`}${form === undefined ? '' : `, ${form}`}`];
  });
  return dominant(ways) ?? (there.length > 0 ? 'none' : undefined);
};
