/** What a tool begins with where git could not merge a lock file: what both sides locked, as far as it goes together. */
import { uniteSums } from './go-modules.ts';
import { insertAll } from './insert.ts';
import { readJson } from './json/read.ts';
import { styleOf } from './json/style.ts';
import { lockTool } from './lock-files.ts';
import { posix } from './path.ts';

/**
 * Ours with what theirs alone locked, so that a member's package keeps the version that was tested with it. Where both said
 * something else of one package, ours; the tool brings in order what does not fit. Undefined: the sides have not the same
 * tool.
 */
export const lockStart = (path: string, base: string | undefined, ours: string, theirs: string): string | undefined => {
  const name = posix.name(path);
  if (lockTool(path, ours) !== lockTool(path, theirs)) return undefined;
  if (name === 'go.sum') return uniteSums(ours, theirs);
  return (name.endsWith('.json') ? mergePackages : mergeBlocks)(base, ours, theirs) ?? ours;
};

/** Texts by what they are about. */
type Entries = ReadonlyMap<string, string>;

/** Each entry as the only side has it that changed it; as ours has it when both did. */
const mergeEntries = (base: Entries, ours: Entries, theirs: Entries): Entries => {
  const kept = [...ours.keys()].filter((key) => theirs.has(key) || base.get(key) !== ours.get(key));
  const added = new Set([...theirs.keys()].filter((key) => !ours.has(key) && !base.has(key)));
  const text = (key: string): string | undefined =>
    ours.get(key) === base.get(key) || !ours.has(key) ? theirs.get(key) : ours.get(key);
  return new Map(insertAll(kept, [...theirs.keys()], added).map((key) => [key, text(key) ?? '']));
};

/** npm's file: one object, with packages by the folder that they go into. */
const mergePackages = (base: string | undefined, ours: string, theirs: string): string | undefined => {
  const [b, o, t] = [base ?? '{}', ours, theirs].map(readJson);
  if (b === undefined || o === undefined || t === undefined) return undefined;
  if ('unreadable' in b || 'unreadable' in o || 'unreadable' in t) return undefined;
  const { step, end } = styleOf(o);
  const members = o.root.members.map(({ key, name, value }) => {
    const [before, other] = [b.root.byKey.get(key)?.value, t.root.byKey.get(key)?.value];
    if (value.kind !== 'object' || other?.kind !== 'object') return `${step}${name}: ${value.text}`;
    const entries = ({ members: all }: typeof value): Entries => new Map(all.map((one) => [one.name, one.value.text]));
    const merged = mergeEntries(
      before?.kind === 'object' ? entries(before) : new Map(),
      entries(value),
      entries(other),
    );
    const lines = [...merged].map(([folder, text]) => `${step}${step}${folder}: ${text}`);
    return `${step}${name}: {${end}${lines.join(`,${end}`)}${end}${step}}`;
  });
  return `{${end}${members.join(`,${end}`)}${end}}${end}`;
};

/** Files of blocks with blank lines between them, as all but npm and Go write them. Undefined: not to be read so. */
const mergeBlocks = (base: string | undefined, ours: string, theirs: string): string | undefined => {
  const [b, o, t] = [base ?? '', ours, theirs].map((text) => blocksOf(text.replaceAll('\r\n', '\n')));
  if (b === undefined || o === undefined || t === undefined) return undefined;
  return `${[...mergeEntries(b, o, t).values()].join('\n\n')}\n`;
};

/** Blocks by what they are about: the head of the file, a key below its section, a table of TOML below its package. */
const blocksOf = (text: string): Entries | undefined => {
  const found = new Map<string, string>();
  let section = '';
  for (const block of text.split(/\n(?:[ \t]*\n)+/).map((one) => one.replace(/^\n+|\n+$/g, ''))) {
    if (block === '') continue;
    const own = found.size === 0 ? 'head' : keyOf(block);
    if (own === undefined) return undefined;
    const inner = /^(?: |\[[\w-]+\.)/.test(block);
    if (!inner) section = own;
    const key = inner ? `${section}\n${own}` : own;
    if (found.has(key)) return undefined;
    found.set(key, block);
  }
  return found;
};

const keyOf = (block: string): string | undefined => {
  const [first = ''] = block.split('\n', 1);
  if (!/^\[\[\w+\]\]$/.test(first)) return /^(?:\[[^\]]+\]$|\s*\S.*?:(?:\s|$))/.exec(first)?.[0].trimEnd();
  // Several versions of one package may stand side by side.
  return /^(\[\[\w+\]\]\nname = .*)(?:\n(version = .*))?/.exec(block)?.[0];
};
