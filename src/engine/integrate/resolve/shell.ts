/** A text as one argument of a shell command. */
export const oneArgument = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
