import { addedPackages } from '#core/packages/added.ts';
import type { AddedPackage, Sha, StyleProfile } from '#core/types.ts';
import type { ChangedFile } from './diff.ts';
import { errorHabit } from './error-handling.ts';
import { fileHabit } from './file-names.ts';
import { identifierHabit } from './identifiers.ts';
import { isInterface, languageOf } from './language.ts';
import { testHabit } from './test-layout.ts';

/** A file of code with more lines is told as long. */
export const LONG = 400;
/** What is kept of a list. */
const KEPT = 20;

/** How a member writes, from the files that it changed. */
export const styleProfile = (head: Sha, files: readonly ChangedFile[]): StyleProfile => {
  const code = Map.groupBy(
    files.filter(({ path }) => languageOf(path) !== undefined),
    ({ path }) => languageOf(path) ?? '',
  );
  const habits = [...code].sort().flatMap(([language, own]) => {
    const [interfaces, others] = [own.filter(isShown), own.filter((file) => !isShown(file))];
    return [
      habit('identifiers', language, identifierHabit(language, own)),
      habit('files', language, fileHabit(others)),
      habit('files', `${language} components`, fileHabit(interfaces)),
      habit('errors', language, errorHabit(language, own)),
      habit('tests', language, testHabit(own)),
    ].flat();
  });
  return {
    head,
    habits,
    packages: files.flatMap(packagesIn).slice(0, KEPT),
    long: [...code.values()]
      .flat()
      .flatMap(({ path, after = '' }) => ({ path, lines: linesOf(after) }))
      .filter(({ lines }) => lines > LONG)
      .slice(0, KEPT),
  };
};

const linesOf = (text: string): number => text.replace(/\n$/, '').split('\n').length;

const isShown = ({ path }: ChangedFile): boolean => isInterface(path);

const habit = (
  trait: StyleProfile['habits'][number]['trait'],
  language: string,
  value: string | undefined,
): StyleProfile['habits'] => (value === undefined ? [] : [{ trait, language, value }]);

const packagesIn = ({ path, before, after }: ChangedFile): readonly AddedPackage[] =>
  addedPackages(path, before, after)
    .filter(({ kind }) => kind === 'package')
    .slice(0, KEPT)
    .map(({ name }) => ({ manifest: path, name, version: versionOf(after ?? '', name) }));

/** What the manifest says behind the name, whatever its format: enough to see that two members want different ones. */
const versionOf = (text: string, name: string): string => {
  const line = text.split('\n').find((one) =>
    one
      .replace(/["'\s]/g, ' ')
      .split(/[\s=<>~!^:;,[(]+/)
      .includes(name),
  );
  const after = line?.slice(line.indexOf(name) + name.length) ?? '';
  return after
    .replace(/^["']/, '')
    .replace(/^\s*[:=]?\s*/, '')
    .replace(/["'\s,]+$/, '')
    .replace(/^["']/, '')
    .slice(0, 60);
};
