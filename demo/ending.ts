import type { Plan } from '#core/types.ts';
import { itemReason } from '#core/words/state.ts';
import { textGraph } from '#core/words/text-graph.ts';
import { duration, secondsBetween } from '#core/words/time.ts';
import type { World } from './world/world.ts';

/** What stands at the end: the graph, the pull requests, the checklist, time against serial, and where the rest is seen. */
export const ending = async (world: World, plan: Plan): Promise<string> => {
  const pulls = plan.items.flatMap((item) =>
    'pull' in item.state && item.state.pull !== undefined
      ? [{ pull: item.state.pull, title: item.text.title, state: item.state.name }]
      : [],
  );
  const bare = plan.items
    .filter((item) => ['failed', 'skipped', 'cancelled', 'held'].includes(item.state.name))
    .map(
      (item) => `#${item.issue} ${item.text.title} ${item.state.name}: ${itemReason(item.state).replaceAll('`', '')}`,
    );
  const width = Math.max(plan.title.length, ...pulls.map(({ title }) => title.length));
  const integration = plan.state.name === 'proposed' ? plan.state.pull : undefined;
  const body = integration === undefined ? undefined : (await world.as('maintainer').pull(integration))['body'];
  const list = checklistOf(typeof body === 'string' ? body : '');
  return [
    '',
    'The plan',
    indent(textGraph(plan)),
    '',
    'Pull requests',
    ...(pulls.length === 0 ? ['  none'] : []),
    ...pulls.map(({ pull, title, state }) => `  ${`#${pull}`.padEnd(4)} ${title.padEnd(width)}  ${state}`),
    ...(integration === undefined
      ? [`  the plan is ${plan.state.name}${'why' in plan.state ? `: ${plan.state.why}` : ''}`]
      : [`  ${`#${integration}`.padEnd(4)} ${plan.title.padEnd(width)}  waits for a review`]),
    ...(bare.length === 0 ? [] : ['', 'Without a result', ...bare]),
    ...(list === '' ? [] : ['', 'Checklist of the integration', indent(list)]),
    '',
    ...(plan.state.name === 'proposed' ? [timing(plan), ''] : []),
    'The comments and pull requests, as GitHub shows them, stand in docs/pictures/README.md.',
  ].join('\n');
};

const indent = (text: string): string => text.replace(/^(?=.)/gm, '  ');

const checklistOf = (body: string): string =>
  body
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => /^- \[[ x]\] /.test(line))
    .map((line) =>
      line
        .replace(/^- \[x\]/, '✓')
        .replace(/^- \[ \]/, '·')
        .replace(/ _(.*)_$/, ' $1'),
    )
    .join('\n');

/** Wall time of the plan against one agent after the other: the same run without what went on side by side. */
const timing = (plan: Plan): string => {
  if (plan.state.name !== 'proposed') return '';
  const seconds = new Map(plan.items.map((item) => [item.issue, 'work' in item.state ? item.state.work.seconds : 0]));
  const sum = (issues: Iterable<number>): number =>
    [...issues].reduce((total, issue) => total + (seconds.get(issue) ?? 0), 0);
  const chain = plan.report.plan.waves.reduce(
    (total, wave) => total + Math.max(...wave.map((issue) => seconds.get(issue) ?? 0)),
    0,
  );
  const wall = secondsBetween(plan.state.startedAt, plan.state.proposedAt);
  const serial = wall + sum(seconds.keys()) - chain;
  return `Time: ${duration(wall)} from start to integration pull request; one agent after the other would have taken ${duration(serial)} (${(serial / wall).toFixed(1)} times as long).`;
};
