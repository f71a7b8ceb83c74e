import type { Plan } from '#core/types.ts';
import { checklistLines, type Line } from '#core/words/checklist-lines.ts';

/**
 * The pre-, during- and post-integration checklist of the panel and the integration pull request: each line ticked by a
 * fact, or left for a person and marked so. `open`: the integration pull request is there.
 */
export const checklist = (plan: Plan, open: boolean): string =>
  plan.alone || !('startedAt' in plan.state)
    ? ''
    : checklistLines(plan, open)
        .map(([name, lines]) => [`- **${name}**`, ...lines.map(render)].join('\n'))
        .join('\n');

/** The checklist folded to one line that says how much of it is ticked. */
export const folded = (list: string): string => {
  const ticked = list.split('- [x]').length - 1;
  const all = ticked + list.split('- [ ]').length - 1;
  const people = list.split('_(a person)_').length - 1;
  const rest = people === 0 ? '' : `, ${people} for a person`;
  return list === ''
    ? ''
    : `<details><summary>Checklist: ${ticked} of ${all}${rest}</summary>\n\n${list}\n\n</details>`;
};

const render = (line: Line): string =>
  'person' in line ? `  - [ ] ${line.text} _(a person)_` : `  - [${line.done ? 'x' : ' '}] ${line.text}`;
