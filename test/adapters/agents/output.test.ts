import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readStreamLine } from '#adapters/agents/claude-stream.ts';
import { lineSplitter } from '#adapters/agents/lines.ts';
import { outputTail, plainText } from '#adapters/agents/tail.ts';
import { worked } from '../../services/worked.ts';

describe('output of programs', () => {
  test('is cut into the lines that it has, however it arrives', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', 'é', '🙂', '\n', '\r') }),
        fc.array(fc.nat(40)),
        (text, cuts) => {
          const lines: string[] = [];
          const splitter = lineSplitter((line) => lines.push(line));
          const bytes = Buffer.from(text);
          const places = [0, ...cuts.filter((cut) => cut < bytes.length).sort((a, b) => a - b), bytes.length];
          for (const [index, place] of places.slice(1).entries()) splitter.push(bytes.subarray(places[index], place));
          splitter.end();
          const expected = text.split('\n').map((line) => line.replace(/\r$/, ''));
          if (text === '' || text.endsWith('\n')) expected.pop();
          expect(lines).toEqual(expected);
        },
      ),
    );
  });

  test('has bounded lines', () => {
    const lines: string[] = [];
    const splitter = lineSplitter((line) => lines.push(line));
    for (let i = 0; i < 50; i++) splitter.push(Buffer.alloc(100_000, 'x'));
    splitter.push(Buffer.from('\nshort\n'));
    expect(lines.map((line) => line.length)).toEqual([1_000_000, 5]);
  });

  test('is shown without any control character, whatever it holds', () => {
    const unit = fc.oneof(
      fc.constantFrom(
        '\u001b',
        '[',
        ']',
        '0',
        ';',
        'm',
        '\u0007',
        '\r',
        '\n',
        '\b',
        '\u009b',
        '\u202e',
        '\\',
        'P',
        '31',
      ),
      fc.string({ maxLength: 2 }),
    );
    fc.assert(
      fc.property(fc.array(unit, { maxLength: 60 }), (parts) => {
        // biome-ignore lint/suspicious/noControlCharactersInRegex: what must not be there.
        expect(plainText(parts.join(''))).not.toMatch(
          /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/,
        );
      }),
      { numRuns: 1_000 },
    );
  });

  test('is cleaned in linear time', () => {
    const milliseconds = worked();
    plainText('\u001b[0;'.repeat(200_000) + '\u001b]'.repeat(200_000));
    expect(milliseconds()).toBeLessThan(1_000);
  });

  test('keeps ordinary text of many scripts', () => {
    const text = 'naïve 日本語 العربية हिन्दी ไทย עברית 🧑‍💻 ✓\ttab';
    expect(plainText(text)).toBe(text);
  });

  test('shows the last forty lines of however much there was', () => {
    const tail = outputTail();
    for (let i = 0; i < 100_000; i++) tail.push(Buffer.from(`line ${i}\n`));
    const lines = tail.text().split('\n');
    expect(lines).toHaveLength(40);
    expect(lines[0]).toBe('line 99960');
    expect(lines.at(-1)).toBe('line 99999');
  });
});

describe("a line of Claude Code's stream", () => {
  test('tells of tools with what they are used on, relative to the worktree', () => {
    const line = (block: object): string => JSON.stringify({ type: 'assistant', message: { content: [block] } });
    const read = (block: object): unknown => readStreamLine(line(block), '/w');
    expect(read({ type: 'tool_use', name: 'Edit', input: { file_path: '/w/src/a.ts' } })).toEqual([
      { kind: 'progress', doing: { what: 'file', text: 'Edit src/a.ts' } },
    ]);
    expect(read({ type: 'tool_use', name: 'Bash', input: { command: 'npm test\nrm x' } })).toEqual([
      { kind: 'progress', doing: expect.objectContaining({ text: 'Bash npm test' }) },
    ]);
    expect(read({ type: 'text', text: 'First.\nSecond.' })).toEqual([
      { kind: 'progress', doing: expect.objectContaining({ text: 'First.' }) },
    ]);
    expect(read({ type: 'thinking', thinking: 'hm' })).toEqual([]);
  });

  test('tells of the result, also of a bad one', () => {
    expect(
      readStreamLine('{"type":"result","subtype":"error_max_turns","is_error":true,"errors":["over"]}', '/w'),
    ).toEqual([{ kind: 'result', ok: false, text: 'over' }]);
    expect(readStreamLine('{"type":"result","subtype":"success","session_id":-1}', '/w')).toEqual([]);
  });

  test('tells nothing and breaks nothing when it is malformed', () => {
    const near = fc.record(
      {
        type: fc.constantFrom('assistant', 'result', 'system', 'user', 7),
        subtype: fc.anything(),
        message: fc.oneof(fc.anything(), fc.record({ content: fc.oneof(fc.anything(), fc.array(fc.anything())) })),
        result: fc.anything(),
        session_id: fc.anything(),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          near.map((value) => JSON.stringify(value) ?? ''),
        ),
        (line) => {
          const facts = readStreamLine(line, '/w');
          expect(facts === undefined || Array.isArray(facts)).toBe(true);
        },
      ),
      { numRuns: 2_000 },
    );
  });
});
