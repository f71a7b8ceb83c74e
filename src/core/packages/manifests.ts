import type { Package } from '#core/packages/added.ts';
import { goModules, lineNames, REQUIREMENTS } from '#core/packages/by-line.ts';
import { patternPackages } from '#core/packages/by-pattern.ts';
import { behind } from '#core/packages/source.ts';
import { cargoPackages, pipfilePackages, pythonPackages } from '#core/packages/toml.ts';

/** Packages that a manifest asks for, with the section; undefined for a file that is no manifest. Broken ones ask for none. */
export const packagesOf = (path: string, text: string): readonly Package[] | undefined => {
  const name = path.split('/').at(-1) ?? '';
  const clean = text.replace(/^\ufeff/, '');
  if (name === 'package.json') return [...keysOf(clean, NPM, behind), ...replaced(clean)];
  if (name === 'composer.json') return keysOf(clean, ['require', 'require-dev']);
  if (name === 'bower.json') return keysOf(clean, ['dependencies', 'devDependencies'], behind);
  if (name === 'deno.json' || name === 'deno.jsonc') return keysOf(clean, ['imports'], imported);
  if (name === 'Cargo.toml') return cargoPackages(clean);
  if (name === 'pyproject.toml') return pythonPackages(clean);
  if (name === 'Pipfile') return pipfilePackages(clean);
  if (name === 'go.mod') return goModules(clean);
  if (REQUIREMENTS.test(path)) return lineNames(clean, 'requirements');
  return patternPackages(path, clean);
};

const NPM = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'];

const keysOf = (
  text: string,
  sections: readonly string[],
  nameOf: (name: string, spec: unknown) => string | undefined = (name) => name,
): readonly Package[] => {
  const own = new Map(Object.entries(rootOf(text)));
  return sections.flatMap((section) => {
    const found = own.get(section);
    return typeof found === 'object' && found !== null
      ? Object.entries(found).flatMap(([key, spec]) => {
          const name = nameOf(key, spec);
          return name === undefined ? [] : [{ name, section }];
        })
      : [];
  });
};

/** Deno gives files of the repository names, too. */
const imported = (name: string, spec: unknown): string | undefined =>
  typeof spec === 'string' && /^[./]/.test(spec) ? undefined : behind(name, spec);

/** Where npm, pnpm and yarn are told to take another package in the place of one; another version is none. */
const replaced = (text: string): readonly Package[] => {
  const root = new Map<string, unknown>(Object.entries(rootOf(text)));
  const pnpm: unknown = root.get('pnpm');
  const inPnpm = typeof pnpm === 'object' && pnpm !== null && 'overrides' in pnpm ? pnpm.overrides : undefined;
  return [root.get('overrides'), root.get('resolutions'), inPnpm].flatMap((tree) => leaves('', tree));
};

const leaves = (key: string, value: unknown): readonly Package[] => {
  if (typeof value === 'object' && value !== null)
    return Object.entries(value).flatMap(([inner, spec]) => leaves(inner, spec));
  const name = behind(key, value);
  return name === key ? [] : [{ name, section: 'overrides' }];
};

const rootOf = (text: string): object => {
  try {
    const root: unknown = JSON.parse(text);
    return typeof root === 'object' && root !== null ? root : {};
  } catch {
    return {};
  }
};
