/**
 * Does a pattern name a binary file, or its sort: a last segment with an extension written out (`logo.png`,
 * `icons/*.{png,ico}`)? A scope such as `assets/**` owns a folder, but nobody agreed on bytes that no person can review.
 */
export const namesItsSort = (pattern: string, path: string): boolean => {
  const last = pattern.split('/').at(-1) ?? '';
  const extension = /\.([^./]+)$/.exec(path)?.[1]?.toLowerCase();
  if (extension === undefined) return last !== '' && !/[*?]/.test(last);
  const named = /\.(?:\{([^{}]*)\}|([^.{}*?/]+))$/.exec(last.toLowerCase());
  return (named?.[1]?.split(',') ?? [named?.[2]]).includes(extension);
};
