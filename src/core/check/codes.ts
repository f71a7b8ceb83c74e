import type { Severity } from '#core/types.ts';

/** Every code of spec section 3 with its severity, in the order of its table; `scope-constraint` is from section 8. */
export const CODES = {
  'section-missing': 'error',
  'section-duplicate': 'error',
  'section-unknown': 'advice',
  'scope-empty': 'error',
  'pattern-invalid': 'error',
  'pattern-too-broad': 'error',
  'pattern-is-folder': 'error',
  'scope-protected': 'error',
  'scope-contract': 'error',
  'scope-stale': 'warning',
  'scope-entry-ignored': 'advice',
  'scope-constraint': 'advice',
  'scope-overlap': 'error',
  'scope-claimed': 'error',
  'scope-hot-file': 'warning',
  'contract-vague': 'error',
  'contract-unprovided': 'error',
  'contract-provided-twice': 'error',
  'contract-mismatch': 'error',
  'contract-outside-scope': 'error',
  'contract-cycle': 'warning',
  'verification-none': 'error',
  'verification-prose': 'warning',
  'dependency-unknown': 'error',
  'dependency-self': 'error',
  'dependency-cycle': 'error',
  'merge-order': 'error',
  'plan-items': 'warning',
  'dependency-open-elsewhere': 'warning',
  'dependency-mismatch': 'warning',
  'migration-clash': 'error',
  'hidden-text': 'warning',
  'body-too-long': 'error',
  'plan-sequential': 'advice',
  'plan-small': 'advice',
  'plan-no-integration': 'advice',
  'plan-heavy-contract': 'advice',
} as const satisfies Readonly<Record<string, Severity>>;

export type Code = keyof typeof CODES;

const places = new Map<string, number>(Object.keys(CODES).map((code, place) => [code, place]));

/** Where a code stands in the table; for sorting. */
export const placeOf = (code: string): number => places.get(code) ?? places.size;
