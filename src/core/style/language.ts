/** Endings of files whose style is compared, by the short name of the language. */
const ENDINGS: Readonly<Record<string, readonly string[]>> = {
  ts: ['ts', 'tsx', 'mts', 'cts', 'js', 'jsx', 'mjs', 'cjs', 'vue', 'svelte'],
  py: ['py', 'pyi'],
  go: ['go'],
  rs: ['rs'],
  java: ['java', 'kt', 'kts', 'scala'],
  cs: ['cs'],
  rb: ['rb'],
  php: ['php'],
};

const LANGUAGES = new Map(Object.entries(ENDINGS).flatMap(([name, endings]) => endings.map((one) => [one, name])));

/** The language of a file by its ending; JavaScript and TypeScript are one. Undefined for what is not compared. */
export const languageOf = (path: string): string | undefined =>
  LANGUAGES.get(/\.([A-Za-z]+)$/.exec(path)?.[1]?.toLowerCase() ?? '');

/** Components and hooks of user interfaces are named by rules of their own. */
export const isInterface = (path: string): boolean => /\.(?:[tj]sx|vue|svelte)$/i.test(path);
