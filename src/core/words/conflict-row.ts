/** Rows of the decision table for conflicts (seed 001, "Conflict Resolution Decision Table"), the first that fits a path. */
const ROWS: readonly { readonly fits: RegExp; readonly row: string; readonly how: string }[] = [
  {
    fits: /(^|\/)(package-lock\.json|npm-shrinkwrap\.json|pnpm-lock\.yaml|yarn\.lock|Cargo\.lock|go\.sum|poetry\.lock|uv\.lock)$/i,
    row: 'package lock file',
    how: 'regenerate it from scratch',
  },
  {
    fits: /(^|\/)(tests?|specs?|__tests__|testdata)\/|[._-](test|spec)s?\.[^/]+$|(^|\/)(test_[^/]*|[^/]*_test)\.(py|go|rb)$/i,
    row: 'test file overlap',
    how: 'combine the test suites',
  },
  {
    fits: /\.d\.[mc]?ts$|(^|\/)(types?|interfaces|schemas?)(\/|\.[^/]+$)|\.(proto|graphql)$/i,
    row: 'type definition mismatch',
    how: 'align both to the shared spec',
  },
  {
    fits: /\.(json|ya?ml|toml|ini|cfg|conf|env|properties)$|(^|\/)\.[^/]+$|\.config\.[^/]+$/i,
    row: 'configuration overlap',
    how: 'merge the settings and test them',
  },
];

const SAME_FILE = {
  row: 'same file',
  how: 'merge different sections by hand; where both changed one function, choose by the spec',
};

/** What the decision table says of a conflict in these files, a row once: what kind it is and how people resolve it. */
export const conflictRows = (files: readonly string[]): readonly string[] => [
  ...new Set(
    files.map((file) => {
      const { row, how } = ROWS.find(({ fits }) => fits.test(file)) ?? SAME_FILE;
      return `${row}: ${how}`;
    }),
  ),
];
