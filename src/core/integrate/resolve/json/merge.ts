import { insertAll } from '../insert.ts';
import { asSet, isOrdered, mayMergeKeys } from './order.ts';
import { type Element, type Json, type JsonObject, type Member, readJson } from './read.ts';
import { same } from './same.ts';
import { inStyle, type Style, styleOf } from './style.ts';

/** `clashes`: key paths that both sides changed, each in its own way. `added`: what theirs brought, by key path. */
export type JsonMerge =
  | { readonly merged: string; readonly brought: readonly string[] }
  | { readonly clashes: readonly string[] }
  | { readonly unreadable: string };

/**
 * Merges three versions of a manifest by key. Ours keeps its bytes where theirs changed nothing; without a base nothing
 * is taken to be deleted.
 */
export const mergeJson = (base: string | undefined, ours: string, theirs: string): JsonMerge => {
  const b = readJson(base ?? '{}');
  if ('unreadable' in b) return { unreadable: `the merge base: ${b.unreadable}` };
  const o = readJson(ours);
  if ('unreadable' in o) return { unreadable: `ours: ${o.unreadable}` };
  const t = readJson(theirs);
  if ('unreadable' in t) return { unreadable: `theirs: ${t.unreadable}` };
  const merger = new Merger(styleOf(o), styleOf(t));
  const text = merger.merge([], b.root, o.root, t.root);
  if (merger.clashes.length > 0) return { clashes: merger.clashes };
  return { merged: `${o.before}${text}${o.after}`, brought: merger.brought };
};

type Path = readonly string[];

/** Keys from the root, with dots between; one that could be misread is quoted. */
const shown = (path: Path): string =>
  path.map((key) => (/^[\w@/$-]+$/.test(key) ? key : JSON.stringify(key))).join('.');

class Merger {
  readonly clashes: string[] = [];
  readonly brought: string[] = [];
  readonly ours: Style;
  readonly theirs: Style;

  constructor(ours: Style, theirs: Style) {
    this.ours = ours;
    this.theirs = theirs;
  }

  /** The text that stands for ours afterwards. */
  merge(path: Path, base: Json | undefined, ours: Json, theirs: Json): string {
    const ordered = isOrdered(path);
    if (same(ours, theirs, ordered) || (base !== undefined && same(base, theirs, ordered))) return ours.text;
    if (base !== undefined && same(base, ours, ordered)) {
      this.brought.push(shown(path));
      return inStyle(theirs, this.theirs, this.ours, path.length);
    }
    if (ours.kind === 'object' && theirs.kind === 'object' && (base === undefined || base.kind === 'object')) {
      const versions = base === undefined ? [ours, theirs] : [base, ours, theirs];
      if (mayMergeKeys(path, versions)) return this.keys(path, base, ours, theirs);
    }
    const merged = this.set(path, base, ours, theirs);
    if (merged === undefined) this.clashes.push(shown(path));
    return merged ?? ours.text;
  }

  private keys(path: Path, base: JsonObject | undefined, ours: JsonObject, theirs: JsonObject): string {
    const values = new Map<string, string>();
    const kept: string[] = [];
    for (const { key, value } of ours.members) {
      const [before, other] = [base?.byKey.get(key), theirs.byKey.get(key)];
      const inside = [...path, key];
      if (other !== undefined) values.set(key, this.merge(inside, before?.value, value, other.value));
      else if (before === undefined) values.set(key, value.text);
      else if (this.isGone(inside, before, value)) continue;
      kept.push(key);
    }
    const added = new Set<string>();
    for (const { key, value } of theirs.members) {
      if (ours.byKey.has(key)) continue;
      const before = base?.byKey.get(key);
      const inside = [...path, key];
      if (before !== undefined) {
        if (!same(before.value, value, isOrdered(inside))) this.clashes.push(shown(inside));
        continue;
      }
      added.add(key);
      values.set(key, inStyle(value, this.theirs, this.ours, inside.length));
      this.brought.push(shown(inside));
    }
    const order = insertAll(
      kept,
      theirs.members.map(({ key }) => key),
      added,
    );
    const member = (key: string): Member | undefined => ours.byKey.get(key) ?? theirs.byKey.get(key);
    return this.written(
      '{}',
      ours.members,
      ours.close,
      path,
      order,
      (key) => {
        const between = ours.byKey.get(key)?.between ?? ours.members[0]?.between ?? ': ';
        return `${member(key)?.name ?? ''}${between}${values.get(key) ?? ''}`;
      },
      (key) => ours.byKey.get(key),
    );
  }

  /** Theirs deleted what ours still has: gone, unless ours changed it. */
  private isGone(path: Path, before: Member, value: Json): boolean {
    if (same(before.value, value, isOrdered(path))) {
      this.brought.push(shown(path));
      return true;
    }
    this.clashes.push(shown(path));
    return false;
  }

  private set(path: Path, base: Json | undefined, ours: Json, theirs: Json): string | undefined {
    if (ours.kind !== 'array') return undefined;
    const [o, t] = [asSet(path, ours), asSet(path, theirs)];
    const b = base === undefined ? [] : asSet(path, base);
    if (b === undefined || o === undefined || t === undefined) return undefined;
    const kept = o.filter((text) => t.includes(text) || !b.includes(text));
    const added = new Set(t.filter((text) => !o.includes(text) && !b.includes(text)));
    this.brought.push(shown(path));
    const { elements, close } = ours;
    return this.written(
      '[]',
      elements,
      close,
      path,
      insertAll(kept, t, added),
      (text) => text,
      (text) => elements.find(({ value }) => value.text === text),
    );
  }

  /** Entries between brackets as ours lays them out. */
  private written(
    [open, shut]: string,
    ours: readonly Element[],
    close: string,
    path: Path,
    order: readonly string[],
    text: (name: string) => string,
    known: (name: string) => Element | undefined,
  ): string {
    if (order.length === 0) return `${open}${shut}`;
    const line = (steps: number) => `${this.ours.end}${this.ours.step.repeat(steps)}`;
    const [first, second] = ours;
    const begin = first?.lead ?? line(path.length + 1);
    const next = plainLead(second?.lead ?? (begin.includes('\n') ? begin : ' '));
    const parts = order.map((name, at) => {
      const own = known(name);
      const lead = at === 0 ? begin : own === undefined || own === first ? next : own.lead;
      return `${lead}${text(name)}${at < order.length - 1 ? (own?.tail ?? '') : ''}`;
    });
    return `${open}${parts.join(',')}${first === undefined ? line(path.length) : close}${shut}`;
  }
}

/** White space of one new line, without blank lines before it. */
const plainLead = (lead: string): string => {
  const start = lead.lastIndexOf('\n');
  if (start < 0) return lead;
  return lead.slice(lead[start - 1] === '\r' ? start - 1 : start);
};
