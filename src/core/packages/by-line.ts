import type { Package } from '#core/packages/added.ts';

/** Begin of a requirement (PEP 508): the name, before extras, versions and markers. */
const REQUIREMENT = /^\s*([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(?:$|[[<>=!~;@,(\s])/;

/**
 * Name of a Python package as the index compares it (PEP 503): lower case, runs of `-`, `_` and `.` as one `-`. Of a
 * requirement with an address (PEP 440), the address: what lies there can be anything.
 */
export const pythonName = (requirement: string): string | undefined =>
  /^[^"'#;@]*@\s*([a-z+]+:\S+)/i.exec(requirement)?.[1] ??
  REQUIREMENT.exec(requirement)?.[1]
    ?.toLowerCase()
    .replace(/[-_.]+/g, '-');

/** Options of pip that bring packages, or say where all others come from. */
const OPTION = /^\s*(?:-e|--editable|-f|--find-links|-i|--index-url|--extra-index-url|-r|--requirement)[\s=]*(\S+)/;
/** Other lists of requirements that are read by themselves when they change. */
export const REQUIREMENTS =
  /(?:requirements[^/]*|constraints)\.(?:txt|in|pip)$|(?:^|\/)requirements\/[^/]+\.(?:txt|in|pip)$/;

/** Requirements, one a line; comments left out, and options that bring nothing. */
export const lineNames = (text: string, section: string): readonly Package[] =>
  text.split(/\r?\n/).flatMap((line) => {
    const plain = line.replace(/(?:^|\s)#.*$/, '');
    const option = OPTION.exec(plain)?.[1];
    const other = option ?? /^\s*([a-z+]+:\/\/\S+|\.{0,2}\/\S+|\S+\.(?:whl|zip|tar\.gz))/i.exec(plain)?.[1];
    const name = other ?? (plain.trimStart().startsWith('-') ? undefined : pythonName(plain));
    return name === undefined || (option !== undefined && REQUIREMENTS.test(option)) ? [] : [{ name, section }];
  });

/** Modules of a go.mod: `require path version`, and what replaces one, alone or in a block; folders are the repository's own. */
export const goModules = (text: string): readonly Package[] => {
  const found: Package[] = [];
  let block = '';
  for (const line of text.split(/\r?\n/).map((one) => one.replace(/\/\/.*$/, '').trim())) {
    const opened = /^(\w+)\s*\($/.exec(line)?.[1];
    if (opened !== undefined) block = `${opened} `;
    else if (line === ')') block = '';
    else {
      const whole = `${block}${line}`;
      const name =
        /^require\s+(\S+)\s+v\S+$/.exec(whole)?.[1] ??
        /^replace\s.*=>\s*(?!\.{0,2}\/)(\S+)(?:\s+\S+)?$/.exec(whole)?.[1];
      if (name !== undefined) found.push({ name: name.replace(/^"|"$/g, ''), section: 'require' });
    }
  }
  return found;
};
