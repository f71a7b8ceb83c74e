import type { Inline } from './markdown/inline.ts';

/** What a contract line is about: `thing` is the key under which providers and consumers meet. */
export type Thing = { readonly thing: string; readonly path?: string; readonly signature?: string };

const ENDPOINT =
  /^(GET|PUT|POST|PATCH|DELETE|HEAD|OPTIONS|TRACE|CONNECT|QUERY|WS|SSE)\s+(\/\S*|https?:\/\/\S+)\s*(.*)$/is;
const NAMED = /^(table|event|env)\s+(\S+)\s*(.*)$/is;
const FILE_NAME =
  /^[^\s/]*\.(?:[cm]?[jt]sx?|py|go|rs|java|kts?|rb|php|cs|[ch](?:pp)?|swift|json|ya?ml|toml|sql|s?css|html|md|vue|svelte|proto|graphql|sh|txt|ex|exs|scala|dart|lua)$/i;
const BETWEEN_SPANS = /^[\s*_~]*(?:,|and|,\s*and|from|in|at|:|,?\s*from)?[\s*_~]*$/i;

/** A dash joins a path and its symbol; behind a symbol it begins a note. */
const DASH = /^[\s*_~]*(?:[-–—→]|->|::)[\s*_~]*$/;
/** `table` and the like may stand in front of the code span too. */
const KIND_IN_FRONT = /(?:^|\s)(table|event|env)\s+$/i;

/**
 * The things that a line's first run of code spans names. A path speaks for the symbols behind it, or for those in front
 * of it when it comes last (`f()` from `src/a.ts`); an endpoint, a table, an event or a variable stands alone.
 */
export const contractThings = (inline: readonly Inline[]): readonly Thing[] => {
  const things: Thing[] = [];
  let path: string | undefined;
  let used = true;
  let waiting: string[] = [];
  const leave = (): void => {
    if (path !== undefined && !used) things.push({ thing: path, path });
    things.push(...waiting.map((signature) => symbol(undefined, signature)));
    waiting = [];
  };
  for (const span of firstRun(inline)) {
    const [head, tail] = pathAndRest(span);
    const alone = standingAlone(span);
    if (alone !== undefined) {
      leave();
      path = undefined;
      things.push(alone);
    } else if (head !== undefined) {
      const before = waiting;
      if (before.length > 0) waiting = [];
      leave();
      path = head;
      used = before.length > 0 || tail !== '';
      things.push(...[...before, ...(tail === '' ? [] : [tail])].map((signature) => symbol(head, signature)));
    } else if (path === undefined) waiting.push(span);
    else {
      things.push(symbol(path, span));
      used = true;
    }
  }
  leave();
  return things;
};

/** The name that a signature declares: `export async function f(a: string)` is `f`. */
export const symbolName = (signature: string): string => {
  const bare = signature
    .trim()
    .replace(
      /^(?:(?:export|default|declare|public|static|abstract|async|function\*?|const|let|var|class|interface|type|enum|def|func|fun|fn|pub|struct|trait|readonly)\s+)+/i,
      '',
    )
    // A method of Go stands behind its receiver: `func (s *Store) Get(id string)`.
    .replace(/^\([^()]*\)\s*(?=\w)/, '');
  return /^[^\s(<:={[;]+/.exec(bare)?.[0] ?? bare;
};

const symbol = (path: string | undefined, signature: string): Thing => {
  const name = symbolName(signature);
  const said = signature.replace(/;\s*$/, '').trim();
  return {
    thing: path === undefined ? name : `${path} ${name}`,
    ...(path === undefined ? {} : { path }),
    // `f()` names a function; it does not say that it takes nothing and gives nothing.
    ...(said === name || said === `${name}()` ? {} : { signature: said }),
  };
};

const firstRun = (inline: readonly Inline[]): readonly string[] => {
  const run: string[] = [];
  const from = inline.findIndex((piece) => piece.kind === 'code');
  const kind = KIND_IN_FRONT.exec(inline[from - 1]?.text ?? '')?.[1];
  for (const piece of from < 0 ? [] : inline.slice(from)) {
    if (piece.kind === 'code') {
      const span = piece.text.trim().normalize('NFC');
      run.push(run.length === 0 && kind !== undefined ? `${kind} ${span}` : span);
    } else if (!BETWEEN_SPANS.test(piece.text) && !(DASH.test(piece.text) && isPath(run.at(-1) ?? ''))) break;
  }
  return run.filter((span) => span !== '');
};

const standingAlone = (span: string): Thing | undefined => {
  const [, method, address, answer] = ENDPOINT.exec(span) ?? [];
  if (method !== undefined && address !== undefined)
    return { thing: `${method.toUpperCase()} ${address}`, ...signed(answer) };
  const [, kind, name, shape] = NAMED.exec(span) ?? [];
  return kind === undefined || name === undefined
    ? undefined
    : { thing: `${kind.toLowerCase()} ${name}`, ...signed(shape) };
};

const signed = (text: string | undefined): { readonly signature?: string } =>
  text === undefined || text.trim() === '' ? {} : { signature: text.trim() };

/** A span's path and what stands behind it in the same span; no path when it does not begin with one. */
const pathAndRest = (span: string): readonly [string | undefined, string] => {
  const token = /^\S*/.exec(span)?.[0] ?? '';
  return isPath(token) ? [token.replace(/^\.\//, ''), span.slice(token.length).trim()] : [undefined, ''];
};

const isPath = (token: string): boolean =>
  !/\s/.test(token) && (FILE_NAME.test(token) || (token.includes('/') && !/^[\w$.]*[<(]|[=:;{]|^\/|\/\//.test(token)));
