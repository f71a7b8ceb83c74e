/** What a body is made of, as far as reading needs it. Lines are 1-based lines of the body; text keeps its inline marks. */
export type Block =
  | { readonly kind: 'heading'; readonly depth: number; readonly text: string; readonly line: number }
  | { readonly kind: 'paragraph'; readonly text: string; readonly lines: readonly number[] }
  /** A fenced block; `line` is that of its opening fence, `content` its lines. */
  | { readonly kind: 'fence'; readonly info: string; readonly content: readonly string[]; readonly line: number }
  /** Indented code or raw HTML: nothing that is read, but something that stands there. */
  | { readonly kind: 'other'; readonly line: number }
  | { readonly kind: 'break'; readonly line: number }
  | { readonly kind: 'quote'; readonly blocks: readonly Block[]; readonly line: number }
  | { readonly kind: 'list'; readonly entries: readonly Entry[]; readonly line: number };

/** One entry of a list: `line` is that of its marker. */
export type Entry = { readonly blocks: readonly Block[]; readonly line: number };
