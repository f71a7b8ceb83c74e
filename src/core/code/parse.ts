import { type ParserOptions, parse } from '@babel/parser';

/** A parsed module; its nodes are Babel's. */
export type Code = ReturnType<typeof parse>;

const SCRIPT = /\.([cm]?)([jt])(sx?)$/i;

/** Is the file JavaScript or TypeScript, by its name? */
export const isScript = (path: string): boolean => SCRIPT.test(path);

/**
 * Reads JavaScript or TypeScript as far as it can be read: `errors` of the result are what was skipped. Undefined for
 * what is neither, or is too broken to have a shape.
 */
export const parseScript = (path: string, text: string): Code | undefined => {
  const [, , language, ending] = SCRIPT.exec(path) ?? [];
  if (language === undefined) return undefined;
  const typed = language.toLowerCase() === 't';
  const plugins: NonNullable<ParserOptions['plugins']> = [
    // An arrow's type parameters look like an element where both are allowed.
    ...(typed ? (['typescript'] as const) : []),
    ...(!typed || ending?.toLowerCase() === 'sx' ? (['jsx'] as const) : []),
    'decorators',
    'explicitResourceManagement',
  ];
  try {
    return parse(text, {
      sourceType: 'unambiguous',
      plugins,
      errorRecovery: true,
      allowReturnOutsideFunction: true,
      allowImportExportEverywhere: true,
      attachComment: false,
    });
  } catch {
    return undefined;
  }
};
