/** The repository's own formatter, for files whose imports were united. */
import { posix } from './path.ts';

type Formatter = { readonly program: string; readonly settings: RegExp; readonly files: RegExp; readonly verb: string };

const FORMATTERS: readonly Formatter[] = [
  { program: 'biome', settings: /^biome\.jsonc?$/, files: /\.[cm]?[jt]sx?$/, verb: 'format --write' },
  {
    program: 'prettier',
    settings: /^(?:\.prettierrc(?:\.\w+)?|prettier\.config\.\w+)$/,
    files: /\.[cm]?[jt]sx?$/,
    verb: '--write',
  },
];

/** A shell command that formats files of a repository with a formatter that set-up installs; `quote` makes one argument. */
export const formatCommand = (
  names: readonly string[],
  files: readonly string[],
  quote: (text: string) => string,
): string | undefined => {
  const root = names.filter((name) => posix.folder(name) === '');
  const found = FORMATTERS.find(({ settings }) => root.some((name) => settings.test(name)));
  const mine = found === undefined ? [] : files.filter((file) => found.files.test(file));
  if (found === undefined || mine.length === 0) return undefined;
  const program = `node_modules/.bin/${found.program}`;
  return `[ ! -x ${program} ] || ${program} ${found.verb} ${mine.map((file) => quote(`./${file}`)).join(' ')}`;
};
