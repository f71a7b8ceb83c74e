/** One line of the doctor: what was looked at, how it is, and how to mend it. An error keeps the app from its work. */
export type Finding = {
  readonly name: string;
  readonly ok: boolean;
  readonly severity: 'info' | 'warning' | 'error';
  readonly message: string;
  readonly mend?: string;
};

/** It is well. */
export const fine = (name: string, message: string): Finding => ({ name, ok: true, severity: 'info', message });

/** The app works, but not as well as it could, or not for everybody. */
export const warning = (name: string, message: string, mend: string): Finding => ({
  name,
  ok: false,
  severity: 'warning',
  message,
  mend,
});

/** The app cannot do its work like this. */
export const failing = (name: string, message: string, mend: string): Finding => ({
  name,
  ok: false,
  severity: 'error',
  message,
  mend,
});

/** The sentence of whatever was thrown, on one line. */
export const sentenceOf = (cause: unknown): string =>
  (cause instanceof Error ? cause.message || cause.name : String(cause)).replaceAll(/\s+/g, ' ').trim();
