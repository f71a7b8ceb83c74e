import type { FileContract } from '#core/types.ts';
import { fences } from './entries.ts';
import type { Block } from './markdown/block.ts';

/** The fenced blocks of a plan whose info string names a path (```` ```ts src/shared/types.ts ````); commands are none. */
export const fileContracts = (blocks: readonly Block[], commands: readonly Block[]): readonly FileContract[] => {
  const excluded = new Set(fences(commands));
  return fences(blocks).flatMap((fence) => {
    const path = excluded.has(fence) ? undefined : pathNamed(fence.info);
    return path === undefined
      ? []
      : [{ path, content: fence.content.map((line) => `${line}\n`).join(''), line: fence.line }];
  });
};

/** The path in an info string: the first word behind the language that looks like one, `title="…"` and the like aside. */
const pathNamed = (info: string): string | undefined => {
  const [language = '', ...rest] = info.split(/\s+/);
  const words = rest.map((word) => word.replace(/^(?:title|file|filename|path)=/i, '').replace(/^(["'])(.*)\1$/, '$2'));
  const path = words.find((word) => /[/.]/.test(word)) ?? (language.includes('/') ? language : undefined);
  return path?.normalize('NFC');
};
