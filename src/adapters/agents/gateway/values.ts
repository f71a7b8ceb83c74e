import type { Body } from './dialect.ts';

/** A JSON object, or an empty one. */
export const objectOf = (value: unknown): Body =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Body) : {};

/** A JSON array, or an empty one. */
export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** A count of tokens: a whole number from 0, or undefined. A provider that says less than nothing says nothing. */
export const countOf = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0 ? Math.round(value) : undefined;

/** A text, or an empty one. */
export const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Length of all the words in a value that a model wrote, in bytes. */
export const wordsOf = (value: unknown): number => (typeof value === 'string' ? Buffer.byteLength(value) : 0);
