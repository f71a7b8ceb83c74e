import { canonical } from './canonical.ts';
import { commonPath } from './common-path.ts';
import { SLASH } from './grammar.ts';
import { beginnings } from './literal-ends.ts';
import { endsWithName } from './literal-names.ts';
import { clash, overlap } from './overlap.ts';
import { anyPath, BEGIN, type PathShape } from './path-shape.ts';
import { type Pattern, parsePattern } from './pattern.ts';
import { FILES, IN_FOLDERS, PROTECTED } from './protected-list.ts';

const read = (text: string): Pattern => {
  const parsed = parsePattern(text);
  if (!parsed.ok) throw new Error(`the protected pattern ${text} ${parsed.why}`);
  return parsed.pattern;
};

/** Each list also as one pattern, so that most scopes are done with after one comparison. */
const files = { all: read(`{${FILES.join(',')}}`), each: FILES.map(read) };
const inFolders = { all: read(`{${IN_FOLDERS.join(',')}}`), each: IN_FOLDERS.map(read) };

const PROTECTED_KEYS = PROTECTED.map(canonical);
const FILE_KEYS = FILES.map(canonical);

const DOT = 0x2e;
/** The first segment began with a dot that a wildcard read, and nothing of it was literal yet. */
const WILD_DOT = 5;

/** Paths that a wildcard as the first segment reaches: none in a folder that begins with a dot. */
const notIntoDotFolders: PathShape = (shape, point, wild) => {
  if (shape === BEGIN && point === DOT && wild) return WILD_DOT;
  if (shape !== WILD_DOT) return anyPath(shape, point, wild);
  if (point === SLASH) return -1;
  return wild ? WILD_DOT : 3;
};

const reaches = (pattern: Pattern, folder: Pattern): boolean =>
  commonPath(pattern, folder, notIntoDotFolders) !== undefined ||
  clash(pattern, folder) !== undefined ||
  clash(folder, pattern) !== undefined;

/** Whether paths of the pattern can begin like something protected: cheap, and no for nearly all. */
const near = (pattern: Pattern): boolean =>
  beginnings(pattern).some((text) => PROTECTED_KEYS.some((key) => key.startsWith(text) || text.startsWith(key)));

/**
 * What a scope must not own (`scope-protected` of spec 3), as PROTECTED writes it: overlapped at the root, or a file
 * named by the pattern's last segment anywhere else. Undefined when the pattern owns nothing protected.
 */
export const protectedBy = (pattern: Pattern): string | undefined => {
  if (near(pattern)) {
    if (overlap(pattern, files.all) !== undefined) {
      const found = files.each.find((file) => overlap(pattern, file) !== undefined);
      if (found !== undefined) return found.text;
    }
    if (reaches(pattern, inFolders.all)) {
      const found = inFolders.each.find((folder) => reaches(pattern, folder));
      if (found !== undefined) return found.text;
    }
  }
  return FILES.find(
    (name, index) => (pattern.braces || pattern.key.endsWith(FILE_KEYS[index] ?? '')) && endsWithName(pattern, name),
  );
};

/** Characters that the file systems of a Mac leave out of a name when they compare it. */
const IGNORED = /[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/gu;

/** A name as a file system that is more forgiving than git may take it: without ignored characters, stream, or dots and spaces at the end. */
const asOpened = (name: string): string => {
  const [main = ''] = canonical(name).replace(IGNORED, '').split(':');
  let end = main.length;
  while (end > 0 && (main[end - 1] === '.' || main[end - 1] === ' ')) end--;
  const kept = main.slice(0, end);
  return kept === 'git~1' ? '.git' : kept;
};

/**
 * What protected thing a really changed path is, as PROTECTED writes it, for the guard: anywhere in the tree, in any
 * case and normal form, and also the place of a protected folder itself. Undefined when it is none.
 */
export const isProtectedPath = (path: string): string | undefined => {
  const names = path.split('/').map(asOpened);
  const opened = `/${names.join('/')}/`;
  return (
    FILES.find((name) => names.at(-1) === canonical(name)) ??
    IN_FOLDERS.find((name) => opened.includes(`/${canonical(name)}${name.endsWith('/') ? '' : '/'}`))
  );
};
