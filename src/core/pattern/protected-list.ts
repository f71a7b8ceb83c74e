/** Files that git or an agent obeys wherever they lie (`scope-protected` of spec 3). */
export const FILES = [
  '.gitignore',
  '.gitattributes',
  '.gitmodules',
  'CLAUDE.md',
  'CLAUDE.local.md',
  'AGENTS.md',
  'GEMINI.md',
  '.cursorrules',
  '.mcp.json',
];

/** Folders, and files in one, that git, GitHub, an agent or this app obeys. */
export const IN_FOLDERS = [
  '.git/',
  '.github/workflows/',
  '.github/actions/',
  '.claude/',
  '.cursor/',
  '.codex/',
  '.gemini/',
  '.github/copilot-instructions.md',
  '.github/parallel.yml',
];

/** Everything that is protected, as patterns at the root: the published list. */
export const PROTECTED: readonly string[] = [...FILES, ...IN_FOLDERS];
