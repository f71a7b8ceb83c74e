import type { Package } from '#core/packages/added.ts';
import { gems, goModules, lineNames } from '#core/packages/by-line.ts';
import { cargoPackages, pythonPackages } from '#core/packages/toml.ts';

/** Packages that a manifest asks for, with the section; undefined for a file that is no manifest. Broken ones ask for none. */
export const packagesOf = (path: string, text: string): readonly Package[] | undefined => {
  const name = path.split('/').at(-1) ?? '';
  const clean = text.replace(/^\ufeff/, '');
  if (name === 'package.json') return keysOf(clean, NPM);
  if (name === 'composer.json') return keysOf(clean, ['require', 'require-dev']);
  if (name === 'deno.json' || name === 'deno.jsonc') return keysOf(clean, ['imports']);
  if (name === 'Cargo.toml') return cargoPackages(clean);
  if (name === 'pyproject.toml') return pythonPackages(clean);
  if (name === 'go.mod') return goModules(clean);
  if (name === 'Gemfile') return gems(clean);
  if (/^(?:.*requirements.*|constraints)\.(?:txt|in)$/.test(name)) return lineNames(clean, 'requirements');
  return undefined;
};

const NPM = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'];

const keysOf = (text: string, sections: readonly string[]): readonly Package[] => {
  let root: unknown;
  try {
    root = JSON.parse(text);
  } catch {
    return [];
  }
  if (typeof root !== 'object' || root === null) return [];
  const own = new Map<string, unknown>(Object.entries(root));
  return sections.flatMap((section) => {
    const found = own.get(section);
    return typeof found === 'object' && found !== null ? Object.keys(found).map((name) => ({ name, section })) : [];
  });
};
