import { packagesOf } from '#core/packages/manifests.ts';
import type { Added } from '#core/types.ts';

/** A package that a manifest asks for; `section` as the manifest calls it. */
export type Package = { readonly name: string; readonly section: string };

/** Scripts of package.json that npm, pnpm or yarn run without being asked (npm's "Life Cycle Operation Order"). */
const UNASKED = [
  'preinstall',
  'install',
  'postinstall',
  'preprepare',
  'prepare',
  'postprepare',
  'prepublish',
  'dependencies',
];

/** What the change of one manifest brings; nothing for any other file. A new version of a package is none. */
export const addedPackages = (
  path: string,
  before: string | undefined,
  after: string | undefined,
): readonly Added[] => {
  const now = after === undefined ? undefined : packagesOf(path, after);
  if (now === undefined) return [];
  const known = new Set((before === undefined ? [] : (packagesOf(path, before) ?? [])).map(({ name }) => name));
  const names = [...new Set(now.map(({ name }) => name))].filter((name) => !known.has(name));
  return [
    ...names.map((name): Added => ({ kind: 'package', path, name })),
    ...newScripts(path, before, after ?? '').map((name): Added => ({ kind: 'install-script', path, name })),
  ];
};

const newScripts = (path: string, before: string | undefined, after: string): readonly string[] => {
  if (path.split('/').at(-1) !== 'package.json') return [];
  const old = scriptsOf(before ?? '');
  return Object.entries(scriptsOf(after)).flatMap(([name, line]) =>
    UNASKED.includes(name) && old[name] !== line ? [name] : [],
  );
};

const scriptsOf = (text: string): Readonly<Record<string, unknown>> => {
  try {
    const scripts: unknown = (JSON.parse(text.replace(/^\ufeff/, '')) as { scripts?: unknown } | null)?.scripts;
    return typeof scripts === 'object' && scripts !== null ? { ...scripts } : {};
  } catch {
    return {};
  }
};
