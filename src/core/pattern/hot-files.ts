import { canonical } from './canonical.ts';
import { endsWithName, goesThrough, lastBegins } from './literal-names.ts';
import type { Pattern } from './pattern.ts';

/**
 * Files that other items usually need too (`scope-hot-file` of spec 3): the published list. An entry that ends in `/` is
 * a folder, one that ends in `.*` a file of any type, the others are files; each in any folder.
 */
export const HOT_FILES: readonly { readonly why: string; readonly names: readonly string[] }[] = [
  {
    why: 'a manifest',
    names: [
      'package.json',
      'pnpm-workspace.yaml',
      'deno.json',
      'Cargo.toml',
      'go.mod',
      'go.work',
      'pyproject.toml',
      'requirements.txt',
      'Gemfile',
      'composer.json',
      'pom.xml',
      'build.gradle',
      'build.gradle.kts',
    ],
  },
  {
    why: 'a lock file',
    names: [
      'package-lock.json',
      'npm-shrinkwrap.json',
      'pnpm-lock.yaml',
      'yarn.lock',
      'bun.lock',
      'bun.lockb',
      'Cargo.lock',
      'go.sum',
      'poetry.lock',
      'uv.lock',
      'Pipfile.lock',
      'Gemfile.lock',
      'composer.lock',
    ],
  },
  {
    why: 'a place where routes or services are registered',
    names: [
      'routes/index.*',
      'routes.*',
      'router.*',
      'container.ts',
      'container.js',
      'container.py',
      'app.module.ts',
      'urls.py',
    ],
  },
  { why: 'shared types', names: ['shared/types.*', 'types/index.*'] },
  { why: 'an index or barrel file', names: ['index.*', '__init__.py', 'mod.rs'] },
  { why: 'the list of environment variables', names: ['.env.example'] },
  { why: 'in a folder of migrations', names: ['migrations/', 'migration/'] },
  { why: 'a database schema', names: ['schema/', 'schema.*'] },
  { why: 'in a folder of test fixtures', names: ['fixtures/', '__fixtures__/'] },
];

/** A name made for questions: `stem` without its mark, `key` as patterns spell it. */
type Name = { readonly name: string; readonly stem: string; readonly key: string };

const READ: readonly { readonly why: string; readonly names: readonly Name[] }[] = HOT_FILES.map(({ why, names }) => ({
  why,
  names: names.map((name) => {
    const stem = name.replace(/[/*]$/u, '');
    return { name, stem, key: canonical(stem) };
  }),
}));

const says = (pattern: Pattern, { name, stem, key }: Name): boolean => {
  // Only braces can spell a name that does not stand in the text.
  if (!pattern.braces && !pattern.key.includes(key)) return false;
  if (name.endsWith('/')) return goesThrough(pattern, stem);
  return name.endsWith('*') ? lastBegins(pattern, stem) : endsWithName(pattern, name);
};

/** Why the pattern names a file that other items usually need too (`a lock file`); undefined when it does not. */
export const hotFile = (pattern: Pattern): string | undefined =>
  READ.find((kind) => kind.names.some((name) => says(pattern, name)))?.why;
