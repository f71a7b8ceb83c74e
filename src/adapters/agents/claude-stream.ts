import { z } from 'zod';
import type { Progress } from '#core/types.ts';

/** What a line of Claude Code's stream tells us; lines of other kinds tell nothing. */
export type StreamFact =
  | { readonly kind: 'session'; readonly session: string }
  | { readonly kind: 'progress'; readonly doing: Progress }
  | {
      readonly kind: 'result';
      readonly ok: boolean;
      readonly text: string;
      readonly session?: string;
    };

const Block = z.object({
  type: z.string(),
  text: z.string().optional(),
  name: z.string().optional(),
  input: z.record(z.string(), z.unknown()).optional(),
});

const Line = z.discriminatedUnion('type', [
  z.object({ type: z.literal('system'), subtype: z.string().optional(), session_id: z.string().optional() }),
  z.object({ type: z.literal('assistant'), message: z.object({ content: z.array(Block) }) }),
  z.object({
    type: z.literal('result'),
    subtype: z.string(),
    is_error: z.boolean().default(false),
    result: z.string().optional(),
    errors: z.array(z.string()).optional(),
    session_id: z.string().optional(),
  }),
]);

/** Reads one line of `--output-format stream-json`. Events of other kinds are no facts; undefined for what is no event at all. */
export function readStreamLine(line: string, folder: string): readonly StreamFact[] | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (!z.object({ type: z.string() }).safeParse(value).success) return undefined;
  const parsed = Line.safeParse(value);
  if (!parsed.success) return [];
  switch (parsed.data.type) {
    case 'system':
      return parsed.data.session_id === undefined ? [] : [{ kind: 'session', session: parsed.data.session_id }];
    case 'assistant':
      return parsed.data.message.content.flatMap((block) => progressOf(block, folder));
    case 'result': {
      const { subtype, is_error, result, errors, session_id } = parsed.data;
      return [
        {
          kind: 'result',
          ok: subtype === 'success' && !is_error,
          text: result ?? errors?.join('\n') ?? subtype,
          ...(session_id === undefined ? {} : { session: session_id }),
        },
      ];
    }
  }
}

/** Its tools that change files. */
const WRITING = ['Edit', 'Write', 'NotebookEdit'];

/** The parameter of each tool that says best what it is used on. */
const SUBJECTS = ['file_path', 'notebook_path', 'command', 'pattern', 'description', 'skill'];

function progressOf(block: z.infer<typeof Block>, folder: string): StreamFact[] {
  if (block.type === 'text' && block.text !== undefined) {
    const [first = ''] = block.text.trim().split('\n', 1);
    return first === '' ? [] : [{ kind: 'progress', doing: { what: 'message', text: first } }];
  }
  if (block.type !== 'tool_use' || block.name === undefined) return [];
  const input = block.input ?? {};
  const subject = SUBJECTS.map((name) => input[name]).find((each) => typeof each === 'string');
  const shown = typeof subject === 'string' ? ` ${subject.replaceAll(`${folder}/`, '').split('\n', 1)[0]}` : '';
  const what = WRITING.includes(block.name) ? 'file' : 'tool';
  return [{ kind: 'progress', doing: { what, text: `${block.name}${shown}` } }];
}
