import type { Conversation } from './conversation.ts';

/** Tokens as a provider bills them, by sort. */
export type Billed = {
  readonly input: number;
  readonly output: number;
  readonly cacheRead?: number;
  readonly cacheWrite?: number;
};

/** One answer of the model: words, then tools to use; without tools the conversation ends. `usage` is what it costs. */
export type Turn = {
  readonly text?: string;
  readonly tools?: readonly { readonly name: string; readonly input: Readonly<Record<string, unknown>> }[];
  readonly usage?: Billed;
  /** Streams `text` over and over, until whoever asked hangs up; 1 ms between two of them. */
  readonly endless?: boolean;
  /** The connection breaks after so many events of the stream. */
  readonly breaksAfter?: number;
};

/** An answer that is no turn: overloaded, unauthorised, broken. */
export type Fault = {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
};

/** Decides what the model says next. */
export type Script = (conversation: Conversation) => Turn | Fault | Promise<Turn | Fault>;

/** A model that writes the given files of each item (path relative to the agent's folder → content), then says so. */
export function writesFiles(items: Readonly<Record<number, Readonly<Record<string, string>>>>): Script {
  return ({ issue, turn, folder, tools }) => {
    const files = issue === undefined ? undefined : items[issue];
    if (files === undefined || tools.length === 0) return { text: 'Nothing to do.' };
    if (turn > 0) return { text: `Implemented issue #${issue}: wrote ${Object.keys(files).join(', ')}.` };
    return {
      text: 'I will write the files of this item.',
      tools: Object.entries(files).map(([path, content]) => ({
        name: 'Write',
        input: { file_path: `${folder ?? '.'}/${path}`, content },
      })),
    };
  };
}
