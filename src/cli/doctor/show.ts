import type { Finding } from './finding.ts';

const SIGNS = { info: ['✓', 32], warning: ['!', 33], error: ['✗', 31] } as const;

/** Findings as lines for a terminal, how to mend one below it. */
export const show = (findings: readonly Finding[], colour: boolean): string =>
  findings
    .map(({ name, severity, message, mend }) => {
      const [sign, code] = SIGNS[severity];
      const marked = colour ? `\u001b[${code}m${sign}\u001b[0m` : sign;
      return `${marked} ${name}: ${message}\n${mend === undefined ? '' : `    ${mend}\n`}`;
    })
    .join('');
