import { isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';

/** A YAML or JSON text as a value, with the line on which a key stands. */
export type Document = {
  readonly value: unknown;
  /** 1-based line of the key at a path, or of its nearest ancestor that is there. */
  readonly lineOf: (path: readonly PropertyKey[]) => number;
};

// Configuration is written by hand; anything longer is a mistake, and parsing it would cost time.
const LONGEST = 200_000;

/** Reads YAML 1.2 or JSON. An empty text is an empty mapping. Problems are sentences that begin with `place:line`. */
export const readDocument = (
  text: string,
  place: string,
): { ok: true; document: Document } | { ok: false; problems: string[] } => {
  if (text.length > LONGEST) return { ok: false, problems: [`${place}: longer than ${LONGEST} characters.`] };
  const lines = new LineCounter();
  const parsed = parseDocument(text.replace(/^\uFEFF/, ''), {
    lineCounter: lines,
    prettyErrors: false,
    logLevel: 'silent',
  });
  if (parsed.errors.length > 0) {
    const problems = parsed.errors.map(({ pos, message }) => {
      const { line } = lines.linePos(pos[0]);
      return `${place}:${line}: ${message} at ${JSON.stringify(text.split('\n')[line - 1]?.trim().slice(0, 80) ?? '')}.`;
    });
    return { ok: false, problems: [...new Set(problems)] };
  }
  const lineOf = (path: readonly PropertyKey[]) => lines.linePos(offsetOf(parsed.contents, path)).line;
  try {
    // The limit keeps a file of nested aliases from growing into gigabytes.
    const value: unknown = parsed.toJS({ maxAliasCount: 100 });
    return { ok: true, document: { value: value ?? {}, lineOf } };
  } catch (cause) {
    if (cause instanceof ReferenceError) return { ok: false, problems: [`${place}: ${cause.message}.`] };
    throw cause;
  }
};

const offsetOf = (root: unknown, path: readonly PropertyKey[]): number => {
  let node = root;
  let offset = 0;
  for (const key of path) {
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(key));
      if (pair === undefined) return offset;
      offset = startOf(pair.key) ?? offset;
      node = pair.value;
    } else if (isSeq(node)) {
      node = node.items[Number(key)];
      offset = startOf(node) ?? offset;
    } else return offset;
  }
  return offset;
};

const startOf = (node: unknown): number | undefined => (isNode(node) ? node.range?.[0] : undefined);

const isNode = (node: unknown): node is Node => isMap(node) || isSeq(node) || isScalar(node);
