import { type Import, type ImportReader, linesOf } from './import.ts';

const SPEC = /^[ \t]*(?:([\w.]+)[ \t]+)?("[^"\\]+"|`[^`]+`)[ \t]*(?:\/\/.*)?$/;

/** Import lines of a Go file: they stand between the package clause and everything else. */
export const go: ImportReader = (text) => {
  const lines = linesOf(text);
  const found: Import[] = [];
  let inBlock = false;
  let inComment = false;
  for (const [at, raw] of lines.entries()) {
    const bare = raw.replace(/\r?\n$/, '');
    if (inComment || bare.trimStart().startsWith('/*')) {
      inComment = !bare.includes('*/');
      continue;
    }
    if (bare.trim() === '' || /^\s*\/\//.test(bare) || /^package\s/.test(bare)) continue;
    if (inBlock) {
      if (/^[ \t]*\)/.test(bare)) inBlock = false;
      else {
        const one = spec(bare, 'block');
        if (one !== undefined) found.push({ start: at, end: at + 1, raw, ...one });
      }
      continue;
    }
    if (/^import[ \t]*\($/.test(bare.trimEnd())) {
      inBlock = true;
      continue;
    }
    const single = /^import[ \t]+(.+)$/.exec(bare);
    if (single === null) break;
    const one = spec(single[1] ?? '', 'single');
    if (one !== undefined) found.push({ start: at, end: at + 1, raw, ...one });
  }
  return found;
};

/** `form`: a line of a block and a statement of its own never stand for each other. */
const spec = (line: string, form: string): Pick<Import, 'order' | 'source' | 'names'> | undefined => {
  const [, alias, quoted] = SPEC.exec(line) ?? [];
  if (quoted === undefined) return undefined;
  const path = quoted.slice(1, -1);
  const named = alias === undefined ? { local: packageName(path) } : /^[_.]$/.test(alias) ? {} : { local: alias };
  return { order: path, source: `${form} ${path}`, names: [{ text: alias ?? '', ...named }] };
};

/** The name that a package usually has: the last part of its path that is no version. */
const packageName = (path: string): string =>
  path
    .split('/')
    .filter((part, at) => at === 0 || !/^v\d+$/.test(part))
    .at(-1) ?? path;
