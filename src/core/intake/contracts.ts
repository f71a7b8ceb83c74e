import type { ContractLine, Problem } from '#core/types.ts';
import { contractThings } from './contract-things.ts';
import { type ContractVerb, contractVerb } from './contract-verb.ts';
import { paragraphs } from './entries.ts';
import type { Block } from './markdown/block.ts';
import { type Inline, readInline } from './markdown/inline.ts';
import { plainText } from './markdown/words.ts';
import { referencesIn } from './references.ts';

/** A statement: its verb and everything up to the next statement of the same paragraph or entry. */
type Statement = { readonly verb: ContractVerb; readonly inline: Inline[]; readonly line: number };

/** The contract lines of a Contracts section (spec 2.4), and those that name no thing. Fenced code is none. */
export const readContracts = (
  blocks: readonly Block[],
): { readonly lines: readonly ContractLine[]; readonly problems: readonly Problem[] } => {
  const lines: ContractLine[] = [];
  const problems: Problem[] = [];
  for (const paragraph of contractParagraphs(blocks)) {
    for (const statement of statements(paragraph.text, paragraph.lines)) {
      const { verb, inline, line } = statement;
      const text = plainText(inline).replaceAll(/\s+/g, ' ').trim();
      if (!inline.some((piece) => piece.kind === 'code')) {
        problems.push(vague(text, line));
        continue;
      }
      const provider = verb.says === 'consumes' ? providerNamed(inline) : undefined;
      for (const thing of contractThings(inline)) {
        lines.push({
          verb: verb.says,
          existing: verb.existing,
          thing: thing.thing,
          ...(thing.path === undefined ? {} : { path: thing.path }),
          ...(thing.signature === undefined ? {} : { signature: thing.signature }),
          ...(provider === undefined ? {} : { provider }),
          text,
          line,
        });
      }
    }
  }
  return { lines, problems };
};

/** Quotes are somebody else's words. */
const contractParagraphs = (blocks: readonly Block[]) => paragraphs(blocks.filter((block) => block.kind !== 'quote'));

const statements = (text: string, lines: readonly number[]): readonly Statement[] => {
  const found: Statement[] = [];
  const boxed = /^\[[ xX]\](?=\s)\s*/.exec(text)?.[0].length ?? 0;
  for (const line of inlineLines(readInline(text.slice(boxed), lines))) {
    const verb = contractVerb(line);
    const first = line[0];
    if (verb !== undefined && first !== undefined) found.push({ verb, inline: [...line], line: first.line });
    else found.at(-1)?.inline.push({ kind: 'text', text: ' ', line: first?.line ?? 1 }, ...line);
  }
  return found;
};

/** Inline content divided at its line breaks; each text piece then has the line it stands on. */
const inlineLines = (inline: readonly Inline[]): readonly (readonly Inline[])[] => {
  const rows: Inline[][] = [[]];
  for (const piece of inline) {
    if (piece.kind === 'code') {
      rows.at(-1)?.push(piece);
      continue;
    }
    for (const [at, text] of piece.text.split('\n').entries()) {
      if (at > 0) rows.push([]);
      if (text !== '') rows.at(-1)?.push({ kind: 'text', text, line: piece.line + at });
    }
  }
  return rows;
};

const providerNamed = (inline: readonly Inline[]): number | undefined => {
  for (const piece of inline) {
    if (piece.kind === 'code') continue;
    for (const { issue } of referencesIn(piece.text, [piece.line], piece.line)) if (issue !== undefined) return issue;
  }
  return undefined;
};

const vague = (text: string, line: number): Problem => ({
  code: 'contract-vague',
  severity: 'error',
  line,
  message: `"${text.length > 120 ? `${text.slice(0, 119)}…` : text}" promises nothing that can be built against: it has no code span.`,
  hint: '- provides `src/auth/validate.ts` `validateToken(token: string): Promise<User | null>`',
});
