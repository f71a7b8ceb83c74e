import type { AgentTask, Log } from '#engine/ports.ts';
import { plainText } from './tail.ts';

/** How much of the first such line is shown, in characters. */
const SHOWN = 200;

/** Counts the lines of an agent's output that cannot be read; they are said, and alone they end nothing. */
export type Unreadable = {
  line(text: string): void;
  /** One sentence; empty when all could be read. */
  words(): string;
  say(log: Log, task: AgentTask): void;
};

/** `what` a line should have been, with its article. */
export function unreadable(what: string): Unreadable {
  let count = 0;
  let first = '';
  const words = (): string => {
    if (count === 0) return '';
    const subject = count === 1 ? 'A line of its output was not' : `${count} lines of its output were each not`;
    return `${subject} ${what}; the first: ${plainText(first)}`;
  };
  return {
    line: (text) => {
      if (text.trim() === '') return;
      count += 1;
      first ||= text.slice(0, SHOWN);
    },
    words,
    say: (log, task) => {
      if (count > 0) log.warn({ agent: task.agent, issue: task.task.issue, lines: count }, words());
    },
  };
}
