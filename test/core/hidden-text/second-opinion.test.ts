import fc from 'fast-check';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmFromMarkdown } from 'mdast-util-gfm';
import { gfm } from 'micromark-extension-gfm';
import { expect, test } from 'vitest';
import { stripHidden } from '#core/intake/hidden-text.ts';

type Node = ReturnType<typeof fromMarkdown>['children'][number] | ReturnType<typeof fromMarkdown>;

const nodes = (node: Node): Node[] => [node, ...('children' in node ? node.children.flatMap(nodes) : [])];
const parse = (text: string): Node[] =>
  nodes(fromMarkdown(text, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] }));

const pieces = [
  ...[
    '<!-- h -->',
    '<!-- h',
    '-->',
    '<b title="h">',
    '</b>',
    '[x]: y (h)',
    '[x]',
    '[x](y "h")',
    '![h](y)',
    '<details>',
  ],
  ...[
    '`',
    '``',
    '```',
    '~~~',
    '\n',
    '\n',
    '\n\n',
    '> ',
    '- ',
    '1. ',
    '    ',
    '  ',
    '\t',
    'a',
    'b ',
    '\\',
    '# ',
    '---',
    '| a |',
  ],
  ...['<div>', '</div>', '<pre>', '<x', '>'],
];
const body = fc.array(fc.constantFrom(...pieces), { maxLength: 25 }).map((parts) => parts.join(''));

test('a general parser finds no comment, title or unused definition in what is left', () => {
  fc.assert(
    fc.property(body, (text) => {
      const stripped = stripHidden(text).text;
      const left = parse(stripped);
      // The parser loses a reference in the lazy line behind a definition, so the text is asked as well.
      const used = left.some((node) => 'referenceType' in node) || /\[x\](?![:(])/u.test(stripped);
      for (const node of left) {
        if (node.type === 'html') expect(node.value).not.toMatch(/<!--|title/u);
        if ('title' in node) expect(node.title ?? null).toBeNull();
        if (node.type === 'image') expect(node.alt).toBe('');
        if (node.type === 'definition') expect(used).toBe(true);
      }
    }),
    { numRuns: 20_000 },
  );
}, 120_000);

test('code keeps what a general parser finds in it', () => {
  fc.assert(
    fc.property(body, (text) => {
      const codes = (from: string): string[] =>
        parse(from).flatMap((node) => (node.type === 'code' || node.type === 'inlineCode' ? [node.value] : []));
      const before = parse(text);
      // Where nothing is hidden outside code, all code must be left as it is.
      const hides = before.some(
        (node) => node.type === 'html' || node.type === 'definition' || node.type === 'image' || 'title' in node,
      );
      if (!hides && !text.includes('<!--')) expect(codes(stripHidden(text).text)).toEqual(codes(text));
    }),
    { numRuns: 10_000 },
  );
}, 120_000);
