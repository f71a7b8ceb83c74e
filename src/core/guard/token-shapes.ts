/** Credentials that are known by their shape, as their issuers publish it; for secret scanners of repositories. */
const SHAPES: readonly { readonly what: string; readonly shape: RegExp }[] = [
  { what: 'a GitHub token', shape: /\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{50,})/g },
  { what: 'an Anthropic key', shape: /\bsk-ant-[A-Za-z0-9_-]{24,}/g },
  { what: 'an OpenAI key', shape: /\bsk-(?:proj-|svcacct-)?[A-Za-z0-9]{20}[A-Za-z0-9_-]{20,}/g },
  { what: 'an AWS key', shape: /\b(?:AKIA|ASIA)[A-Z2-7]{16}\b/g },
  { what: 'a Google key', shape: /\bAIza[A-Za-z0-9_-]{35}\b/g },
  { what: 'a Slack token', shape: /\bxox[abprs]-[A-Za-z0-9-]{20,}/g },
  { what: 'a Stripe key', shape: /\b[rs]k_live_[A-Za-z0-9]{24,}/g },
  { what: 'an npm token', shape: /\bnpm_[A-Za-z0-9]{36}\b/g },
  { what: 'a private key', shape: /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----/g },
];

/** Words by which documentation marks what is no credential. */
const EXAMPLE = /EXAMPLE/;

/** Credentials in a text by their shape, with the line (1-based); what `before` holds already is nobody's news. */
export const tokenShapes = (text: string, before = ''): readonly { readonly what: string; readonly line: number }[] =>
  SHAPES.flatMap(({ what, shape }) =>
    [...text.matchAll(shape)]
      .filter(([found]) => !EXAMPLE.test(found) && !before.includes(found))
      .map((found) => ({ what, line: text.slice(0, found.index).split('\n').length })),
  );
