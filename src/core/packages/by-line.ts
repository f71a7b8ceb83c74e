import type { Package } from '#core/packages/added.ts';

/** Begin of a requirement (PEP 508): the name, before extras, versions and markers. */
const REQUIREMENT = /^\s*([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(?:$|[[<>=!~;@,(\s])/;

/** Name of a Python package as the index compares it (PEP 503): lower case, runs of `-`, `_` and `.` as one `-`. */
export const pythonName = (requirement: string): string | undefined =>
  REQUIREMENT.exec(requirement)?.[1]
    ?.toLowerCase()
    .replace(/[-_.]+/g, '-');

/** Requirements, one a line; comments and options left out. */
export const lineNames = (text: string, section: string): readonly Package[] =>
  text.split(/\r?\n/).flatMap((line) => {
    const plain = line.replace(/(?:^|\s)#.*$/, '');
    const name = plain.trimStart().startsWith('-') ? undefined : pythonName(plain);
    return name === undefined ? [] : [{ name, section }];
  });

/** Modules of a go.mod: `require path version`, alone or in a block. */
export const goModules = (text: string): readonly Package[] => {
  const found: Package[] = [];
  let inBlock = false;
  for (const line of text.split(/\r?\n/).map((one) => one.replace(/\/\/.*$/, '').trim())) {
    if (/^require\s*\($/.test(line)) inBlock = true;
    else if (line === ')') inBlock = false;
    else {
      const name = (inBlock ? /^(\S+)\s+v\S+$/ : /^require\s+(\S+)\s+v\S+$/).exec(line)?.[1];
      if (name !== undefined) found.push({ name: name.replace(/^"|"$/g, ''), section: 'require' });
    }
  }
  return found;
};

/** Gems of a Gemfile. */
export const gems = (text: string): readonly Package[] =>
  [...text.matchAll(/^\s*gem[\s(]+["']([^"']+)["']/gm)].map(([, name = '']) => ({ name, section: 'gem' }));
