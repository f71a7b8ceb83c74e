import type { Package } from '#core/packages/added.ts';

/** Manifests whose requirements have one shape each: which files, what is left out, and the shapes; the name is what the groups give. */
type Format = {
  readonly file: RegExp;
  readonly comment?: Comment;
  readonly shapes: readonly RegExp[];
};

/** Takes comments out of a text. */
type Comment = (text: string) => string;
const HASH: Comment = (text) => text.replace(/(?:^|\s)#.*$/gm, '');
const SLASHES: Comment = (text) => text.replace(/(?:^|\s)\/\/.*$/gm, '');
const XML: Comment = (text) =>
  text
    .split('<!--')
    .map((part, at) => (at === 0 ? part : part.slice(part.indexOf('-->') + 1 || part.length)))
    .join('');

/** Where Maven would fetch from. */
const REPOSITORY = /<(?:pluginR|r)epository>[\s\S]{0,2000}?<url>\s*([^<\s]+)\s*<\/url>/g;

/** Python's old manifests are programs: texts in the lists that setuptools reads. */
const SETUP_LISTS =
  /(?:install|setup|tests)_requires?\s*=\s*[[(]([^\])]{0,5000})|extras_require\s*=\s*\{([^}]{0,5000})/g;

const FORMATS: readonly Format[] = [
  {
    file: /(?:^|\/)pom\.xml$/,
    comment: XML,
    shapes: [/<groupId>\s*([^<\s]+)\s*<\/groupId>\s*<artifactId>\s*([^<\s]+)\s*<\/artifactId>/g, REPOSITORY],
  },
  {
    file: /\.gradle(?:\.kts)?$|(?:^|\/)libs\.versions\.toml$/,
    comment: SLASHES,
    shapes: [
      /["']([\w.-]+:[\w.-]+)(?::[^"']*)?["']/g,
      /\bid[\s(=]*["']([\w.-]+)["']/g,
      /\bgroup\s*[:=]\s*["']([^"']+)["']\s*,\s*name\s*[:=]\s*["']([^"']+)["']/g,
      /\burl[\s(=]*(?:uri[\s(]*)?["']([a-z]+:\/\/[^"']+)["']/g,
    ],
  },
  {
    file: /\.(?:cs|fs|vb)proj$|\.(?:props|targets)$|(?:^|\/)packages\.config$/i,
    comment: XML,
    shapes: [
      /<(?:Global)?Package(?:Reference|Version)\b[^>]{0,500}?\b(?:Include|Update)\s*=\s*["']([^"']+)["']/gi,
      /<package\b[^>]{0,500}?\bid\s*=\s*["']([^"']+)["']/gi,
    ],
  },
  { file: /(?:^|\/)mix\.exs$/, comment: HASH, shapes: [/\{\s*:(\w+)\s*,\s*(?:["'~]|\w+:)/g] },
  {
    file: /(?:^|\/)pubspec(?:_overrides)?\.ya?ml$/,
    comment: HASH,
    shapes: [/^ {2,4}([a-z]\w*):\s*(?:\^?[\d"'><]|any\b|$)/gm, /\b(?:url|git|hosted):\s*["']?([a-z]+:\/\/[^\s"']+)/g],
  },
  { file: /(?:^|\/)Package\.swift$/, comment: SLASHES, shapes: [/\.package\([^)]{0,500}?\burl:\s*"([^"]+)"/g] },
  { file: /(?:^|\/)Podfile$/, comment: HASH, shapes: [/\bpod[\s(]*["']([^"']+)["']/g] },
  { file: /(?:^|\/)Brewfile$/, comment: HASH, shapes: [/\b(?:brew|cask|tap)\s+["']([^"']+)["']/g] },
  {
    file: /(?:^|\/)(?:Gemfile|gems\.rb|[^/]+\.gemspec)$/,
    comment: HASH,
    shapes: [
      /\bgem[\s(]+["']([^"']+)["'](?![^\n;]{0,300}\b(?:git|github)\b)/g,
      /\bgem[\s(]+["'][^"']+["'][^\n;]{0,300}?\b(?:git|github)["']?\s*(?:=>|:)\s*["']([^"']+)["']/g,
      /\.add(?:_runtime|_development)?_dependency[\s(]+["']([^"']+)["']/g,
      /\bsource[\s(]+["'](?!https:\/\/rubygems\.org\/?["'])([^"']+)["']/g,
    ],
  },
  {
    file: /(?:^|\/)environment[^/]*\.ya?ml$/,
    comment: HASH,
    shapes: [/^[ \t]*-[ \t]+(?!pip:)["']?([A-Za-z][\w.-]*)\s*(?=$|[=<>!~"'[;])/gm, /^[ \t]*-[ \t]+([a-z+]+:\/\/\S+)/gm],
  },
  {
    file: /(?:^|\/)setup\.cfg$/,
    comment: HASH,
    shapes: [/^(?:[ \t]+|\w*_requires[ \t]*=[ \t]*)([A-Za-z][\w.-]*)\s*(?=$|[=<>!~[;]=?)/gm],
  },
  {
    file: /(?:^|\/)\.cargo\/config(?:\.toml)?$/,
    comment: HASH,
    shapes: [/\b(?:registry|git|index)\s*=\s*["']([^"']+)["']/g],
  },
  {
    file: /(?:^|\/)pnpm-workspace\.ya?ml$/,
    comment: HASH,
    shapes: [/:\s*["']?npm:(@?[^@\s"']+)/g, /:\s*["']?((?:git|https?)[a-z+]*:[^\s"']+)/g],
  },
  // Where all packages come from, beside the usual places.
  {
    file: /(?:^|\/)(?:\.npmrc|\.yarnrc(?:\.yml)?|bunfig\.toml|pip\.conf|uv\.toml|nuget\.config)$/i,
    comment: HASH,
    shapes: [
      /\b(?:registry|npmRegistryServer|index-url|url|value)["']?\s*[=: ]\s*["']?([a-z]+:\/\/(?!registry\.(?:npmjs\.org|yarnpkg\.com)\b)[^\s"']+)/gi,
    ],
  },
  // A lock file brings what nobody asked for by name; here it is only where from.
  {
    file: /(?:^|\/)(?:(?:package-lock|npm-shrinkwrap)\.json|yarn\.lock|pnpm-lock\.yaml|(?:poetry|uv)\.lock)$/,
    shapes: [
      /(?:"resolved":|\bresolved|\btarball:|\burl =)\s*["']?([a-z+]+:\/\/(?!registry\.(?:npmjs\.org|yarnpkg\.com)\/|files\.pythonhosted\.org\/)[^/\s"']+)/g,
    ],
  },
  {
    file: /(?:^|\/)Cargo\.lock$/,
    shapes: [/^source = "(?!registry\+https:\/\/github\.com\/rust-lang\/crates\.io-index")([^"?#]+)/gm],
  },
];

/** Packages of a manifest that is read by its shapes; undefined for a file that is none. */
export const patternPackages = (path: string, text: string): readonly Package[] | undefined => {
  if (/(?:^|\/)setup\.py$/.test(path)) return setupPackages(text);
  const format = FORMATS.find(({ file }) => file.test(path));
  if (format === undefined) return undefined;
  const plain = format.comment === undefined ? text : format.comment(text);
  return format.shapes.flatMap((shape) =>
    [...plain.matchAll(shape)].map(([, ...groups]) => ({ name: groups.filter(Boolean).join(':'), section: '' })),
  );
};

const setupPackages = (text: string): readonly Package[] =>
  [...HASH(text).matchAll(SETUP_LISTS)].flatMap(([, list = '', extras = '']) =>
    [...(list + extras).matchAll(/["']([A-Za-z][\w.-]*)/g)].map(([, name = '']) => ({ name, section: 'setup' })),
  );
