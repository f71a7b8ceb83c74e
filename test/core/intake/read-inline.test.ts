import fc from 'fast-check';
import type { Nodes } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { describe, expect, it } from 'vitest';
import { readInline } from '#core/intake/markdown/inline.ts';

const oracle = (text: string): string[] => {
  const found: string[] = [];
  const walk = (node: Nodes): void => {
    if (node.type === 'inlineCode') found.push(node.value);
    if ('children' in node) for (const child of node.children) walk(child);
  };
  walk(fromMarkdown(text));
  return found;
};

const spans = (text: string): string[] =>
  readInline(text, [1]).flatMap((piece) => (piece.kind === 'code' ? [piece.text] : []));

describe('the inline content of a paragraph', () => {
  it('has the code spans that a general Markdown parser finds, on random text', () => {
    const pieces = fc.constantFrom('`', '``', '`a`', ' ', 'b', '\\', '*', '_', '[', ']', '(', ')', '](c)', ',', 'and');
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 14 }), (parts) => {
        const text = `x${parts.join('')}`;
        expect(spans(text)).toEqual(oracle(text));
      }),
      { numRuns: 4000 },
    );
  });

  it('shows the text of links and drops tags, escapes and targets', () => {
    const text = 'See [the `a` file](https://example.org/x_(y) "A title"), <b>bold</b>, 1 \\* 2 and [not a link] (z).';
    expect(
      readInline(text, [1])
        .map((piece) => piece.text)
        .join(''),
    ).toBe('See the a file, bold, 1 * 2 and [not a link] (z).');
  });

  it('knows the line of each code span', () => {
    const found = readInline('one `a`\ntwo `b\nc` `d`\n', [4, 5, 7]);
    expect(found.flatMap((piece) => (piece.kind === 'code' ? [[piece.text, piece.line]] : []))).toEqual([
      ['a', 4],
      ['b c', 5],
      ['d', 7],
    ]);
  });
});
