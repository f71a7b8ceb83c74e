import type { Problem } from '#core/types.ts';
import type { Section } from './sections.ts';

const HINT = '```sh\nnpm test\n```';

/** Work that cannot be proven done, or only by reading. */
export const verificationProblems = (
  { commands, criteria }: { readonly commands: readonly string[]; readonly criteria: readonly string[] },
  section: Section,
): readonly Problem[] => {
  const line = section.headings[0] ?? 1;
  if (commands.length > 0) return [];
  if (criteria.length > 0) {
    const message =
      'Verification lists criteria but no command, so nothing proves them before a person looks. Put a command in a fenced block.';
    return [{ code: 'verification-prose', severity: 'warning', line, message, hint: HINT }];
  }
  const message = `Verification has neither a command in a fenced block nor a list of criteria${section.text === '' ? '' : `: "${firstLine(section.text)}"`}.`;
  return [{ code: 'verification-none', severity: 'error', line, message, hint: HINT }];
};

const firstLine = (text: string): string => {
  const line = text.split('\n')[0] ?? '';
  return line.length > 80 ? `${line.slice(0, 79)}…` : line;
};
