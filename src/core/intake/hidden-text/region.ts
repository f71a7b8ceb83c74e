import { codeSpans } from './code-spans.ts';
import { fate, seenTag } from './element.ts';
import { hiddenReference } from './entities.ts';
import type { Findings } from './findings.ts';
import { COUNTED } from './invisible.ts';
import { targetAt } from './link-target.ts';
import { type Tag, tagAt } from './tag.ts';

/** Text in which Markdown is read, or raw HTML, in which it is not. */
export type Kind = 'inline' | 'html';

/** `open` says that a comment goes on behind the text; `labels` are those that links and images refer to. */
export type Cleaned = { readonly text: string; readonly open: boolean; readonly labels: readonly string[] };

/** A bracket that is open: where its content begins in the text, and, if it is an image's, in what is kept. */
type Bracket = { readonly from: number; readonly image: number; plain: boolean };

const AUTOLINK = /<[A-Za-z][A-Za-z0-9+.-]{1,31}:[^\u{0}-\u{20}<>]*>/uy;
const ESCAPABLE = /[!-/:-@[-`{-~]/u;

/** Marks that begin something of HTML that is not shown, and what ends it. */
const UNSHOWN = [
  ['<?', '?>'],
  ['<![CDATA[', ']]>'],
  ['<!', '>'],
] as const;

const linesOf = (text: string): string => {
  let breaks = '';
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) breaks += '\n';
  return breaks;
};

/** Reads from left to right, as a renderer does. */
class Reader {
  readonly #text: string;
  readonly #inline: boolean;
  readonly #findings: Findings;
  readonly #span: ReturnType<typeof codeSpans>;
  readonly #kept: string[] = [];
  readonly #brackets: Bracket[] = [];
  readonly #labels: string[] = [];
  /** What was searched for and does not come any more, so that it is not searched for again. */
  readonly #absent = new Set<string>();
  #at = 0;
  #line: number;
  #counted = 0;
  #open = false;

  constructor(text: string, kind: Kind, line: number, findings: Findings) {
    this.#text = text;
    this.#inline = kind === 'inline';
    this.#line = line;
    this.#findings = findings;
    this.#span = codeSpans(text);
  }

  clean(): Cleaned {
    const special = this.#inline ? /[\\`<&[\]]/gu : /[<&]/gu;
    while (this.#at < this.#text.length) {
      special.lastIndex = this.#at;
      const found = special.exec(this.#text);
      this.#keep(found?.index ?? this.#text.length);
      if (found !== null) this.#special(found[0]);
    }
    return { text: this.#kept.join(''), open: this.#open, labels: this.#labels };
  }

  #special(character: string): void {
    const text = this.#text;
    const at = this.#at;
    if (character === '<') this.#angle();
    else if (character === '&') this.#reference();
    else if (character === '\\') this.#keep(at + (ESCAPABLE.test(text[at + 1] ?? '') ? 2 : 1));
    else if (character === '`') {
      const span = this.#span(at);
      this.#keep(span.end ?? at + span.run);
    } else if (character === '[') {
      this.#keep(at + 1);
      const around = this.#brackets.at(-1);
      if (around !== undefined) around.plain = false;
      this.#brackets.push({ from: at + 1, image: text[at - 1] === '!' ? this.#kept.length : -1, plain: true });
    } else this.#bracketCloses();
  }

  #angle(): void {
    const text = this.#text;
    const at = this.#at;
    if (text.startsWith('<!--', at)) return this.#comment();
    for (const [begins, ends] of UNSHOWN) {
      if (!text.startsWith(begins, at)) continue;
      // Markdown knows a declaration by its letter; in raw HTML anything is one.
      if (begins === '<!' && this.#inline && !/[A-Za-z]/u.test(text[at + 2] ?? '')) continue;
      const end = this.#find(ends, at + 2);
      if (end !== undefined) return this.#drop(end + ends.length);
      return this.#inline ? this.#keep(at + 1) : this.#drop(text.length);
    }
    AUTOLINK.lastIndex = at;
    if (this.#inline && AUTOLINK.test(text)) return this.#keep(AUTOLINK.lastIndex);
    const tag = tagAt(text, at) ?? (this.#inline ? undefined : this.#looseTag());
    if (tag === undefined) return this.#keep(at + 1);
    this.#tag(tag);
  }

  /** To its end; without one, to the end of the text: in raw HTML it hides all that follows. */
  #comment(): void {
    const from = this.#at;
    const short = ['<!-->', '<!--->'].find((comment) => this.#text.startsWith(comment, from));
    const end = short === undefined ? this.#find('-->', from + 4) : from + short.length - 3;
    this.#findings.add(this.#lineAt(from));
    this.#open = end === undefined && !this.#inline;
    this.#drop(end === undefined ? this.#text.length : end + 3);
  }

  /** A tag that browsers understand and Markdown does not; without an end, nothing behind it is shown. */
  #looseTag(): Tag | undefined {
    const name = /^<(\/?)([A-Za-z][A-Za-z0-9-]*)/u.exec(this.#text.slice(this.#at, this.#at + 64));
    if (name === null) return undefined;
    const end = (this.#find('>', this.#at) ?? this.#text.length - 1) + 1;
    // An attribute that is not kept stands for whatever was written.
    const attributes = [{ name: '?', raw: '' }];
    return { name: (name[2] ?? '').toLowerCase(), closes: name[1] === '/', attributes, end };
  }

  #tag(tag: Tag): void {
    const raw = this.#text.slice(this.#at, tag.end);
    const what = fate(tag);
    if (what === 'gone') return this.#drop(tag.end);
    if (what === 'with content') return this.#drop(this.#endOf(tag));
    const seen = seenTag(tag, raw);
    if (seen === raw) return this.#keep(tag.end);
    this.#kept.push(seen);
    this.#drop(tag.end, seen);
  }

  /** Behind the end tag that belongs to a tag; without one, all that follows is not shown either. */
  #endOf(tag: Tag): number {
    let depth = 1;
    const tags = new RegExp(`<(/?)${tag.name}(?![a-z0-9-])[^>]*>?`, 'giu');
    tags.lastIndex = tag.end;
    for (let found = tags.exec(this.#text); found !== null; found = tags.exec(this.#text)) {
      depth += found[1] === '/' ? -1 : 1;
      if (depth === 0) return tags.lastIndex;
    }
    return this.#text.length;
  }

  #reference(): void {
    const hidden = hiddenReference(this.#text, this.#at);
    if (hidden === undefined) return this.#keep(this.#at + 1);
    if (COUNTED.test(hidden.character)) this.#findings.add(this.#lineAt(this.#at));
    this.#drop(hidden.end);
  }

  /** Titles of links and images, and what an image says when it cannot be shown. */
  #bracketCloses(): void {
    const text = this.#text;
    const next = this.#at + 1;
    const bracket = this.#brackets.pop();
    const target = bracket !== undefined && text[next] === '(' ? targetAt(text, next) : undefined;
    const named = text[next] === '[' && text[next + 1] !== ']';
    if (bracket?.plain && target === undefined && !named) this.#labels.push(text.slice(bracket.from, this.#at));
    if (bracket !== undefined && bracket.image >= 0 && (target !== undefined || named)) {
      this.#kept.push(linesOf(this.#kept.splice(bracket.image).join('')));
    }
    if (target?.title === undefined) return this.#keep(target?.end ?? next);
    this.#keep(target.title.from);
    this.#drop(target.title.to);
    this.#keep(target.end);
  }

  #keep(to: number): void {
    if (to > this.#at) this.#kept.push(this.#text.slice(this.#at, to));
    this.#at = to;
  }

  /** Leaves out what stands up to a place, but for the line breaks that `instead` does not have. */
  #drop(to: number, instead = ''): void {
    const breaks = linesOf(this.#text.slice(this.#at, to));
    this.#kept.push(breaks.slice(linesOf(instead).length));
    this.#at = to;
  }

  #find(what: string, from: number): number | undefined {
    if (this.#absent.has(what)) return undefined;
    const at = this.#text.indexOf(what, from);
    if (at === -1) this.#absent.add(what);
    return at === -1 ? undefined : at;
  }

  #lineAt(at: number): number {
    this.#line += linesOf(this.#text.slice(this.#counted, at)).length;
    this.#counted = at;
    return this.#line;
  }
}

/** Cleans one paragraph, heading or HTML block, keeping its line breaks. `line` is the number of its first line (1-based). */
export const cleanRegion = (text: string, kind: Kind, line: number, findings: Findings): Cleaned =>
  /[<&[]/u.test(text) ? new Reader(text, kind, line, findings).clean() : { text, open: false, labels: [] };
