import { insertAll } from '../insert.ts';
import type { Import, ImportedName } from './import.ts';
import { idOf, idsOf } from './wanted.ts';

/** The imports of one hunk on both sides, in order; blank lines that ours has before each. */
export type InHunk = {
  readonly ours: readonly { readonly import: Import; readonly blank: string }[];
  readonly theirs: readonly Import[];
};

/** Names with their source: which the file shall import in the end, and which it imports with the hunks of ours. */
export type InFile = { readonly wanted: ReadonlySet<string>; readonly present: ReadonlySet<string> };

/**
 * The imports of one hunk: of ours what is wanted, of theirs what is wanted and not there yet. Statements of ours keep
 * their bytes; new ones stand where they belong. Undefined: some statement is not simple enough.
 */
export const union = ({ ours, theirs }: InHunk, { wanted, present }: InFile): string | undefined => {
  const mine = ours.map((one) => one.import);
  if (!sameOrder(mine, theirs)) return undefined;
  const missing = new Set([...idsOf(theirs)].filter((id) => wanted.has(id) && !present.has(id)));

  const texts = new Map<string, string>();
  const kept: string[] = [];
  for (const [name, { import: one, blank }] of keyed(ours, (entry) => entry.import.order)) {
    const left = one.names.filter((imported) => wanted.has(idOf(one, imported)));
    if (left.length === 0) continue;
    const joining = joins(one, theirs, missing);
    const all = joining.length === 0 ? left : ordered(left, joining, theirs, one.source);
    const text = all.length === one.names.length && joining.length === 0 ? one.raw : one.rewrite?.(all);
    if (text !== undefined) for (const imported of joining) missing.delete(idOf(one, imported));
    const alone = text ?? (left.length === one.names.length ? one.raw : one.rewrite?.(left));
    if (alone === undefined) return undefined;
    texts.set(name, `${blank}${alone}`);
    kept.push(name);
  }

  const added = new Set<string>();
  const names = keyed(theirs, ({ order }) => order);
  const place = (name: string): string => (texts.has(name) ? `${name}\0theirs` : name);
  const order: string[] = [];
  for (const [name, one] of names) {
    const fresh = one.names.filter((imported) => missing.delete(idOf(one, imported)));
    if (fresh.length === 0) {
      order.push(name);
      continue;
    }
    const text = fresh.length === one.names.length ? one.raw : one.rewrite?.(fresh);
    if (text === undefined) return undefined;
    const own = place(name);
    texts.set(own, text);
    added.add(own);
    order.push(own);
  }
  return insertAll(kept, order, added)
    .map((name) => texts.get(name) ?? '')
    .join('');
};

/** What theirs adds to a source that ours imports from in a statement that can hold more. */
const joins = (one: Import, theirs: readonly Import[], missing: ReadonlySet<string>): readonly ImportedName[] => {
  if (one.rewrite === undefined) return [];
  return theirs
    .filter(({ source }) => source === one.source)
    .flatMap((other) => other.names.filter((name) => missing.has(idOf(other, name))));
};

const ordered = (
  left: readonly ImportedName[],
  joining: readonly ImportedName[],
  theirs: readonly Import[],
  source: string,
): readonly ImportedName[] => {
  const byText = new Map([...left, ...joining].map((name) => [name.text, name]));
  const other = theirs.filter((one) => one.source === source).flatMap((one) => one.names.map(({ text }) => text));
  const texts = insertAll(
    left.map(({ text }) => text),
    other,
    new Set(joining.map(({ text }) => text)),
  );
  return texts.flatMap((text) => byText.get(text) ?? []);
};

/** Modules that are run for what they do, in one order on both sides? */
const sameOrder = (ours: readonly Import[], theirs: readonly Import[]): boolean => {
  const run = (imports: readonly Import[]) =>
    imports.filter(({ names }) => names.every(({ local }) => local === undefined)).map(({ source }) => source);
  const [o, t] = [run(ours), run(theirs)];
  const [left, right] = [o.filter((one) => t.includes(one)), t.filter((one) => o.includes(one))];
  return left.join('\0') === right.join('\0');
};

/** Entries under names that are theirs alone in the list, in order. */
const keyed = <Entry>(entries: readonly Entry[], order: (entry: Entry) => string): ReadonlyMap<string, Entry> => {
  const found = new Map<string, Entry>();
  for (const entry of entries) {
    let name = order(entry);
    while (found.has(name)) name += '\0';
    found.set(name, entry);
  }
  return found;
};
