import { type Import, type ImportReader, linesOf } from './import.ts';

const LINE = /^import[ \t]+(static[ \t]+)?([\w.]+(?:\.\*)?)(?:[ \t]+as[ \t]+(\w+))?[ \t]*;?[ \t]*(?:\/\/.*)?$/;

/** Import lines of a Java or Kotlin file. */
export const java: ImportReader = (text) =>
  linesOf(text).flatMap((raw, at): Import[] => {
    const [, statically, path, alias] = LINE.exec(raw.replace(/\r?\n$/, '')) ?? [];
    if (path === undefined) return [];
    const last = alias ?? path.slice(path.lastIndexOf('.') + 1);
    // Methods of one name may come from several classes.
    const local = last === '*' || statically !== undefined ? {} : { local: last };
    const source = `${statically === undefined ? '' : 'static '}${path}`;
    return [{ start: at, end: at + 1, raw, order: source, source, names: [{ text: alias ?? '', ...local }] }];
  });
