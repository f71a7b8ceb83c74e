import { z } from 'zod';
import type { Progress } from '#core/types.ts';

/** What a line of `codex exec --json` tells us. */
export type CodexFact =
  | { readonly kind: 'session'; readonly session: string }
  | { readonly kind: 'progress'; readonly doing: Progress }
  | { readonly kind: 'message'; readonly text: string }
  | { readonly kind: 'turn'; readonly ok: true }
  | { readonly kind: 'turn'; readonly ok: false; readonly why: string }
  | { readonly kind: 'error'; readonly why: string };

const Item = z.object({
  type: z.string(),
  text: z.string().optional(),
  command: z.string().optional(),
  message: z.string().optional(),
  tool: z.string().optional(),
  query: z.string().optional(),
  changes: z.array(z.object({ path: z.string(), kind: z.string() })).optional(),
});

const Line = z.discriminatedUnion('type', [
  z.object({ type: z.literal('thread.started'), thread_id: z.string() }),
  z.object({ type: z.literal('item.started'), item: Item }),
  z.object({ type: z.literal('item.completed'), item: Item }),
  z.object({ type: z.literal('turn.completed') }),
  z.object({ type: z.literal('turn.failed'), error: z.object({ message: z.string() }) }),
  z.object({ type: z.literal('error'), message: z.string() }),
]);

/** Reads one line. Lines of other kinds are no facts; undefined for what is no event at all. */
export function readCodexLine(line: string, folder: string): readonly CodexFact[] | undefined {
  const value = parsed(line);
  if (!z.object({ type: z.string() }).safeParse(value).success) return undefined;
  const event = Line.safeParse(value).data;
  switch (event?.type) {
    case 'thread.started':
      return [{ kind: 'session', session: event.thread_id }];
    case 'item.started':
    case 'item.completed':
      return itemFacts(event.item, event.type === 'item.completed', folder);
    case 'turn.completed':
      return [{ kind: 'turn', ok: true }];
    case 'turn.failed':
      return [{ kind: 'turn', ok: false, why: event.error.message }];
    case 'error':
      return [{ kind: 'error', why: event.message }];
    case undefined:
      return [];
  }
}

function itemFacts(item: z.infer<typeof Item>, complete: boolean, folder: string): CodexFact[] {
  const short = (text: string): string => (text.split('\n', 1)[0] ?? '').replaceAll(`${folder}/`, '');
  const doing = (what: Progress['what'], text: string): CodexFact => ({ kind: 'progress', doing: { what, text } });
  switch (item.type) {
    case 'agent_message': {
      const text = item.text?.trim() ?? '';
      return complete && text !== '' ? [{ kind: 'message', text }, doing('message', short(text))] : [];
    }
    case 'command_execution':
      return complete || item.command === undefined ? [] : [doing('tool', short(unwrapped(item.command)))];
    case 'file_change':
      return (item.changes ?? []).map(({ kind, path }) => doing('file', short(`${kind} ${path}`)));
    case 'mcp_tool_call':
    case 'web_search':
      return complete ? [] : [doing('tool', short(item.tool ?? item.query ?? item.type))];
    default:
      return [];
  }
}

/** The command that was meant, without the shell around it. */
function unwrapped(command: string): string {
  return /^\S*sh -l?c '(.*)'$/s.exec(command)?.[1] ?? command;
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
