import type { Code } from './parse.ts';

export type Statement = Code['program']['body'][number];
export type Of<Type extends Statement['type']> = Extract<Statement, { readonly type: Type }>;

/** Any node that stands somewhere in the source. */
export type Ranged = { readonly type: string; readonly start?: number | null; readonly end?: number | null };

/** Source text of a node, on one line and without comments. */
export type Slice = (node: Ranged | null | undefined) => string | undefined;

export const slicing =
  (source: string): Slice =>
  (node) =>
    node?.start == null || node.end == null ? undefined : oneLine(source.slice(node.start, node.end));

const oneLine = (text: string): string =>
  text
    .replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();

/** `: T` as `T`. */
export const annotation = (node: Ranged | null | undefined, slice: Slice): string | undefined =>
  slice(node)?.replace(/^(?::|=>)\s*/, '');

/** What a node is said to be, where Babel allows that to be said. */
export const annotationOf = (node: object): Ranged | null | undefined =>
  'typeAnnotation' in node ? (node.typeAnnotation as Ranged | null) : undefined;
