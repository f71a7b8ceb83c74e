import { readerOf } from './readers.ts';

/** Does a file import the same in both versions, in whatever order and layout? Not when one of them cannot be read. */
export const sameImports = (path: string, before: string, after: string): boolean => {
  const read = readerOf(path);
  const [left, right] = [before, after].map((text) =>
    read?.(text)
      ?.flatMap(({ source, names }) => names.map(({ text: name }) => `${source}\0${name}`))
      .sort()
      .join('\n'),
  );
  return left !== undefined && left === right;
};
