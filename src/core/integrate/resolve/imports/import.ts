/** One import statement of a file, whatever the language; it owns whole lines. */
export type Import = {
  /** Lines of the file, from 0; `end` is the first line behind it. */
  readonly start: number;
  readonly end: number;
  /** Those lines as written, line ends included. */
  readonly raw: string;
  /** Under which statements are put in order. */
  readonly order: string;
  /** Statements of one source may hold each other's names. */
  readonly source: string;
  readonly names: readonly ImportedName[];
  /** The statement with other names of the same source; absent when it is not simple. Undefined: it cannot hold them. */
  readonly rewrite?: (names: readonly ImportedName[]) => string | undefined;
};

/** `text`: as written. `local`: what the file calls it; absent when it gives nothing a name. */
export type ImportedName = { readonly text: string; readonly local?: string };

/** Reads the import statements of a file; undefined when the file cannot be read. */
export type ImportReader = (text: string) => readonly Import[] | undefined;

/** Lines with their ends. */
export const linesOf = (text: string): readonly string[] => text.match(/[^\n]*\n|[^\n]+$/g) ?? [];

/** The line end that a text begins with. */
export const lineEnd = (text: string): string => (/\r?\n/.exec(text) ?? ['\n'])[0];
