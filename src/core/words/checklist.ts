import type { Item, Plan } from '#core/types.ts';

type Line = { readonly text: string; readonly done: boolean } | { readonly text: string; readonly person: true };

/** The pre-, during- and post-integration checklist of the panel and the integration pull request, ticked by facts. `open`: the integration pull request is there. */
export const checklist = (plan: Plan, open: boolean): string => {
  if (plan.alone || !('startedAt' in plan.state)) return '';
  const merged = plan.items.filter((item) => item.state.name === 'merged');
  const bad = plan.items.filter((item) => ['failed', 'skipped', 'cancelled', 'held'].includes(item.state.name));
  const verified = merged.every((item) => (outcomeOf(plan, item)?.verification ?? []).every((result) => result.ok));
  const groups: readonly (readonly [string, readonly Line[]])[] = [
    [
      'Before',
      [
        { text: 'every item verified on its own', done: plan.items.length > 0 && plan.items.every(isVerified) },
        {
          text: 'file contracts committed first and unchanged',
          done: plan.state.name !== 'running' || plan.state.base !== 'preparing',
        },
        {
          text: 'no item outside its scope',
          done: !plan.items.some((item) => item.state.name === 'failed' && item.state.failure.kind === 'guard'),
        },
      ],
    ],
    [
      'During',
      [
        { text: 'merged in dependency order', done: merged.length > 0 },
        {
          text:
            plan.settings.verify.length === 0
              ? 'verified after each merge (the plan names no command)'
              : 'verified after each merge',
          done: merged.length > 0 && verified && plan.settings.verify.length > 0,
        },
        { text: 'no member held or failed', done: merged.length > 0 && bad.length === 0 },
      ],
    ],
    [
      'After',
      [
        { text: 'integration pull request open', done: open },
        { text: 'reviewed as a whole: consistent style, no leftovers', person: true },
        { text: 'landed', done: plan.state.name === 'landed' },
      ],
    ],
  ];
  return groups.map(([name, lines]) => [`- **${name}**`, ...lines.map(render)].join('\n')).join('\n');
};

/** The checklist folded to one line that says how much of it is ticked. */
export const folded = (list: string): string => {
  const ticked = list.split('- [x]').length - 1;
  const all = ticked + list.split('- [ ]').length - 1;
  return list === '' ? '' : `<details><summary>Checklist: ${ticked} of ${all}</summary>\n\n${list}\n\n</details>`;
};

const render = (line: Line): string =>
  'person' in line ? `  - [ ] ${line.text} _(a person)_` : `  - [${line.done ? 'x' : ' '}] ${line.text}`;

const isVerified = (item: Item): boolean => 'work' in item.state;

const outcomeOf = (plan: Plan, item: Item) => {
  const outcome = plan.integration?.members.find((member) => member.item === item.issue);
  return outcome !== undefined && 'merged' in outcome ? outcome : undefined;
};
