import type { z } from 'zod';

/** How problems of one source are told: which values nobody may see, and which keys are known at a path. */
export type Telling = {
  readonly secret: (path: readonly PropertyKey[]) => boolean;
  readonly known: (path: readonly PropertyKey[]) => readonly string[];
};

/** One fault: where it is, and a sentence with the key, its value (never a secret's) and what was expected. */
export type Fault = { readonly path: readonly PropertyKey[]; readonly sentence: string };

/** What Zod found, as faults. */
export const explain = (issues: readonly z.core.$ZodIssue[], source: unknown, telling: Telling): Fault[] => {
  const faults = issues.flatMap(inner).flatMap((issue): Fault[] => {
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({
        path: [...issue.path, key],
        sentence: unknownKey(key, issue.path, telling.known(issue.path)),
      }));
    }
    return [
      {
        path: issue.path,
        sentence: `${keyOf(issue.path)} ${found(issue, source, telling)}; expected ${expectation(issue)}.`,
      },
    ];
  });
  return [...new Map(faults.map((fault) => [fault.sentence, fault])).values()];
};

/** Of a choice between kinds of value, the faults of the one kind that the value is; else the choice itself. */
const inner = (issue: z.core.$ZodIssue): readonly z.core.$ZodIssue[] => {
  if (issue.code !== 'invalid_union') return [issue];
  const meant = issue.errors.filter(
    (faults) => !faults.some(({ code, path }) => code === 'invalid_type' && path.length === 0),
  );
  const [only, ...more] = meant;
  if (only === undefined || more.length > 0) return [issue];
  return only.flatMap((fault) => inner({ ...fault, path: [...issue.path, ...fault.path] }));
};

const expectation = (issue: z.core.$ZodIssue): string =>
  issue.code === 'invalid_key' ? (issue.issues[0]?.message ?? issue.message) : issue.message;

/** A fault that Zod cannot see, because it lies between keys: `expected` ends the sentence. */
export const fault = (path: readonly PropertyKey[], value: unknown, expected: string): Fault => ({
  path,
  sentence: `${keyOf(path)} ${value === undefined ? 'is missing' : `is ${shown(value, false)}`}; expected ${expected}.`,
});

const found = (issue: z.core.$ZodIssue, source: unknown, telling: Telling): string => {
  if (issue.code === 'invalid_key') return 'is no name here';
  const value = valueAt(source, issue.path);
  return value === undefined ? 'is missing' : `is ${shown(value, telling.secret(issue.path))}`;
};

const keyOf = (path: readonly PropertyKey[]): string => (path.length === 0 ? 'the file' : path.map(String).join('.'));

const valueAt = (source: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined,
    source,
  );

// A secret that was pasted into the wrong place must not end in a log either.
const LOOKS_SECRET = /PRIVATE KEY|\bgh[pousr]_|github_pat_|\bsk-|^[A-Za-z0-9+/=]{80,}$/;

/** A value as a person wrote it, bounded; `(not shown)` for a secret or what looks like one. */
const shown = (value: unknown, secret: boolean): string => {
  // JSON has no infinite numbers, YAML does.
  const text = typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? String(value));
  if (secret || LOOKS_SECRET.test(text)) return 'set to something else (not shown)';
  const masked = text.replace(/(:\/\/)[^/@\s"]+@/g, '$1…@');
  return masked.length > 80 ? `${masked.slice(0, 80)}…` : masked;
};

const unknownKey = (key: string, parent: readonly PropertyKey[], known: readonly string[]): string => {
  const where = parent.length === 0 ? '' : ` under ${keyOf(parent)}`;
  const near = nearest(key, known);
  const hint = near === undefined ? `known are ${known.join(', ')}` : `did you mean "${near}"?`;
  return `unknown key "${key.slice(0, 80)}"${where}; ${hint}${near === undefined ? '.' : ''}`;
};

/** The known word at most two edits away (one in a short word), the nearest first; hyphens count as underscores. */
const nearest = (word: string, known: readonly string[]): string | undefined => {
  const normal = word.slice(0, 80).toLowerCase().replaceAll('-', '_');
  const near = known
    .map((candidate) => ({ candidate, distance: edits(normal, candidate.toLowerCase().replaceAll('-', '_')) }))
    .filter(({ candidate, distance }) => distance <= (candidate.length < 5 ? 1 : 2))
    .sort((a, b) => a.distance - b.distance);
  return near[0]?.candidate;
};

/** Levenshtein's distance. */
const edits = (a: string, b: string): number => {
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const swap = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
};
