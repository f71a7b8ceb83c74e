import { fences, flatEntries } from './entries.ts';
import { isNone } from './markdown/words.ts';
import type { Section } from './sections.ts';
import { shellCommands } from './shell-commands.ts';

const SHELLS = new Set(['', 'sh', 'bash', 'shell', 'console']);

/** What a Verification section asks for: commands that must pass, and criteria that are shown to reviewers. */
export const readVerification = (
  section: Section,
): { readonly commands: readonly string[]; readonly criteria: readonly string[] } => ({
  commands: fences(section.blocks).flatMap((fence) => {
    const language = fence.info.split(/\s/)[0]?.toLowerCase() ?? '';
    return SHELLS.has(language) ? shellCommands(fence.content, language) : [];
  }),
  criteria: flatEntries(section.blocks)
    .map((entry) => entry.source.trim())
    .filter((text) => text !== '' && !isNone(text)),
});
