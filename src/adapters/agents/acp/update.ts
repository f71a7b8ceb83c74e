import { z } from 'zod';
import type { Progress } from '#core/types.ts';

const Update = z.object({
  update: z.object({
    sessionUpdate: z.string(),
    title: z.string().nullish(),
    kind: z.string().nullish(),
    toolCallId: z.string().nullish(),
    content: z.unknown().optional(),
  }),
});
const Text = z.object({ type: z.literal('text'), text: z.string() });

/** Kinds of tool calls that change files. */
const WRITING = ['edit', 'delete', 'move'];

/** Longest message that is kept, in characters: its end is the summary. */
const LONGEST = 20_000;

/** Follows the updates of a session: what the agent does now, and the last message that it wrote. */
export type Listener = { heard(params: unknown): Progress | undefined; message(): string };

/** `folder` is left out of what is shown. */
export function listener(folder: string): Listener {
  let message = '';
  let over = false;
  // News of a call leave out what was said of it before.
  let call: { id: string | null | undefined; kind: string } = { id: undefined, kind: '' };
  return {
    heard: (params) => {
      const { update } = Update.safeParse(params).data ?? {};
      switch (update?.sessionUpdate) {
        case 'agent_message_chunk': {
          const text = Text.safeParse(update.content).data?.text ?? '';
          message = `${over ? '' : message}${text}`.slice(-LONGEST);
          over = false;
          return { what: 'message', text: message.trimEnd().split('\n').at(-1) ?? '' };
        }
        case 'tool_call':
        case 'tool_call_update': {
          // What it says after this is another message.
          over = true;
          if (update.toolCallId !== call.id) call = { id: update.toolCallId, kind: '' };
          call.kind = update.kind ?? call.kind;
          if (update.title == null) return undefined;
          const what = WRITING.includes(call.kind) ? 'file' : 'tool';
          return { what, text: (update.title.split('\n', 1)[0] ?? '').replaceAll(`${folder}/`, '') };
        }
        default:
          return undefined;
      }
    },
    message: () => message.trim(),
  };
}
