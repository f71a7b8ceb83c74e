import { addedLines, type ChangedFile } from './diff.ts';
import { dominant } from './dominant.ts';
import { isInterface } from './language.ts';

/** Names that a line declares: functions and variables, not types, which are named alike nearly everywhere. */
const DECLARES: Readonly<Record<string, RegExp>> = {
  ts: /\b(?:const|let|var|function\*?)\s+([A-Za-z_$][\w$]*)/g,
  py: /^\s*(?:(?:async\s+)?def\s+(\w+)|(\w+)\s*(?::[^=]+)?=(?!=))/g,
  go: /\b(?:func\s+(?:\([^)]*\)\s*)?|var\s+)(\w+)|(\w+)\s*:=/g,
  rs: /\b(?:fn|let(?:\s+mut)?)\s+(\w+)/g,
  java: /\b(?:fun|val|var|def)\s+(\w+)|\b(?:public|private|protected|static|final)\s+[\w<>[\],?]+\s+(\w+)\s*[(=;]/g,
  cs: /\b(?:public|private|protected|internal|static|var)\s+(?:[\w<>[\],?]+\s+)?(\w+)\s*[(=;]/g,
  rb: /\bdef\s+(?:self\.)?(\w+)|^\s*(\w+)\s*=(?!=)/g,
  php: /\bfunction\s+(\w+)|\$(\w+)\s*=(?!=)/g,
};

/** How functions and variables of a language are named; a name of one word tells nothing. */
export const identifierHabit = (language: string, files: readonly ChangedFile[]): string | undefined => {
  const pattern = DECLARES[language];
  if (pattern === undefined) return undefined;
  const ways = files.flatMap((file) =>
    addedLines(file)
      .flatMap((line) => [...line.matchAll(pattern)].map(([, one, other]) => one ?? other ?? ''))
      .flatMap((name) => wayOf(name, language, isInterface(file.path)) ?? []),
  );
  return dominant(ways, 2);
};

const wayOf = (name: string, language: string, component: boolean): string | undefined => {
  const bare = name.replace(/^[_$]+/, '');
  if (/^[a-z][a-z0-9]*(?:_[a-z0-9]+)+$/.test(bare)) return 'snake_case';
  if (/^[a-z][a-z0-9]*(?:[A-Z][a-z0-9]*)+$/.test(bare)) return 'camelCase';
  if (!/^(?:[A-Z][a-z0-9]+)+$/.test(bare) || component) return undefined;
  // A capital means "exported" in Go, and says nothing of taste.
  return language === 'go' ? (/[a-z][A-Z]/.test(bare) ? 'camelCase' : undefined) : 'PascalCase';
};
