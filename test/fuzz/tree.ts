import type { Chance } from './chance.ts';

/** A file of a made-up tree; the text of a submodule (`160000`) is the hash of its commit. */
export type Entry = { readonly mode: '100644' | '100755' | '120000' | '160000'; readonly text: Buffer };
export type Tree = ReadonlyMap<string, Entry>;

const FOLDERS = ['', 'src/', 'src/core/', 'src/ui/', 'docs/', 'a b/', 'tést/'];
const NAMES = [
  'one',
  'two.ts',
  'three.md',
  'four',
  'five.json',
  'six é',
  '-seven',
  'eight"quoted',
  'nine\\back',
  'ten',
];
const NEWLY = [
  'src/new.ts',
  'docs/new.md',
  'src/core/added',
  'lib/x',
  'lib/y',
  'src',
  'docs/one',
  'lib',
  'ŋew/ø',
  'a b/z',
];
const CASED = ['src/New.ts', 'LIB/x', 'te\u0301st/one', 'SRC'];

const lines = (chance: Chance, count: number, end = '\n'): Buffer =>
  Buffer.from(Array.from({ length: count }, (_, at) => `line ${at} ${chance.below(1_000_000)}${end}`).join(''));

const bytes = (chance: Chance): Buffer =>
  Buffer.from(Array.from({ length: 60 }, (_, at) => (at % 7 === 0 ? 0 : chance.below(256))));

const hash = (chance: Chance): Buffer =>
  Buffer.from(Array.from({ length: 40 }, () => chance.below(16).toString(16)).join(''));

/** A file of any kind, mostly of text. */
const entryOf = (chance: Chance): Entry => {
  const kind = chance.below(16);
  if (kind === 0) return { mode: '120000', text: Buffer.from(chance.one(['one', '../x', 'src/two.ts', '/nowhere'])) };
  if (kind === 1) return { mode: '100644', text: bytes(chance) };
  if (kind === 2) return { mode: '100644', text: Buffer.alloc(0) };
  if (kind === 3) return { mode: '160000', text: hash(chance) };
  if (kind === 4) return { mode: '100755', text: lines(chance, 12) };
  if (kind <= 6) return { mode: '100644', text: lines(chance, 14, '\r\n') };
  return { mode: '100644', text: lines(chance, 6 + chance.below(18)) };
};

/** Can a path stand beside what is there? Git holds no file where another needs a folder. */
const fits = (tree: Tree, path: string): boolean =>
  !tree.has(path) && [...tree.keys()].every((other) => !other.startsWith(`${path}/`) && !path.startsWith(`${other}/`));

const ATTRIBUTES = [
  '* text=auto\n',
  '*.ts text eol=crlf\n*.md -text\n',
  'docs/** merge=union\n*.json -merge\n',
  '* merge=evil filter=evil diff=evil\n',
  'four binary\n*.ts merge=text conflict-marker-size=20\n',
];

/** The tree that all branches come from. */
export const baseTree = (chance: Chance): Tree => {
  const tree = new Map<string, Entry>();
  for (let count = 12 + chance.below(14); count > 0; count -= 1) {
    const path = chance.one(FOLDERS) + chance.one(NAMES);
    if (fits(tree, path)) tree.set(path, entryOf(chance));
  }
  if (chance.once(3)) tree.set('.gitattributes', { mode: '100644', text: Buffer.from(chance.one(ATTRIBUTES)) });
  return tree;
};

/** The same tree after a few edits by one author. */
export const edited = (tree: Tree, chance: Chance, most = 4): Tree => {
  const next = new Map(tree);
  for (let count = 1 + chance.below(most); count > 0; count -= 1) chance.one(EDITS)(next, chance);
  return next;
};

type Edit = (tree: Map<string, Entry>, chance: Chance) => void;

const editable = (tree: Tree) => [...tree.keys()].filter((path) => path !== '.gitattributes');
const text = (tree: Tree) => editable(tree).filter((path) => tree.get(path)?.mode.startsWith('100'));

const onText =
  (edit: (tree: Map<string, Entry>, path: string, entry: Entry, chance: Chance) => void): Edit =>
  (tree, chance) => {
    const paths = text(tree);
    if (paths.length === 0) return;
    const path = chance.one(paths);
    const entry = tree.get(path);
    if (entry !== undefined) edit(tree, path, entry, chance);
  };

const changeLine = (before: Buffer, chance: Chance): Buffer => {
  const all = before.toString('latin1').split('\n');
  const at = chance.below(all.length);
  const line = `edit ${chance.below(3)}${all[at]?.endsWith('\r') === true ? '\r' : ''}`;
  all.splice(at, chance.below(2), ...(chance.once(5) ? [] : [line]));
  return Buffer.from(all.join('\n'), 'latin1');
};

const edit = onText((tree, path, entry, chance) => tree.set(path, { ...entry, text: changeLine(entry.text, chance) }));
const append = onText((tree, path, entry, chance) =>
  tree.set(path, { ...entry, text: Buffer.concat([entry.text, Buffer.from(`end ${chance.below(3)}\n`)]) }),
);
const mode = onText((tree, path, entry) =>
  tree.set(path, { ...entry, mode: entry.mode === '100644' ? '100755' : '100644' }),
);
const endings = onText((tree, path, entry) => {
  const plain = entry.text.toString('latin1').replaceAll('\r\n', '\n');
  const other = entry.text.includes('\r\n') ? plain : plain.replaceAll('\n', '\r\n');
  tree.set(path, { ...entry, text: Buffer.from(other, 'latin1') });
});
const toLink = onText((tree, path, _, chance) =>
  tree.set(path, { mode: '120000', text: Buffer.from(chance.one(['one', 'two', '..'])) }),
);
const empty = onText((tree, path, entry) => tree.set(path, { ...entry, text: Buffer.alloc(0) }));

const remove: Edit = (tree, chance) => {
  const paths = editable(tree);
  if (paths.length > 4) tree.delete(chance.one(paths));
};
const add: Edit = (tree, chance) => {
  const path = chance.once(40) ? chance.one(CASED) : chance.one(NEWLY);
  if (fits(tree, path)) tree.set(path, entryOf(chance));
};
const replace: Edit = (tree, chance) => {
  const paths = editable(tree);
  if (paths.length > 0) tree.set(chance.one(paths), entryOf(chance));
};
const move: Edit = (tree, chance) => {
  const paths = editable(tree);
  if (paths.length === 0) return;
  const path = chance.one(paths);
  const entry = tree.get(path);
  if (entry === undefined) return;
  tree.delete(path);
  const to = chance.once(2) ? chance.one(NEWLY) : chance.one(FOLDERS) + chance.one(NAMES);
  const moved = chance.once(3) && entry.mode.startsWith('100') ? changeLine(entry.text, chance) : entry.text;
  tree.set(fits(tree, to) ? to : path, { ...entry, text: moved });
};
const copy: Edit = (tree, chance) => {
  const paths = editable(tree);
  const to = chance.one(NEWLY);
  const entry = paths.length === 0 ? undefined : tree.get(chance.one(paths));
  if (entry !== undefined && fits(tree, to)) tree.set(to, entry);
};
const exchange: Edit = (tree, chance) => {
  const paths = editable(tree);
  if (paths.length < 2) return;
  const [a, b] = [chance.one(paths), chance.one(paths)];
  const [first, second] = [tree.get(a), tree.get(b)];
  if (first === undefined || second === undefined) return;
  tree.set(a, second);
  tree.set(b, first);
};
/** A whole folder goes elsewhere, also into or out of another. */
const moveFolder: Edit = (tree, chance) => {
  const from = chance.one(FOLDERS.slice(1));
  const to = chance.one(['moved/', 'docs/', 'src/', 'src/core/deep/', 'lib/']);
  for (const [path, entry] of [...tree]) {
    if (!path.startsWith(from) || to.startsWith(from)) continue;
    tree.delete(path);
    const next = to + path.slice(from.length);
    tree.set(fits(tree, next) ? next : path, entry);
  }
};
/** A file stands where a folder was, or the other way round. */
const swap: Edit = (tree, chance) => {
  if (chance.once(2)) {
    const folder = chance.one(FOLDERS.slice(1)).slice(0, -1);
    for (const path of [...tree.keys()]) if (path.startsWith(`${folder}/`)) tree.delete(path);
    if (fits(tree, folder)) tree.set(folder, entryOf(chance));
    return;
  }
  const paths = editable(tree);
  if (paths.length === 0) return;
  const path = chance.one(paths);
  const entry = tree.get(path);
  tree.delete(path);
  if (entry !== undefined)
    tree.set(`${path}/${chance.one(['inner', 'one'])}`, chance.once(2) ? entry : entryOf(chance));
};

/** Attributes of one author: they count where the branch is merged into. */
const attributes: Edit = (tree, chance) => {
  if (!chance.once(3)) return;
  tree.set('.gitattributes', { mode: '100644', text: Buffer.from(chance.one(ATTRIBUTES)) });
};

const EDITS: readonly Edit[] = [
  attributes,
  ...[edit, edit, edit, edit, edit, append, append, remove, remove, add, add, move, move, move],
  ...[mode, endings, toLink, empty, replace, copy, exchange, moveFolder, moveFolder, swap],
];
